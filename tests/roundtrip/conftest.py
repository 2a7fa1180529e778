"""Recorded trips that every drawing is tried on."""

from __future__ import annotations

import pytest

from wasmlab.roundtrip import Crossing, Pointed, RoundTrip, Trap, Value

# Whatever a module may call its exports: markup, a terminal's commands, writing turned round, line ends.
HOSTILE = "<b>&\"'`#;%%{init}\x1b[2J\u202eevil\n\u0000|"


def _int(*numbers: int) -> tuple[Value, ...]:
    return tuple(Value.of("i32", number) for number in numbers)


@pytest.fixture
def trip() -> RoundTrip:
    """Return the trip of the first lesson."""
    crossings = (
        Crossing("call", "add_and_log", _int(5, 7), 0),
        Crossing("host call", "env.js_log", _int(12), 1, 21.4),
        Crossing("host return", "env.js_log", (), 1, 24.0),
        Crossing("return", "add_and_log", _int(12), 0, 31.9),
    )
    return RoundTrip("wasmtime", "add_and_log", crossings, _int(12), None, 0.0000319, 0, "00ff")


@pytest.fixture
def trapped() -> RoundTrip:
    """Return a trip that ends in a trap, after a host call with text in memory; two were not kept."""
    text = Pointed(1024, 9, b'hi "you"')
    crossings = (
        Crossing("call", "f", (Value.of("f64", -0.0),), 0),
        Crossing("host call", "env.say", _int(1024, 9), 1, 2.0, (text,)),
        Crossing("host return", "env.say", (), 1, 3.0),
        Crossing("trap", "f", (), 0, 4.0),
    )
    return RoundTrip("firefox", "f", crossings, (), Trap("unreachable", "unreachable executed"), 0.1, 2)


@pytest.fixture
def hostile() -> RoundTrip:
    """Return a trip whose names are made to break what they are written into."""
    crossings = (Crossing("call", HOSTILE, (), 0), Crossing("return", HOSTILE, (), 0))
    return RoundTrip("chromium", HOSTILE, crossings, ())


@pytest.fixture
def long() -> RoundTrip:
    """Return a trip of 1002 crossings."""
    between = [
        Crossing(kind, "env.tick", _int(number) if kind == "host call" else (), 1)
        for number in range(500)
        for kind in ("host call", "host return")
    ]
    crossings = (Crossing("call", "f", (), 0), *between, Crossing("return", "f", (), 0))
    return RoundTrip("wasmtime", "f", crossings, ())
