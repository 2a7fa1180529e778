"""The workers of a batch, as they are ended."""

from __future__ import annotations

from typing import Any

import pytest

from wasmlab.grade.submission import Submission
from wasmlab.grade.workers import pool


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
