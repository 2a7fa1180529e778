"""Checks that stand by in a worker take one submission after another, or begin anew."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from wasmlab.checks.pages import LessonPages
from wasmlab.checks.runs.starting import started_pages
from wasmlab.checks.verdicts import Verdict
from wasmlab.errors import UsageError
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.workers.standby import Standby
from wasmlab.lesson import Lesson, load_lesson

CHECKS = """
import pathlib

COUNT = 0
SEEN = []

with pathlib.Path({log!r}).open("a") as file:
    file.write("collected\\n")
del file

def test_leaves(lesson, of=()):
    {does}

def test_knows_its_lesson(lesson):
    assert (lesson.root / "word.txt").read_text() == "good"
"""


@pytest.fixture
def lesson(sum_course: Path) -> Lesson:
    return load_lesson(sum_course / "sum")


@pytest.fixture
def start(lesson: Lesson, tmp_path: Path) -> Callable[[str], closing[Standby]]:
    """Return a function that lets a check that does this stand by, for the length of a `with` block."""

    def make(does: str) -> closing[Standby]:
        text = CHECKS.format(does=does, log=str(tmp_path / "log"))
        (lesson.root / "checks" / "test_sum.py").write_text(text, encoding="utf-8")
        checks, scratch = lesson.root / "checks", tmp_path / "scratch"
        return closing(Standby(checks, ["wasmtime"], GradeLimits(), None, scratch))

    return make


def _checked(standby: Standby, lesson: Lesson, word: str) -> list[str]:
    (lesson.root / "word.txt").write_text(word, encoding="utf-8")
    heard: list[Verdict] = []
    standby.check(lesson, heard.append)
    return [verdict.verdict for verdict in heard]


@pytest.mark.parametrize(
    ("does", "sessions"),
    [
        ("assert SEEN == [] and COUNT == 0", 1),
        ("raise AssertionError('it did not pass')", 1),
        ("SEEN.append(1); assert SEEN == [1]", 3),
        ("global COUNT; COUNT += 1; assert COUNT == 1", 3),
        ("assert not hasattr(test_leaves, 'seen'); test_leaves.seen = True", 3),
        ("import threading; t = threading.Timer(60, print); t.daemon = True; t.start()", 3),
        ("import decimal", 3),
    ],
)
def test_a_session_takes_the_next_submission_where_checks_leave_nothing(
    start: Callable[[str], closing[Standby]], lesson: Lesson, tmp_path: Path, does: str, sessions: int
) -> None:
    word = "failed" if does.startswith("raise") else "passed"
    with start("pass") as standby:
        _checked(standby, lesson, "bad")  # imports what judging needs
    with start(does) as standby:
        found = [_checked(standby, lesson, each) for each in ("good", "bad", "good")]
    assert found == [[word, "passed"], [word, "failed"], [word, "passed"]]
    assert (tmp_path / "log").read_text().count("collected") == 1 + sessions


def test_a_lesson_without_checks_is_told_each_time(
    start: Callable[[str], closing[Standby]], lesson: Lesson
) -> None:
    with start("pass") as standby:
        (lesson.root / "checks" / "test_sum.py").write_text("", encoding="utf-8")
        for _ in range(2):
            with pytest.raises(UsageError):
                _checked(standby, lesson, "good")


def test_checks_that_cannot_be_read_are_verdicts_of_ours(
    start: Callable[[str], closing[Standby]], lesson: Lesson
) -> None:
    with start("pass") as standby:
        (lesson.root / "checks" / "test_sum.py").write_text("def test_(:\n", encoding="utf-8")
        assert [_checked(standby, lesson, "good") for _ in range(2)] == [["error"]] * 2


PAGE = """
import pathlib

with pathlib.Path({log!r}).open("a") as file:
    file.write("collected\\n")
del file

def test_opens(lesson_page):
    assert lesson_page.page.title() == "here"
"""


def test_servers_and_clocks_of_ours_are_nothing_that_checks_have_left(lesson: Lesson, tmp_path: Path) -> None:
    (lesson.root / "checks" / "test_sum.py").write_text(PAGE.format(log=str(tmp_path / "log")))
    (lesson.root / lesson.page).write_text("<title>here</title>")
    checks, scratch = lesson.root / "checks", tmp_path / "scratch"
    with started_pages(["chromium"]) as pages:
        assert pages is not None
        with closing(Standby(checks, ["chromium"], GradeLimits(), pages, scratch)) as standby:
            for _ in range(4):
                assert _checked(standby, lesson, "good") == ["passed"]
                pages.end_submission()  # the next one has a server of its own
    assert (tmp_path / "log").read_text().count("collected") <= 2  # the first one imports what all need


def test_a_page_begins_to_load_before_the_checks_of_modules(
    lesson: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lesson.root / "checks" / "test_sum.py").write_text(PAGE.format(log=str(tmp_path / "log")))
    (lesson.root / lesson.page).write_text("<title>here</title>")
    checks = (lesson.root / "checks").rename(tmp_path / "checks")  # no submission's folder has them
    begun: list[str] = []
    begin = LessonPages._begin_anew

    def begins(pages: LessonPages, name: str, lesson: Lesson) -> None:
        begun.append(name)
        begin(pages, name, lesson)

    monkeypatch.setattr(LessonPages, "_begin_anew", begins)
    with (
        started_pages(["chromium"]) as pages,
        closing(Standby(checks, ["chromium"], GradeLimits(), pages, tmp_path / "scratch")) as standby,
    ):
        assert _checked(standby, lesson, "good") == ["passed"]
    assert begun == ["chromium"]


CHANCE = """
import random

random.seed(1)

def test_asks(lesson):
    assert [random.randint(1, 1000) for _ in range(3)] == [138, 583, 868]
"""


def test_each_submission_is_asked_the_same_random_numbers(
    start: Callable[[str], closing[Standby]], lesson: Lesson
) -> None:
    with start("pass") as standby:
        (lesson.root / "checks" / "test_sum.py").write_text(CHANCE, encoding="utf-8")
        assert [_checked(standby, lesson, "good") for _ in range(3)] == [["passed"]] * 3
