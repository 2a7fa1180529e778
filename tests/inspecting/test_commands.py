"""`wasmlab inspect` and `wasmlab diff` from the command line: files, lessons, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def test_a_lesson_is_built_and_inspected(run_cli: Run) -> None:
    done = run_cli("inspect", "minimal-demo")
    assert done.exit_code == 0
    assert "minimal-demo/dist/add_and_log.wasm" in done.stdout
    assert "why is it this big" in done.stdout
    assert "c/add_and_log.c:5-8" in done.stdout


def test_a_file_is_inspected_as_json(run_cli: Run, by_hand: Path) -> None:
    (told,) = json.loads(run_cli("inspect", str(by_hand), "--json").stdout)
    assert told["size"] == by_hand.stat().st_size == sum(share["bytes"] for share in told["why"])
    assert told["imports"] == [{"name": "env.js_log", "kind": "func", "type": "(i32)"}]
    assert told["exports"][0] == {"name": "memory", "kind": "memory", "minimum": 1, "maximum": 3}
    assert told["functions"][0]["instructions"] == 6


def test_the_text_form_is_printed(run_cli: Run, by_hand: Path) -> None:
    done = run_cli("inspect", str(by_hand), "--wat")
    assert done.stdout.startswith("(module\n")
    assert "    i32.mul\n" in done.stdout


def test_two_builds_are_compared(run_cli: Run, released: Path) -> None:
    told = json.loads(run_cli("diff", str(released), "minimal-demo", "--json").stdout)
    assert told["before"]["bytes"] < told["after"]["bytes"]
    grown = {change["what"]: change for change in told["why"]}
    assert grown["debug information"]["before"] == 0
    assert (told["came"], told["went"]) == ([], [])


def test_a_lesson_alone_is_its_debug_build_against_its_release_build(run_cli: Run, released: Path) -> None:
    told = json.loads(run_cli("diff", "minimal-demo", "--json").stdout)
    assert told["before"]["name"] == "minimal-demo@debug/dist/add_and_log.wasm"
    assert told["after"] == {
        "name": "minimal-demo@release/dist/add_and_log.wasm",
        "bytes": released.stat().st_size,
    }
    assert told["before"]["bytes"] > told["after"]["bytes"]


def test_two_optimizations_are_compared_and_the_lessons_own_build_stays(run_cli: Run, compiled: Path) -> None:
    before = compiled.read_bytes(), compiled.stat().st_mtime_ns
    told = json.loads(run_cli("diff", "minimal-demo@-O0", "minimal-demo@-Os", "--json").stdout)
    assert told["before"]["bytes"] > told["after"]["bytes"]
    assert (compiled.read_bytes(), compiled.stat().st_mtime_ns) == before


def test_one_build_is_inspected(run_cli: Run) -> None:
    done = run_cli("inspect", "minimal-demo@-O2", "--wat")
    assert done.exit_code == 0
    assert "(export " in done.stdout


@pytest.mark.parametrize(
    ("args", "hint"),
    [
        (("diff", "minimal-demo@fast"), "minimal-demo@-O0"),
        (("inspect", "minimal-demo@fast"), "minimal-demo@release"),
    ],
)
def test_a_build_that_there_is_not_is_answered_with_those_there_are(
    args: tuple[str, ...], hint: str, run_cli: Run
) -> None:
    done = run_cli(*args)
    assert (done.exit_code, hint in done.stderr) == (2, True)


def test_one_file_alone_is_compared_with_nothing(run_cli: Run, by_hand: Path) -> None:
    done = run_cli("diff", str(by_hand))
    assert (done.exit_code, "name the other one" in done.stderr) == (2, True)


def test_code_is_compared_as_one(run_cli: Run, released: Path) -> None:
    told = json.loads(run_cli("diff", str(released), "minimal-demo", "--json").stdout)
    (code,) = [change for change in told["why"] if change["what"].startswith("code")]
    assert 0 < code["before"] < code["after"]


def test_a_lesson_is_inspected_as_a_release(run_cli: Run, released: Path) -> None:
    (told,) = json.loads(run_cli("inspect", "minimal-demo", "--release", "--json").stdout)
    assert told["size"] == released.stat().st_size


def test_a_difference_names_what_came_and_went(run_cli: Run, by_hand: Path, released: Path) -> None:
    done = run_cli("diff", str(by_hand), str(released))
    assert done.exit_code == 0
    assert "  export add_and_log(i32, i32) -> i32" in done.stdout.split("came\n")[1].splitlines()
    assert "  export twice(i32) -> i32" in done.stdout.split("went\n")[1].splitlines()


def test_the_same_bytes_are_said_to_be_the_same(run_cli: Run, by_hand: Path) -> None:
    assert "the same bytes" in run_cli("diff", str(by_hand), str(by_hand)).stdout


def not_modules(whole: bytes) -> dict[str, tuple[bytes, str]]:
    wrong = bytearray(whole)
    wrong[whole.index(b"\x6c", whole.index(b"\x10\0"))] = 0x7C  # i64.add where two i32 are
    return {
        "empty": (b"", "empty"),
        "text": (b"(module)", "not a WebAssembly module"),
        "component": (b"\0asm\x0d\0\x01\0", "component"),
        "cut off": (whole[:-9], "too early"),
        "a type unknown": (whole[:11] + b"\x01" + whole[12:], "not a valid module"),
        "a wrong type": (bytes(wrong), "type mismatch"),
    }


@pytest.mark.parametrize("name", ["empty", "text", "component", "cut off", "a type unknown", "a wrong type"])
def test_what_is_no_module_gets_one_line_and_exit_2(
    name: str, run_cli: Run, by_hand: Path, tmp_path: Path
) -> None:
    data, words = not_modules(by_hand.read_bytes())[name]
    path = tmp_path / "broken.wasm"
    path.write_bytes(data)
    done = run_cli("inspect", str(path))
    error, hint = done.stderr.splitlines()
    assert (done.exit_code, done.stdout) == (2, "")
    assert error.startswith("error: ")
    assert "broken.wasm" in error
    assert words in error
    assert hint.startswith("hint: ")


def test_a_huge_file_is_refused_without_being_read(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "huge.wasm"
    with path.open("wb") as file:
        file.write(b"\0asm\x01\0\0\0")
        file.truncate(3 << 30)
    done = run_cli("inspect", str(path))
    assert (done.exit_code, len(done.stderr.splitlines())) == (2, 2)
    assert "3072 MiB" in done.stderr


@pytest.mark.parametrize("name", ["missing.wasm", "folder.wasm"])
def test_a_file_that_cannot_be_read_is_named(name: str, run_cli: Run, tmp_path: Path) -> None:
    (tmp_path / "folder.wasm").mkdir()
    done = run_cli("inspect", str(tmp_path / name))
    assert done.exit_code == 2
    assert name in done.stderr


def test_an_unknown_lesson_is_answered_with_the_nearest(run_cli: Run) -> None:
    done = run_cli("inspect", "minimal-dmo")
    assert (done.exit_code, "did you mean 'minimal-demo'?" in done.stderr) == (2, True)
