"""What a process holds is seen together with what it has started, and without what all of them share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.outcome import Graded
from wasmlab.grade.submission import Submission
from wasmlab.grade.workers import holding, pool
from wasmlab.grade.workers.ending import too_large
from wasmlab.grade.workers.holding import Watch, held_by
from wasmlab.process import Command, converse, end

MIB = 1 << 20
_INNER = "import sys; kept = b'x' * (200 << 20); print('here', flush=True); sys.stdin.read()"
_OUTER = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_INNER!r}])"
_SHARED = """
import mmap, sys
kept = mmap.mmap(-1, 200 << 20)
kept.write(b"x" * (200 << 20))
print("here", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Any]:
    """Return a function that starts a program of Python and waits until it holds what it will hold."""
    running = []

    def start(program: str) -> int:
        running.append(converse(Command((sys.executable, "-c", program), tmp_path)))
        assert running[-1].stdout is not None
        assert running[-1].stdout.readline().strip() == b"here"
        return running[-1].pid

    yield start
    for each in running:
        end(each)


@pytest.mark.parametrize("program", [_OUTER, _SHARED], ids=["of a child", "shared with others"])
def test_what_a_process_holds_is_seen(started: Any, program: str) -> None:
    assert 200 * MIB < held_by(started(program)) < 300 * MIB


def test_a_process_that_is_gone_holds_nothing(started: Any) -> None:
    watch = Watch(pid := started("print('here')"), 0)
    psutil.Process(pid).wait(20)
    assert not watch.finds_too_much()


@pytest.mark.parametrize(("takes", "due"), [(0.001, 100.251), (0.01, 100.51), (0.2, 101.2)])
def test_where_a_look_takes_long_there_are_few(
    takes: float, due: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]

    def slow(_pid: int) -> int:
        now[0] += takes
        return 5

    monkeypatch.setattr(holding, "held_by", slow)
    monkeypatch.setattr(holding.time, "monotonic", lambda: now[0])
    watch = Watch(1, 4)
    assert watch.due == 100.25
    assert watch.finds_too_much()
    assert watch.due == pytest.approx(due)


def test_each_browser_may_hold_so_much() -> None:
    limits = GradeLimits(browser=5)
    asked = [("wasmtime",), ("chromium",), ("wasmtime", "chromium", "firefox")]
    assert [limits.together(engines) for engines in asked] == [5, 5, 10]


@pytest.mark.parametrize(("others", "outcomes"), [(0, ["over-limit"]), (1, ["over-limit", "passed"])])
def test_what_took_too_much_after_others_is_graded_once_more(
    others: int, outcomes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may have left it; where there were none, it is the submission's own."""
    nobody: Any = None
    left = [too_large("ann", 5, ()), Graded("ann", "passed")]
    came = []

    def once(_worker: object, _submission: Submission) -> Graded:
        came.append(left.pop(0))
        return came[-1]

    monkeypatch.setattr(pool.Worker, "_once", once)
    graded = pool.Worker(nobody, done=others).grade(Submission("ann", {}))
    assert [each.outcome for each in came] == outcomes
    assert graded == came[-1]
