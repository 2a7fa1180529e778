"""`wasmlab run` with a WASI program: it gets words, input and files, it prints, and its exit code is ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import wasmtime
from typer.testing import CliRunner

from wasmlab.cli import app

Run = Callable[..., Any]

ECHO = """
#include <stdio.h>
int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) printf("%s\\n", argv[i]);
  char line[64];
  while (fgets(line, sizeof line, stdin)) printf("> %s", line);
  FILE *file = fopen("a.txt", "r");
  if (file && fgets(line, sizeof line, file)) fprintf(stderr, "%s", line);
  if (argc > 1 && argv[1][0] == '/') __builtin_trap();
  return argc;
}
"""
MANIFEST = """
format = 1
title = "A program"
order = 20
page = "index.html"
"""
TARGET = """
[[target]]
name = "{0}"
toolchain = "clang"
system = "wasi"
sources = ["echo.c"]
output = "dist/{0}.wasm"
"""


@pytest.fixture
def wasi(course_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs `wasmlab run ARGS` in a course with the lesson `program`."""
    root = course_copy / "program"
    root.mkdir()
    (root / "echo.c").write_text(ECHO, encoding="utf-8")
    (root / "lesson.toml").write_text(MANIFEST + TARGET.format("echo"), encoding="utf-8")
    monkeypatch.chdir(course_copy)

    def run(*args: str, stdin: str = "") -> Any:
        return CliRunner().invoke(app, ["run", *args], input=stdin, catch_exceptions=False)

    return run


def test_a_program_gets_the_words_after_two_dashes_and_what_is_piped_in(wasi: Run) -> None:
    done = wasi("program", "--", "-5", "--json", stdin="one\ntwo\n")
    assert (done.exit_code, done.stdout, done.stderr) == (3, "-5\n--json\n> one\n> two\n", "")


def test_a_program_gets_a_copy_of_a_folder(wasi: Run, course_copy: Path) -> None:
    (course_copy / "files").mkdir()
    (course_copy / "files" / "a.txt").write_bytes(b"from a file\n")
    done = wasi("program", "--dir", "files")
    assert (done.exit_code, done.stdout, done.stderr) == (1, "", "from a file\n")


def test_two_engines_give_one_answer_as_json(wasi: Run) -> None:
    engines = ["--engine", "wasmtime", "--engine", "chromium"]
    done = wasi("program", *engines, "--json", "--", "x", stdin="y\n")
    trips = json.loads(done.stdout)
    assert [trip["engine"] for trip in trips] == ["wasmtime", "chromium"]
    assert all(trip["output"] == trips[0]["output"] for trip in trips)
    assert trips[0]["output"] == {"stdout": "x\n> y\n", "stderr": "", "code": 2, "files": {}}
    assert done.exit_code == 2


def test_a_program_that_traps_has_said_what_it_said_and_its_line_is_told(wasi: Run) -> None:
    done = wasi("program", "--", "/")
    assert (done.exit_code, done.stdout) == (1, "/\n")
    assert done.stderr.startswith("echo.c:9:38: unreachable code was reached\n")


def test_one_of_several_programs_must_be_named(wasi: Run, course_copy: Path) -> None:
    manifest = course_copy / "program" / "lesson.toml"
    manifest.write_text(MANIFEST + TARGET.format("echo") + TARGET.format("other"), encoding="utf-8")
    done = wasi("program")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "error: program has 2 programs",
        "hint: add --target and one of echo, other",
    ]
    assert wasi("program", "--target", "other", "--", "hi").stdout == "hi\n"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (
            ("minimal-demo",),
            "error: no target of minimal-demo is a program\nhint: name the function to call\n",
        ),
        (
            ("made.wasm",),
            "error: made.wasm is no program: it exports no _start\nhint: name the function to call: f\n",
        ),
        (
            ("program", "--dir", "nowhere"),
            "error: nowhere is not a folder\nhint: name the folder whose files the program gets\n",
        ),
        (
            ("program", "--target", "eco"),
            "error: program has no program 'eco'\nhint: add --target and one of echo\n",
        ),
    ],
)
def test_what_cannot_be_run_is_said_in_two_lines(
    wasi: Run, course_copy: Path, args: tuple[str, ...], words: str
) -> None:
    (course_copy / "made.wasm").write_bytes(wasmtime.wat2wasm('(module (func (export "f")))'))
    done = wasi(*args)
    assert (done.exit_code, done.stderr) == (2, words)


def test_a_program_that_was_kept_is_run_again_with_all_that_it_was_given(
    wasi: Run, course_copy: Path, tmp_path: Path
) -> None:
    folder = course_copy / "given"
    folder.mkdir()
    (folder / "a.txt").write_text("from the file\n", encoding="utf-8")
    file = tmp_path / "trip.json"
    first = wasi("program", "--dir", str(folder), "--save", str(file), "--", "one", stdin="in\n")
    assert (first.exit_code, first.stdout, first.stderr) == (2, "one\n> in\n", "from the file\n")
    (folder / "a.txt").unlink()
    again = CliRunner().invoke(app, ["replay", str(file), "--engine", "wasmtime", "--engine", "chromium"])
    assert (again.exit_code, again.stderr) == (0, "")
    rows = again.stdout.splitlines()
    assert [row.split("  ")[0] for row in rows[1:4]] == ["wasmtime, recorded", "wasmtime", "chromium"]
    assert rows[4] == "the same in all 3"


def test_a_program_that_says_something_else_now_is_a_failure(wasi: Run, tmp_path: Path) -> None:
    file = tmp_path / "trip.json"
    wasi("program", "--save", str(file), "--", "one")
    kept = json.loads(file.read_text(encoding="utf-8"))
    kept["program"]["argv"][1] = "two"
    file.write_text(json.dumps(kept), encoding="utf-8")
    again = CliRunner().invoke(app, ["replay", str(file)])
    assert again.exit_code == 1
    assert "wasmtime differs from wasmtime, recorded: host calls, output" in again.stderr


def test_a_file_that_does_not_say_what_a_program_was_given_is_refused(wasi: Run, tmp_path: Path) -> None:
    file = tmp_path / "trip.json"
    wasi("program", "--save", str(file))
    kept = json.loads(file.read_text(encoding="utf-8"))
    kept["program"]["stdin"] = "no base64!"
    file.write_text(json.dumps(kept), encoding="utf-8")
    again = CliRunner().invoke(app, ["replay", str(file)])
    assert again.exit_code == 2
    assert again.stderr.startswith("error: the file does not say what the program was given")


def test_words_after_two_dashes_are_arguments_where_a_function_is_named(wasi: Run) -> None:
    done = wasi("minimal-demo", "add_and_log", "--", "-5", "7")
    assert done.exit_code == 0
    assert "returns 2" in done.stdout
