"""Every engine started once for all tests of this folder; a missing one is an error, never a skip.

Those that are optional take part where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
import wasmtime

from wasmlab.engines import ENGINES, OPTIONAL, engine, session
from wasmlab.engines.contract import Hosts, Limits, Session
from wasmlab.errors import ToolMissing
from wasmlab.roundtrip import RoundTrip, Value, disagreement


def _is_here(name: str) -> bool:
    try:
        engine(name).find()
    except ToolMissing:
        return False
    return True


EVERY = [*ENGINES, *filter(_is_here, OPTIONAL)]
"""The names of all engines of this machine."""
SHORT = 0.5
"""The time limit of the sessions, in seconds."""


@pytest.fixture(scope="session")
def sessions() -> Iterator[dict[str, Session]]:
    """Yield all engines, started."""
    with _started(SHORT) as started:
        yield started


@pytest.fixture(scope="session")
def patient() -> Iterator[dict[str, Session]]:
    """Yield all engines, started, with a time limit that no busy machine reaches."""
    with _started(60.0) as started:
        yield started


@contextmanager
def _started(seconds: float) -> Iterator[dict[str, Session]]:
    with ExitStack() as stack:
        limits = Limits(seconds=seconds, memory=16 << 20, output=64 << 10, files=1 << 20)
        yield {name: stack.enter_context(session(name, limits)) for name in EVERY}


@pytest.fixture(params=EVERY)
def started(request: pytest.FixtureRequest, sessions: dict[str, Session]) -> Session:
    """Return each engine in turn."""
    return sessions[request.param]


@pytest.fixture
def everywhere(sessions: dict[str, Session]) -> Callable[..., RoundTrip]:
    """Return a function that makes one call in all engines, and gives their one answer."""

    def call(wat: str, name: str, *args: Value, hosts: Hosts | None = None) -> RoundTrip:
        wasm = _module(wat)
        trips = [started.open(wasm, hosts).call(name, args) for started in sessions.values()]
        assert disagreement(trips) == ""
        return trips[0]

    return call


@pytest.fixture
def module() -> Callable[[str], bytes]:
    """Return the function that turns a module's text into bytes."""
    return _module


def _module(wat: str) -> bytes:
    return bytes(wasmtime.wat2wasm(f"(module {wat})"))
