"""Checks that stand collected run for each submission in a process of their own, and leave nothing behind."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from wasmlab.build import build_lesson
from wasmlab.checks.verdicts import Verdict
from wasmlab.errors import ToolBroken
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.template import make_template
from wasmlab.grade.workers.checker import Checker, Stopped
from wasmlab.grade.workers.forking import can_fork
from wasmlab.lesson import Lesson, load_lesson

pytestmark = pytest.mark.skipif(not can_fork(), reason="this system does not fork safely")

CHECKS = '''
"""What the checks of these tests do."""
import os, subprocess, time
SEEN = []

def test_remembers(lesson):
    """It has seen nothing before."""
    SEEN.append(lesson.name)
    assert SEEN == [lesson.name]

def test_does_as_it_is_told(lesson, tmp_path):
    """It does what the lesson says."""
    (tmp_path / "x").write_text("")
    word = (lesson.root / "word.txt").read_text()
    if word == "hang":
        sleeps = subprocess.Popen(["sleep", "600"], start_new_session=True)
        (lesson.root / "pid.txt").write_text(str(sleeps.pid))
        sleeps.wait()
    if word == "spin":
        time.sleep(600)
    if word == "die":
        os._exit(7)
    assert word == "good"
'''


@pytest.fixture
def lesson(sum_course: Path) -> Lesson:
    checks = sum_course / "sum" / "checks"
    (checks / "test_sum.py").write_text(CHECKS, encoding="utf-8")
    return load_lesson(sum_course / "sum")


@pytest.fixture
def start(lesson: Lesson, tmp_path: Path) -> Iterator[Callable[..., Checker]]:
    """Return a function that starts the process with these limits."""
    started = []

    def make(seconds: float = 60) -> Checker:
        (tmp_path / "place").mkdir()
        template = make_template(lesson, tmp_path / "template")
        started.append(Checker(tmp_path / "place", template, ("wasmtime",), GradeLimits(seconds=seconds)))
        return started[-1]

    yield make
    for checker in started:
        checker.close()


def _checked(checker: Checker, lesson: Lesson, word: str) -> list[str]:
    (lesson.root / "word.txt").write_text(word, encoding="utf-8")
    heard: list[Verdict] = []
    checker.check(lesson, heard.append)
    return [verdict.verdict for verdict in heard]


def test_each_submission_meets_the_checks_as_they_were_collected(
    start: Callable[..., Checker], lesson: Lesson
) -> None:
    checker = start()
    assert [_checked(checker, lesson, word) for word in ("good", "bad", "good")] == [
        ["passed", "passed"],
        ["passed", "failed"],
        ["passed", "passed"],
    ]


def _ends(pid: int) -> bool:
    """Wait for the end of a process that was killed; nobody may have asked yet how it ended."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


def test_checks_that_hang_or_die_stop_one_submission(start: Callable[..., Checker], lesson: Lesson) -> None:
    checker = start(seconds=6)
    with pytest.raises(Stopped) as hung:
        _checked(checker, lesson, "hang")
    assert hung.value.hung
    assert _ends(int((lesson.root / "pid.txt").read_text(encoding="utf-8")))
    with pytest.raises(Stopped) as died:
        _checked(checker, lesson, "die")
    assert not died.value.hung
    assert _checked(checker, lesson, "good") == ["passed", "passed"]


def test_a_check_that_comes_to_no_end_by_itself_is_an_error(
    start: Callable[..., Checker], lesson: Lesson
) -> None:
    """No submission has had a part in it, and the checks after it are run."""
    checker = start(seconds=6)
    assert [_checked(checker, lesson, word) for word in ("spin", "good")] == [
        ["passed", "error"],
        ["passed", "passed"],
    ]


def test_no_process_stays(start: Callable[..., Checker], lesson: Lesson) -> None:
    checker = start()
    _checked(checker, lesson, "good")
    found = []
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):  # one of another test may be ending
            found += [process] if "wasmlab.grade.workers.forking" in " ".join(process.cmdline()) else []
    assert len(found) == 1
    checker.close()
    psutil.wait_procs(found, timeout=30)
    assert not any(process.is_running() for process in found)


def test_a_folder_that_is_removed_meanwhile_is_not_made_again(
    start: Callable[..., Checker], lesson: Lesson, tmp_path: Path
) -> None:
    """A worker that is ended just as it starts this process must leave nothing."""
    checker = start()
    shutil.rmtree(tmp_path / "place")
    with pytest.raises(ToolBroken):
        _checked(checker, lesson, "good")
    checker.close()
    assert not (tmp_path / "place").exists()


