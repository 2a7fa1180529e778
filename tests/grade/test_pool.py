"""The workers of a batch, as they are ended."""

from __future__ import annotations

from typing import Any

import pytest

from wasmlab.errors import ToolBroken
from wasmlab.grade import pool
from wasmlab.grade.submission import Submission


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


def test_a_worker_that_is_closed_in_the_middle_is_not_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody: Any = None
    worker, starts = pool.Worker(nobody), []

    def started(worker: pool.Worker) -> None:
        starts.append(worker)
        worker.close()  # Ctrl-C falls here
        raise ToolBroken("a worker does not start", "wasmlab doctor")

    monkeypatch.setattr(pool.Worker, "_ready", started)
    assert worker.grade(Submission("ann", {})).outcome == "error"
    assert starts == [worker]
