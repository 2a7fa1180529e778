"""Batches that are graded once, and reports of batches that were never graded."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.checks.verdicts import Verdict
from wasmlab.grade.outcome import Batch, Graded

SUM = Path(__file__).parents[1] / "hostile" / "lessons" / "sum"
GOOD = (Path(__file__).parents[1] / "hostile" / "passed" / "correct.c").read_text(encoding="utf-8")


@pytest.fixture
def sum_course(tmp_path: Path) -> Path:
    """Return a course with the small lesson."""
    shutil.copytree(SUM, tmp_path / "course" / "sum")
    return tmp_path / "course"


@pytest.fixture
def handed_in(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that makes a folder of submissions from the text of each C file."""

    def make(**students: str) -> Path:
        for name, text in students.items():
            folder = tmp_path / "handed-in" / name / "c"
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "add_and_log.c").write_text(text, encoding="utf-8")
        return tmp_path / "handed-in"

    return make


@pytest.fixture
def right() -> str:
    return GOOD


@pytest.fixture
def wrong() -> str:
    return GOOD.replace("a + b", "a - b")


@pytest.fixture
def grade_them(sum_course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that runs `wasmlab grade sum ARGS` and gives its result."""
    from typer.testing import CliRunner

    from wasmlab.cli import app

    monkeypatch.chdir(tmp_path)

    def run(*args: str | Path) -> Any:
        words = ["grade", "sum", "--course", str(sum_course), *map(str, args)]
        return CliRunner().invoke(app, words, catch_exceptions=False)

    return run


def _verdict(check: str, word: str, **more: Any) -> Verdict:
    line = more.pop("line", f"It {check}s & <b>more</b> | of that.")
    return Verdict("sum", f"test_{check}", "wasmtime", word, line, 0.01, **more)  # type: ignore[arg-type]


@pytest.fixture
def batch() -> Batch:
    """Return a batch with one submission of each outcome, and words that could break a report."""
    nasty = "::error::x\n]]> <script>alert(1)</script> \\u001b[2J | `a` *b* \u202e %0A, =1+1"
    good = (
        _verdict("add", "passed", points=2.0),
        _verdict("log", "passed"),
        _verdict("more", "passed", hidden=True),
    )
    bad = (
        _verdict("add", "failed", points=2.0, expected="12", came=nasty, try_this="add the two"),
        _verdict("log", "skipped", waits_for="add", message="waits for add"),
        _verdict("more", "failed", hidden=True, message="only the teacher sees this", expected="777777"),
    )
    never = tuple(
        _verdict(name, "skipped", waits_for="building", points=points, hidden=name == "more")
        for name, points in (("add", 2.0), ("log", 1.0), ("more", 1.0))
    )
    graded = (
        Graded("ann", "passed", verdicts=good, digest="d1", seconds=0.5),
        Graded("bob", "failed", verdicts=bad, digest="d2", notes=("not taken: notes.txt",)),
        Graded(
            "cy", "not-built", "sum/c/add_and_log.c:3:7: expected ';'", "add it", nasty, never, digest="d3"
        ),
        Graded("=1+1", "refused", "the archive holds a link: x", "hand in the file", verdicts=never),
        Graded("dee", "over-limit", "compiling takes longer than 3 s", verdicts=never),
        Graded("eve", "error", "the grader failed: KeyError: 'x'"),
        Graded("ann (2)", "passed", verdicts=good, digest="d1", same_as="ann"),
    )
    return Batch("sum", "A sum | <i>of two</i>", "abc", ("wasmtime",), "landlock", True, graded)
