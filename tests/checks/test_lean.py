"""Checks that run without pytest's ceremony get the verdicts that pytest gives, or are left to it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from wasmlab.build import build_lesson
from wasmlab.checks.pages import LessonPages
from wasmlab.checks.runs.judging import Judge
from wasmlab.checks.runs.lean import quicken
from wasmlab.checks.runs.running import run_pytest
from wasmlab.checks.runs.starting import started_pages
from wasmlab.checks.verdicts import Verdict
from wasmlab.engines.contract import Limits
from wasmlab.lesson import Lesson, load_lesson

_LIMITS = Limits(seconds=0.5)


class _Judge(Judge):
    """Takes the checks from pytest where it is told to, and knows whether that went."""

    wants = took = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> object:
        self.took = self.wants and quicken(session, self)
        return super().pytest_runtestloop(session)


def _both(
    lesson: Lesson, engine: str = "wasmtime", pages: LessonPages | None = None
) -> tuple[list[Verdict], list[Verdict], bool]:
    """Return the verdicts that pytest gives and those of the other way, and whether there was one."""
    usual, quick = (_Judge(lesson, lambda _verdict: None, pages, _LIMITS) for _ in range(2))
    quick.wants = True
    heard = []
    for judge in (usual, quick):
        run_pytest(lesson.root / "checks", [engine], judge)
        heard.append([replace(verdict, seconds=0) for verdict in judge.verdicts])
    return heard[0], heard[1], quick.took


@pytest.mark.parametrize(
    "case", ["", "starter", "subtracts", "endless-loop", "export-missing", "callback-called-twice"]
)
def test_the_verdicts_on_a_case_are_the_same(lesson_copy: Path, case: str) -> None:
    if case:
        shutil.copytree(lesson_copy / "cases" / case, lesson_copy, dirs_exist_ok=True)
    lesson = load_lesson(lesson_copy)
    build_lesson(lesson)
    usual, lean, took = _both(lesson)
    assert took
    assert lean == usual
    assert len(lean) > 12


FIXTURES = """
import pytest

ENDED = []

@pytest.fixture(scope="session")
def number():
    yield 5
    ENDED.append("number")

@pytest.fixture
def double(number):
    yield 2 * number
    ENDED.append("double")

@pytest.fixture(scope="session")
def broken():
    raise RuntimeError("no such thing")

@pytest.fixture
def breaks_later(double):
    yield double
    raise RuntimeError("not the student's fault")

@pytest.fixture(autouse=True)
def always(lesson):
    assert lesson.name
"""
CHECKS = '''
import pytest

def test_doubles(double, number):
    """It doubles."""
    assert double == 10

def test_fails(double):
    """It fails."""
    assert double == 11, "ten it is"

@pytest.mark.after("fails")
def test_waits(double):
    """It waits."""

def test_one(broken):
    """Its fixture is broken."""

def test_two(broken):
    """So is this one's."""

def test_late(breaks_later):
    """Its fixture breaks at the end."""

def test_says(number):
    """It returns something."""
    return number

@pytest.mark.skip(reason="not today")
def test_never(double):
    """It is not run."""

@pytest.mark.feedback(passed="well done")
@pytest.mark.parametrize("of", [1, 2])
def test_each(of, double):
    """It takes each."""
    if of == 2:
        pytest.skip("two is enough")

def test_waits_in_vain(monkeypatch):
    """It sees what the one before it has ended."""
    from checks.conftest import ENDED
    assert "number" not in ENDED and ENDED.count("double") == 5
'''


@pytest.fixture
def lesson(lesson_copy: Path) -> Lesson:
    for file in (lesson_copy / "checks").glob("*.py"):
        file.unlink()
    return load_lesson(lesson_copy)


def _write(lesson: Lesson, checks: str, fixtures: str = FIXTURES) -> None:
    (lesson.root / "checks" / "conftest.py").write_text(fixtures, encoding="utf-8")
    (lesson.root / "checks" / "test_them.py").write_text(checks, encoding="utf-8")


def test_fixtures_are_made_and_ended_as_pytest_does(lesson: Lesson) -> None:
    _write(lesson, CHECKS)
    usual, lean, took = _both(lesson)
    assert took
    assert lean == usual
    words = [verdict.verdict for verdict in lean]
    assert words == [
        *("passed", "failed", "skipped", "error", "error", "passed", "error"),
        *("failed", "skipped", "passed", "skipped", "passed"),
    ]


@pytest.mark.parametrize(
    "more",
    [  # files of checks, in as few lines as they go
        "def test_it(tmp_path): assert tmp_path.is_dir()",
        "def test_it(request): assert request.node.name == 'test_it'",
        "class TestIt:\n    def test_it(self, double): assert double == 10",
        "@pytest.mark.xfail\ndef test_it(): assert False",
        "@pytest.mark.skipif(True, reason='so')\ndef test_it(): assert False",
        "@pytest.fixture(params=[1])\ndef n(request): return 2\ndef test_it(n): assert n == 2",
        "@pytest.fixture\ndef number(number): return number\ndef test_it(number): assert number",
        "async def test_it(): pass",
        "def setup_module(): global it; it = 1\ndef test_it(): assert it",
        "def test_it(there_is_none): pass",
    ],
)
def test_what_only_pytest_gives_is_left_to_it(lesson: Lesson, more: str) -> None:
    _write(lesson, f"import pytest\n{more}\n")
    usual, lean, took = _both(lesson)
    assert not took
    assert lean == usual


def test_a_lecturers_own_hooks_are_asked(lesson: Lesson) -> None:
    hook = "\ndef pytest_runtest_setup(item):\n    pytest.skip('on Sundays')\n"
    _write(lesson, "def test_it(double): pass\n", FIXTURES + hook)
    usual, lean, took = _both(lesson)
    assert not took
    assert lean == usual
    assert lean[0].message == "on Sundays"


PAGE = '''
import pytest

def test_opens(lesson_page):
    """It opens."""
    assert lesson_page.page.get_by_role("button", name="Run").is_visible()

def test_tells(lesson_page, wasm):
    """It tells what it does not."""
    assert lesson_page.console == ["hello"], "say hello"

@pytest.mark.after("tells")
def test_waits(lesson_page):
    """It waits."""

def test_is_new(lesson_page):
    """It is as new."""
    assert lesson_page.console == []
'''


def test_the_verdicts_on_a_page_are_the_same(lesson: Lesson) -> None:
    _write(lesson, PAGE, "")
    build_lesson(lesson)
    with started_pages(["chromium"]) as pages:
        assert pages is not None
        pages.keeps = False  # no trace of what fails
        usual, lean, took = _both(lesson, "chromium", pages)
    assert took
    assert lean == usual
    assert [verdict.verdict for verdict in lean] == ["passed", "failed", "skipped", "passed"]
    assert lean[1].expected == "['hello']"
