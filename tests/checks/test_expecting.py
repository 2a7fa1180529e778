"""`expect`, verb by verb: what meets it, and what comes near and does not."""

from __future__ import annotations

import math
from typing import Any

import pytest

from wasmlab.checks.expecting import Called, Ran
from wasmlab.checks.notmet import NotMet
from wasmlab.checks.subject import Answer, Ended
from wasmlab.errors import CheckBroken
from wasmlab.roundtrip import RoundTrip, Trap, Value

NAN = math.nan


def called(*numbers: Any, trap: str = "") -> Called:
    """Return a call that gave these numbers, f64 where they are floats, or ended in a trap."""
    values = tuple(Value.of("f64" if isinstance(each, float) else "i32", each) for each in numbers)
    trip = RoundTrip("wasmtime", "f", (), values, Trap(trap, "it said so") if trap else None)
    return Called("f()", Answer(trip), {})


def is_met(sentence: Any) -> bool:
    try:
        sentence()
    except NotMet:
        return False
    return True


@pytest.mark.parametrize(
    ("came", "value", "met"),
    [
        ((7,), 7, True),
        ((7,), 8, False),
        ((7.0,), 7, True),
        ((), None, True),
        ((0,), None, False),
        ((), 0, False),
        ((NAN,), NAN, True),
        ((NAN,), 1.0, False),
        ((1.0,), NAN, False),
        ((1, 2), (1, 2), True),
        ((1, 2), (2, 1), False),
        ((1, 2), 1, False),
        ((1, NAN), (1, NAN), True),
        ((2, NAN), (1, NAN), False),
    ],
)
def test_returns(came: tuple[Any, ...], value: Any, met: bool) -> None:
    assert is_met(lambda: called(*came).returns(value)) is met


@pytest.mark.parametrize(
    ("came", "met"),
    [((1.5,), True), ((0.5,), True), ((1.6,), False), ((NAN,), False), ((), False), ((1, 1), False)],
)
def test_returns_about(came: tuple[Any, ...], met: bool) -> None:
    assert is_met(lambda: called(*came).returns_about(1.0, within=0.5)) is met


def test_a_trap_is_no_result() -> None:
    trapped = called(trap="unreachable")
    for value in (None, 0, (), "unreachable"):
        assert not is_met(lambda value=value: trapped.returns(value))
    assert not is_met(lambda: trapped.returns_about(0.0, within=math.inf))


@pytest.mark.parametrize(("trap", "met"), [("unreachable", True), ("integer overflow", False), ("", False)])
def test_a_trap_is_of_the_kind_that_is_named(trap: str, met: bool) -> None:
    ended = Ended(trap=trap or None)
    for subject in (called(trap=trap), Ran(ended)):
        assert is_met(lambda subject=subject: subject.traps("unreachable")) is met
        assert is_met(lambda subject=subject: subject.traps()) is bool(trap)


def test_a_kind_of_trap_that_there_is_not_is_a_mistake_of_the_check() -> None:
    for subject in (called(trap="unreachable"), Ran(Ended(trap="unreachable"))):
        with pytest.raises(CheckBroken, match="unreachabel"):
            subject.traps("unreachabel")


def test_what_was_given_is_named_and_not_too_long() -> None:
    from wasmlab.checks.expecting import _given

    assert _given((), "") == ""
    assert _given(("a", "b"), "x" * 60) == f"with the words 'a' 'b' and the input '{'x' * 60}'"
    assert _given((), "x" * 61) == f"with the input '{'x' * 60}' ..."
