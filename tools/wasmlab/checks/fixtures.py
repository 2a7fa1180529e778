"""The part of the plugin with the fixtures `expect` and `python`, and what belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from wasmlab.checks.costs import Meter
    from wasmlab.checks.expecting import Expect
    from wasmlab.checks.pages import LessonPages
    from wasmlab.checks.python_checks import PythonRooms, PythonSubject
    from wasmlab.checks.subject import Subject
    from wasmlab.lesson import Lesson


@pytest.fixture
def host_says() -> dict[str, str]:
    """Return how a host call reads in `logs`; a lesson's `checks/conftest.py` gives its own."""
    return {}


@pytest.fixture(scope="session")
def fuel_meter() -> Iterator[Callable[[], Meter]]:
    """Return a function that gives the one wasmtime in which costs are counted."""
    from wasmlab.checks.costs import Meter

    started: list[Meter] = []

    def get() -> Meter:
        if not started:
            started.append(Meter())
        return started[0]

    yield get
    for meter in started:
        meter.close()


@pytest.fixture
def expect(wasm: Subject, host_says: dict[str, str], fuel_meter: Callable[[], Meter]) -> Expect:
    """Return what a sentence begins with: `expect.call("add", 5, 7).returns(12)`."""
    from wasmlab.checks.expecting import Expect

    return Expect(wasm, host_says, fuel_meter)


@pytest.fixture(scope="session")
def python_rooms(lesson_pages: LessonPages) -> PythonRooms:
    """Return the workers that stay from check to check."""
    return lesson_pages.python


@pytest.fixture
def python(
    page_engine: str, lesson: Lesson, python_rooms: PythonRooms, request: pytest.FixtureRequest
) -> PythonSubject:
    """Return the lesson's Python in its Pyodide worker: `python.load("py/words.py").call("count", "a b")`."""
    from wasmlab.checks.notes import NOTES
    from wasmlab.checks.python_checks import PythonSubject

    subject = PythonSubject(lesson, python_rooms.get(page_engine, lesson))
    request.node.stash[NOTES] = subject.notes
    return subject
