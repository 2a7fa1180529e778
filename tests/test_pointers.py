"""What a manifest says of pointers, `text` and `bytes`, shows in each round trip of the lesson."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.signature import Signature, parse_declaration

SOURCE = """\
__attribute__((import_module("env"), import_name("say"))) void say(const char *text);
__attribute__((import_module("env"), import_name("send"))) int send(const char *from, int count);

int greet(int count) {
    say("Gr\\xc3\\xbc\\xc3\\x9f dich");
    return send("abcdef", count);
}
"""
TARGET = """
[[target]]
name = "greet"
toolchain = "clang"
sources = ["c/greet.c"]
output = "dist/greet.wasm"
exports = ["greet(i32) -> i32"]
imports = ["env.say(text)", "env.send(bytes, i32) -> i32"]
"""
CHECK = """
def test_it_says(wasm):
    said = wasm.target("greet").call("greet", 3).host_calls
    assert [call.pointed for call in said] == [("Grüß dich".encode(),), (b"abc",)]
"""


@pytest.fixture
def speaking(lesson_copy: Path) -> Path:
    """A lesson with a module whose imports take a text and bytes."""
    (lesson_copy / "c" / "greet.c").write_text(SOURCE, encoding="utf-8")
    manifest = lesson_copy / "lesson.toml"
    manifest.write_text(manifest.read_text("utf-8") + TARGET, encoding="utf-8")
    return lesson_copy


def test_words_for_pointers_are_i32s_with_a_meaning() -> None:
    declared = parse_declaration("env.put(i32, bytes, i32, text) -> i32")
    assert declared.signature == Signature(("i32", "i32", "i32", "i32"), ("i32",))
    assert declared.points == ((1, 2), (3, None))


@pytest.mark.parametrize("engine", ["wasmtime", "chromium"])
def test_a_round_trip_shows_what_the_arguments_point_at(
    run_cli: Callable[..., Any], speaking: Path, engine: str
) -> None:
    options = ("--course", speaking.parent, "--engine", engine, "--answer", "env.send=2", "--json")
    done = run_cli("run", "minimal-demo", "greet", "3", *map(str, options))
    (trip,) = json.loads(done.stdout)
    seen = [bytes.fromhex(one["bytes"]) for step in trip["crossings"] for one in step.get("memory", [])]
    assert seen == ["Grüß dich".encode(), b"abc"]
    assert trip["crossings"][-1]["values"][0]["value"] == 2


def test_a_recorded_trip_with_pointers_is_made_again(
    run_cli: Callable[..., Any], speaking: Path, tmp_path: Path
) -> None:
    kept, course = str(tmp_path / "kept.json"), ("--course", str(speaking.parent))
    run_cli("run", "minimal-demo", "greet", "3", "--answer", "env.send=2", "--save", kept, *course)
    done = run_cli("replay", kept, *course)
    assert done.exit_code == 0, done.stderr


def test_a_check_sees_what_the_arguments_point_at(run_cli: Callable[..., Any], speaking: Path) -> None:
    for file in (speaking / "checks").glob("test_*.py"):
        file.unlink()
    (speaking / "checks" / "test_says.py").write_text(CHECK, encoding="utf-8")
    done = run_cli("check", "minimal-demo", "--engine", "wasmtime", "--course", str(speaking.parent))
    assert (done.exit_code, "1 passed" in done.stdout) == (0, True), done.stdout


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("env.send(bytes, i32)", "env.send(bytes)", "behind 'bytes' comes the i32 that says how many"),
        ('"greet(i32) -> i32"', '"greet(text) -> i32"', "takes text or bytes, which only an import can"),
    ],
)
def test_a_pointer_that_cannot_be_one_is_refused(
    run_cli: Callable[..., Any], speaking: Path, before: str, after: str, words: str
) -> None:
    manifest = speaking / "lesson.toml"
    manifest.write_text(manifest.read_text("utf-8").replace(before, after), encoding="utf-8")
    done = run_cli("build", "minimal-demo", "--course", str(speaking.parent))
    assert (done.exit_code, words in done.stderr) == (2, True), done.stderr
