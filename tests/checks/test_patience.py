"""A check that comes to no end is ended, and told with its line: it is its author's mistake."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from wasmlab.build import build_lesson
from wasmlab.checks import patience
from wasmlab.checks.runs.running import check_built, list_checks
from wasmlab.checks.verdicts import Verdict
from wasmlab.errors import CheckBroken
from wasmlab.lesson import Lesson, load_lesson

HINT = "give each loop of a check an end of its own: for _ in range(100)"
ENDED = "it came to no end, and was ended here"
ADDS = '\n\ndef test_adds(wasm):\n    assert wasm.call("add_and_log", 5, 7).result == 12\n'


@pytest.fixture
def lesson(lesson_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Lesson:
    monkeypatch.setattr(patience, "OWN_SECONDS", 0.5)
    monkeypatch.setattr(patience, "ALL_SECONDS", 1.5)
    (lesson_copy / "checks" / "test_add_and_log.py").unlink()
    made = load_lesson(lesson_copy)
    build_lesson(made)
    return made


def checked(lesson: Lesson, text: str) -> list[Verdict]:
    (lesson.root / "checks" / "test_it.py").write_text(text, encoding="utf-8")
    return check_built(lesson, lesson.root / "checks", ["wasmtime"], lambda _verdict: None)


def told(verdicts: list[Verdict]) -> list[tuple[str, str, str]]:
    return [(each.verdict, each.message, each.try_this) for each in verdicts]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (2, "def test_it(wasm):\n    while True: pass\n"),
        (3, "def test_it():\n    while True:\n        with suppress(Exception): 1 / 0\n"),
        (3, "@pytest.fixture\ndef it():\n    while True: pass\n\ndef test_it(it): pass\n"),
        (2, "def test_it():\n    while True: Path('x').exists()\n"),
        pytest.param(
            2,
            "def test_it():\n    time.sleep(600)\n",
            marks=pytest.mark.skipif(os.name == "nt", reason="no signal wakes what sleeps"),
        ),
    ],
)
def test_a_check_that_comes_to_no_end_is_an_error_with_its_line(lesson: Lesson, line: int, text: str) -> None:
    imports = "import pytest, time; from contextlib import suppress; from pathlib import Path\n"
    (word, message, hint), *others = told(checked(lesson, imports + text + ADDS))
    place, _, what = message.partition(": ")
    assert (word, what, hint) == ("error", ENDED, HINT)
    assert place in (f"test_it.py:{line}", f"test_it.py:{line + 1}")  # a loop of two lines
    assert others == [("passed", "", "")]


def test_its_other_examples_are_not_waited_for(lesson: Lesson) -> None:
    text = (
        "import pytest\n\n@pytest.mark.parametrize('x', range(20))\ndef test_it(x):\n    while True: pass\n"
    )
    begun = time.monotonic()
    verdicts = checked(lesson, text)
    assert [each.verdict for each in verdicts] == ["error", *["skipped"] * 19]
    assert time.monotonic() - begun < 10


def test_a_file_of_checks_that_comes_to_no_end_is_an_error(lesson: Lesson) -> None:
    (lesson.root / "checks" / "test_other.py").write_text(ADDS, encoding="utf-8")
    first, *others = checked(lesson, "X = 1\nwhile True: pass\n")
    assert (first.check, first.verdict, first.message[:6]) == ("checks/test_it.py", "error", "line 2")
    assert first.message.endswith(ENDED)
    assert [each.verdict for each in others] == ["passed"]


def test_a_file_of_fixtures_that_comes_to_no_end_is_told(lesson: Lesson) -> None:
    (lesson.root / "checks" / "conftest.py").write_text("X = 1\nwhile True: pass\n", encoding="utf-8")
    with pytest.raises(CheckBroken, match=r"minimal-demo/checks/conftest.py:2: it came to no end"):
        checked(lesson, ADDS)
    with pytest.raises(CheckBroken):
        list_checks(lesson, lesson.root / "checks", ["wasmtime"])


def test_what_a_check_waits_for_is_not_its_own(lesson: Lesson) -> None:
    text = "from threading import Event\n\ndef test_it():\n    for _ in range(4): Event().wait(0.25)\n"
    assert told(checked(lesson, text)) == [("passed", "", "")]


def test_nothing_is_left_of_it(lesson: Lesson) -> None:
    import signal
    import threading

    before = signal.getsignal(signal.SIGALRM) if sys.platform != "win32" else None
    checked(lesson, ADDS)
    assert not [each for each in threading.enumerate() if each.name == "patience"]
    assert sys.platform == "win32" or signal.getsignal(signal.SIGALRM) == before
