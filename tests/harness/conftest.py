"""A session that keeps its events, and a way to run code in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from wasmlab.harness import ExecutionResult, Limits, Session


class Room:
    """A session with what it has told, run from a plain test."""

    def __init__(self, **options: Any) -> None:
        self.events: list[dict[str, Any]] = []
        self.session = Session(self.events.append, **options)

    def run(self, code: str, **options: Any) -> ExecutionResult:
        """Run `code`; `events` holds what this run has told."""
        self.events.clear()
        return self.session.run_blocking(code, options)

    def told(self, *kinds: str) -> list[dict[str, Any]]:
        """Return the events of these kinds."""
        return [event for event in self.events if event["type"] in kinds]


@pytest.fixture
def make_room() -> Iterator[Callable[..., Room]]:
    rooms: list[Room] = []

    def make(*, ask: Any = None, stay: bool = False, **limits: int) -> Room:
        rooms.append(Room(ask=ask, stay=stay, limits=Limits(**limits)))
        return rooms[-1]

    yield make
    for room in rooms:
        room.session.close()


@pytest.fixture
def room(make_room: Callable[..., Room]) -> Room:
    return make_room()
