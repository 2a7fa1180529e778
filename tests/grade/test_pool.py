"""The workers of a batch, as they are ended."""

from __future__ import annotations

from typing import Any

import pytest

from wasmlab.grade import pool


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
