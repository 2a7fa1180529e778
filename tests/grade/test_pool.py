"""The workers of a batch, as they are ended."""

from __future__ import annotations

import os
import queue
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from wasmlab.checks.verdicts import Verdict
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.outcome import Graded
from wasmlab.grade.submission import Submission
from wasmlab.grade.workers import pool
from wasmlab.grade.workers.ending import was_too_large
from wasmlab.process import Command, converse


def test_a_worker_that_two_end_at_once_is_ended_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[object] = []
    monkeypatch.setattr(pool, "end", ended.append)
    nobody: Any = None
    worker = pool.Worker(nobody)

    class Process:
        """At a Ctrl-C the other thread comes while this one looks."""

        looks = 0

        def poll(self) -> int:
            self.looks += 1
            if self.looks == 1:
                worker.kill()
            return 0

    worker._process = process = Process()
    worker.kill()
    assert ended == [process]


_HAS_STARTED = """
import subprocess, sys
sleeps = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
print(sleeps.pid, flush=True)
sleeps.wait()
"""
_HAS = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_HAS_STARTED!r}])"


def test_a_worker_is_ended_with_all_that_it_has_started_and_its_folder_goes(tmp_path: Path) -> None:
    """A browser has a session of its own, and a process of another one started it."""
    nobody: Any = None
    worker = pool.Worker(nobody)
    (tmp_path / "place" / "t").mkdir(parents=True)
    worker._place = tmp_path / "place"
    worker._process = process = converse(Command((sys.executable, "-c", _HAS), tmp_path))
    assert process.stdout is not None
    started = psutil.Process(int(process.stdout.readline()))
    worker.kill()
    gone, left = psutil.wait_procs([started], timeout=20)
    for each in left:
        each.kill()
    assert gone
    assert not (tmp_path / "place").exists()


def test_a_worker_that_is_closed_while_it_starts_is_ended_and_not_started_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nobody: Any = None
    worker = pool.Worker(nobody)
    started: list[object] = []
    ended: list[object] = []

    class Process:
        """It has ended by itself."""

        def poll(self) -> int:
            return 0

    def starting(_command: object) -> Process:
        worker.close()  # Ctrl-C falls here
        started.append(process := Process())
        return process

    monkeypatch.setattr(pool, "converse", starting)
    monkeypatch.setattr(pool, "end", ended.append)
    assert worker.grade(Submission("ann", {})).outcome == "error"
    assert len(started) == 1
    assert ended == started


Said = dict[str, Any] | None  # a message, or that the process has ended
_PASSED: Said = {"kind": "graded", "graded": Graded("ann", "passed").to_json()}
_ERROR: Said = {"kind": "graded", "graded": Graded("ann", "error", "the disk is full").to_json()}
_BUILDING: Said = {"kind": "building"}
_CHECKING: Said = {"kind": "checking"}
_WATCHED: Said = {"kind": "checking", "watched": True}
_GONE: Said = None


def _verdict(word: str, line: str = "It adds.") -> Said:
    return {"kind": "verdict", "verdict": Verdict("sum", "adds", "wasmtime", word, line).to_json()}  # type: ignore[arg-type]


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Callable[..., pool.Worker]:
    """Return a function that makes a worker whose processes, one after another, say this."""

    def make(*processes: list[Said], browser: int = 2 << 30) -> pool.Worker:
        nobody: Any = None
        limits = GradeLimits(seconds=0.3, building=1.5, browser=browser)
        made = pool.Worker(pool.Task(nobody, ("wasmtime",), limits, "none"))
        left = list(processes)

        class Process:
            """One that says what it was made for, and then nothing more."""

            pid = os.getpid()
            stdin = None

            def poll(self) -> int:
                return 0

        def ready(self: pool.Worker) -> None:
            if self._process is None:
                self._process, self._answers = Process(), queue.SimpleQueue()
                for said in left.pop(0):
                    self._answers.put(said)

        monkeypatch.setattr(pool.Worker, "_ready", ready)
        monkeypatch.setattr(pool, "send", lambda *_args, **_fields: None)
        monkeypatch.setattr(pool, "end", lambda _process: None)
        monkeypatch.setattr(pool, "_GRACE", 0.0)
        monkeypatch.setattr(pool, "_PATIENCE", 0.4)
        return made

    return make


_BUILT_LONG = "building takes longer than 1.5 s"
_CHECKED_LONG = "checking takes longer than 0.3 s"
_DIED = "the process that was checking it ended"


@pytest.mark.parametrize(
    ("processes", "outcome", "why"),
    [
        ([[_BUILDING, _PASSED]], "passed", ""),
        ([[_BUILDING, _ERROR], [_BUILDING, _PASSED]], "passed", ""),
        ([[_ERROR], [_ERROR]], "error", "the disk is full"),
        ([[_BUILDING, _GONE], [_PASSED]], "passed", ""),
        ([[_CHECKING, _GONE], [_CHECKING, _GONE]], "over-limit", _DIED),
        ([[_BUILDING]], "over-limit", _BUILT_LONG),
        ([[_BUILDING, _CHECKING]], "over-limit", _CHECKED_LONG),
        ([[_CHECKING, _verdict("error")], [_CHECKING, _PASSED]], "passed", ""),
    ],
)
def test_what_a_process_says_is_what_becomes_of_a_submission(
    worker: Callable[..., pool.Worker], processes: list[list[Said]], outcome: str, why: str
) -> None:
    graded = worker(*processes).grade(Submission("ann", {}))
    assert (graded.outcome, graded.why) == (outcome, why)


def test_checks_that_begin_once_more_have_the_verdicts_of_the_second_time(
    worker: Callable[..., pool.Worker],
) -> None:
    said = [_CHECKING, _verdict("failed", "It adds, before."), _CHECKING, _verdict("passed")]
    graded = worker(said).grade(Submission("ann", {}))
    assert [verdict.line for verdict in graded.verdicts] == ["It adds."]


def test_who_ends_checks_in_time_itself_is_waited_for(worker: Callable[..., pool.Worker]) -> None:
    assert worker([_CHECKING]).grade(Submission("ann", {})).seconds < 0.6
    assert worker([_WATCHED]).grade(Submission("ann", {})).seconds > 0.6


def test_the_memory_of_checks_is_watched_and_not_that_of_compilers(
    worker: Callable[..., pool.Worker],
) -> None:
    assert was_too_large(worker([_CHECKING], browser=1).grade(Submission("ann", {})))
    assert worker([_BUILDING], browser=1).grade(Submission("ann", {})).why == _BUILT_LONG


def test_what_is_stopped_is_not_begun_once_more(worker: Callable[..., pool.Worker]) -> None:
    closed = worker([_ERROR])
    closed.close()
    assert closed.grade(Submission("ann", {})).outcome == "error"


def test_after_many_submissions_a_worker_makes_room_for_a_new_one(
    worker: Callable[..., pool.Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "_SUBMISSIONS", 2)
    twice = worker([_PASSED, _PASSED, _GONE], [_PASSED, _PASSED, _GONE])
    assert [twice.grade(Submission("ann", {})).outcome for _ in range(4)] == ["passed"] * 4
    assert twice._process is None
