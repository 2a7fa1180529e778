"""`wasmlab run` in each format, and `wasmlab replay` of what it kept."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
CALL = ("run", "minimal-demo", "add_and_log", "5", "7")


def test_the_format_json_is_what_json_prints(run_cli: Run) -> None:
    first, second = (json.loads(run_cli(*CALL, *more).stdout) for more in (["--json"], ["--format", "json"]))
    assert [crossing["kind"] for crossing in second[0]["crossings"]] == [
        "call",
        "host call",
        "host return",
        "return",
    ]
    for trip in (*first, *second):
        del trip["milliseconds"]
        times = [crossing.pop("microseconds") for crossing in trip["crossings"]]
        assert times == sorted(times)
    assert first == second


def test_the_format_mermaid_is_a_diagram(run_cli: Run) -> None:
    done = run_cli(*CALL, "--format", "mermaid")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "sequenceDiagram")


def test_the_format_svg_is_a_picture_with_the_reason_of_a_trap(run_cli: Run) -> None:
    done = run_cli("run", "minimal-demo", "add_and_log", "2147483647", "1", "--format", "svg")
    assert done.exit_code == 1
    words = " ".join(" ".join(each.itertext()) for each in ET.fromstring(done.stdout).iter())
    assert "c/add_and_log.c:6:15: signed integer overflow" in words


def test_an_unknown_format_is_refused(run_cli: Run) -> None:
    assert run_cli(*CALL, "--format", "gif").exit_code == 2


def test_times_are_shown_where_they_are_wanted(run_cli: Run) -> None:
    assert run_cli(*CALL, "--times").stdout.count(" us") == 4


ASKS = """
__attribute__((import_module("env"), import_name("js_log"))) void js_log(int);
__attribute__((import_module("env"), import_name("next"))) int next(void);
int add_and_log(int a, int b) { int n = next(); js_log(n + next()); return a + b; }
"""


@pytest.fixture
def asking(lesson_copy: Path) -> Path:
    """Return the lesson, its C file asking the host for two numbers."""
    (lesson_copy / "c" / "add_and_log.c").write_text(ASKS, encoding="utf-8")
    manifest = lesson_copy / "lesson.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('["env.js_log(i32)"]', '["env.js_log", "env.next"]'), encoding="utf-8")
    return lesson_copy


@pytest.mark.usefixtures("asking")
def test_a_recorded_trip_is_made_again_in_other_engines_with_the_same_answers(
    run_cli: Run, tmp_path: Path
) -> None:
    file = tmp_path / "trip.json"
    assert run_cli(*CALL, "--answer", "env.next=40,2", "--save", str(file)).exit_code == 0
    done = run_cli("replay", str(file), "--engine", "wasmtime", "--engine", "chromium")
    assert (done.exit_code, done.stderr) == (0, "")
    rows = done.stdout.splitlines()
    assert [row.split("  ")[0] for row in rows[1:-1]] == ["wasmtime, recorded", "wasmtime", "chromium"]
    assert all("env.next(); env.next(); env.js_log(42)" in row for row in rows[1:-1])
    assert rows[-1] == "the same in all 3"


def test_another_answer_than_the_recorded_one_is_a_failure_and_a_changed_module_is_said(
    run_cli: Run, lesson_copy: Path, tmp_path: Path
) -> None:
    file = tmp_path / "trip.json"
    run_cli(*CALL, "--save", str(file))
    source = lesson_copy / "c" / "add_and_log.c"
    source.write_text(source.read_text(encoding="utf-8").replace("a + b", "a * b"), encoding="utf-8")
    done = run_cli("replay", str(file))
    assert done.exit_code == 1
    lines = done.stderr.splitlines()
    assert lines[0] == "note: minimal-demo is not the module that was recorded: its bytes have changed"
    assert lines[1] == "error: add_and_log does not answer as it was recorded:"
    assert lines[5] == (
        "wasmtime differs from wasmtime, recorded: result, host calls, memory, "
        "crossing 2 is env.js_log(35), not env.js_log(12)"
    )
    assert "record it again" in lines[6]


def test_an_engine_that_answers_otherwise_is_found_in_the_file_that_says_so(
    run_cli: Run, tmp_path: Path
) -> None:
    file = tmp_path / "trip.json"
    run_cli(*CALL, "--save", str(file))
    kept = json.loads(file.read_text(encoding="utf-8"))
    kept["trip"]["memory_hash"] = "00"
    file.write_text(json.dumps(kept), encoding="utf-8")
    done = run_cli("replay", str(file), "--json")
    assert done.exit_code == 1
    assert [trip["engine"] for trip in json.loads(done.stdout)] == ["wasmtime, recorded", "wasmtime"]
    assert "wasmtime differs from wasmtime, recorded: memory" in done.stderr


def test_a_trap_that_comes_again_is_the_same_answer(run_cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "trip.json"
    assert (
        run_cli("run", "minimal-demo", "add_and_log", "2147483647", "1", "--save", str(file)).exit_code == 1
    )
    assert run_cli("replay", str(file)).exit_code == 0


def test_a_recorded_trip_is_tried_on_another_module(run_cli: Run, lesson_copy: Path, tmp_path: Path) -> None:
    file = tmp_path / "trip.json"
    run_cli(*CALL, "--save", str(file))
    module = str(lesson_copy / "dist" / "add_and_log.wasm")
    assert run_cli("replay", str(file), "--module", module).exit_code == 0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("env.next", "'env.next' answers for no host function"),
        ("env.js_log=x", "'env.js_log=x' answers for no host function"),
        ("env.nobody=1", "the module imports no 'env.nobody'"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(run_cli: Run, answer: str, words: str) -> None:
    done = run_cli(*CALL, "--answer", answer)
    assert (done.exit_code, done.stderr.splitlines()[0]) == (2, f"error: {words}")


def test_a_file_that_cannot_be_written_is_one_line(run_cli: Run, tmp_path: Path) -> None:
    done = run_cli(*CALL, "--save", str(tmp_path / "no" / "trip.json"))
    assert (done.exit_code, "cannot be written" in done.stderr) == (2, True)