def test_checks_that_cannot_be_read_are_verdicts_of_ours(
    start: Callable[..., Checker], lesson: Lesson
) -> None:
    (lesson.root / "checks" / "test_sum.py").write_text("def test_(:\n", encoding="utf-8")
    assert _checked(start(), lesson, "good") == ["error"]


def test_a_process_that_is_gone_is_told(start: Callable[..., Checker], lesson: Lesson) -> None:
    checker = start()
    checker.close()
    with pytest.raises(ToolBroken):
        _checked(checker, lesson, "good")


LEAVING = """
import os

COUNT = 0
SEEN = []

def test_leaves(lesson, of=()):
    with (lesson.root.parent / "pids").open("a") as file:
        file.write(f"{{os.getpid()}}\\n")
    {does}
"""


@pytest.mark.parametrize(
    ("does", "processes"),
    [
        ("assert SEEN == [] and COUNT == 0", 1),
        ("raise AssertionError('it did not pass')", 1),
        ("SEEN.append(1); assert SEEN == [1]", 3),
        ("global COUNT; COUNT += 1; assert COUNT == 1", 3),
        ("assert 'SEEN' not in os.environ; os.environ['SEEN'] = 'x'", 3),
        ("assert not hasattr(test_leaves, 'seen'); test_leaves.seen = True", 3),
        ("import decimal; decimal.getcontext().prec = 5", 3),
        ("import threading, time; threading.Thread(target=time.sleep, args=[60], daemon=True).start()", 3),
    ],
)
def test_a_process_takes_the_next_submission_where_checks_leave_nothing(
    start: Callable[..., Checker], lesson: Lesson, does: str, processes: int
) -> None:
    (lesson.root / "checks" / "test_sum.py").write_text(LEAVING.format(does=does), encoding="utf-8")
    checker = start()
    verdicts = [_checked(checker, lesson, "good") for _ in range(3)]
    assert verdicts == [["failed" if does.startswith("raise") else "passed"]] * 3
    pids = (lesson.root.parent / "pids").read_text(encoding="utf-8").split()
    assert (len(pids), len(set(pids))) == (3, processes)


def test_a_process_between_two_submissions_may_go(start: Callable[..., Checker], lesson: Lesson) -> None:
    (lesson.root / "checks" / "test_sum.py").write_text(LEAVING.format(does="pass"), encoding="utf-8")
    checker = start()
    for _ in range(2):
        assert _checked(checker, lesson, "good") == ["passed"]
        pid = int((lesson.root.parent / "pids").read_text(encoding="utf-8").split()[-1])
        process = psutil.Process(pid)
        process.kill()
        while process.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
    assert _checked(checker, lesson, "good") == ["passed"]


IMPORTS = """
import sys

def test_calls(wasm):
    before = set(sys.modules)
    wasm.call("add_and_log", 5, 7)
    assert "signed integer overflow" in wasm.call("add_and_log", 2147483647, 1).why
    found = {name for name in set(sys.modules) - before if name.startswith(("wasmlab", "elftools"))}
    assert found == set()
"""


def test_what_checks_import_stands_ready(start: Callable[..., Checker], lesson: Lesson, right: str) -> None:
    (lesson.root / "c").mkdir(exist_ok=True)
    (lesson.root / "c" / "add_and_log.c").write_text(right, encoding="utf-8")
    (lesson.root / "checks" / "test_sum.py").write_text(IMPORTS, encoding="utf-8")
    build_lesson(lesson)
    heard: list[Verdict] = []
    start().check(lesson, heard.append)
    assert [(verdict.verdict, verdict.message) for verdict in heard] == [("passed", "")]


CHANCE = """
import random

random.seed(1)

def test_asks(lesson):
    assert [random.randint(1, 1000) for _ in range(3)] == [138, 583, 868]
"""


def test_each_submission_is_asked_the_same_random_numbers(
    start: Callable[..., Checker], lesson: Lesson
) -> None:
    (lesson.root / "checks" / "test_sum.py").write_text(CHANCE, encoding="utf-8")
    checker = start()
    assert [_checked(checker, lesson, "good") for _ in range(3)] == [["passed"]] * 3


BOUNDED = """
import resource

def test_is_bounded(lesson):
    assert 0 < resource.getrlimit(resource.RLIMIT_CPU)[0] < 10_000
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
"""


def test_checks_that_nobody_watches_any_more_come_to_an_end(
    start: Callable[..., Checker], lesson: Lesson
) -> None:
    (lesson.root / "checks" / "test_sum.py").write_text(BOUNDED, encoding="utf-8")
    checker = start()
    assert [_checked(checker, lesson, "good") for _ in range(2)] == [["passed"]] * 2
