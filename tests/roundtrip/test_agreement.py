"""What counts as agreeing, and the table of where engines do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wasmlab.roundtrip import Crossing, RoundTrip, Trap, Value, agree, disagreement
from wasmlab.roundtrip.agreement import differences, parity_table


def _trip(engine: str, *crossings: Crossing, trap: str = "") -> RoundTrip:
    return RoundTrip(engine, "f", crossings, (), Trap(trap, "words") if trap else None)


CALL, LOG = Crossing("call", "f", (), 0), Crossing("host call", "env.log", (Value("i32", 1),), 1)
OTHER = Crossing("host call", "env.log", (Value("i32", 2),), 1)
END = Crossing("trap", "f", (), 0)
LATE = "time limit"


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (_trip("a", CALL, LOG), _trip("b", CALL, LOG), True),
        (_trip("a", CALL, LOG), _trip("b", CALL, OTHER), False),
        (_trip("a", CALL, LOG), _trip("b", CALL), False),
        (_trip("a", CALL, END, trap="unreachable"), _trip("b", CALL, END, trap="unreachable"), True),
        (_trip("a", CALL, END, trap="unreachable"), _trip("b", CALL, END, trap=LATE), False),
        # how far a call came before its time was over is the machine's, the way there is the module's
        (
            _trip("a", CALL, LOG, LOG, END, trap=LATE),
            _trip("b", CALL, LOG, END, trap=LATE),
            True,
        ),
        (
            _trip("a", CALL, LOG, END, trap=LATE),
            _trip("b", CALL, OTHER, END, trap=LATE),
            False,
        ),
    ],
)
def test_what_engines_must_agree_on(first: RoundTrip, second: RoundTrip, same: bool) -> None:
    assert agree(first, second) is same
    assert bool(disagreement([first, second])) is not same


def test_a_nan_agrees_with_a_nan_of_other_bits() -> None:
    first, second = (RoundTrip("a", "f", (), (Value("f32", bits),)) for bits in (0x7FC00000, 0xFFC00000))
    assert agree(first, second)
    assert not agree(first, RoundTrip("a", "f", (), (Value("f32", 0),)))


def test_the_time_of_a_crossing_is_nobodys_answer() -> None:
    late = replace(LOG, microseconds=99.0)
    assert agree(_trip("a", CALL, LOG), _trip("b", CALL, late))


ANSWER = RoundTrip("a", "f", (CALL, LOG), (Value("i32", 1),), memory_hash="00ff")


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (replace(ANSWER, engine="b", seconds=3.0), []),
        (replace(ANSWER, results=(Value("i32", 2),)), ["result"]),
        (replace(ANSWER, trap=Trap("unreachable", "")), ["trap"]),
        (replace(ANSWER, crossings=(CALL, OTHER)), ["host calls"]),
        (replace(ANSWER, missed=2), ["host calls"]),
        (replace(ANSWER, memory_hash="00fe"), ["memory"]),
    ],
)
def test_a_difference_is_named(other: RoundTrip, words: list[str]) -> None:
    assert differences(ANSWER, other) == words


def test_the_table_shows_every_engine_and_what_is_different() -> None:
    liar = replace(ANSWER, engine="liar", crossings=(CALL, OTHER), memory_hash="00fe")
    assert parity_table([ANSWER, replace(ANSWER, engine="twin"), liar]).splitlines() == [
        "engine  result  trap  host calls  memory  ms",
        "a       1       -     env.log(1)  00ff    0.00",
        "twin    1       -     env.log(1)  00ff    0.00",
        "liar    1       -     env.log(2)  00fe    0.00",
        "liar differs from a: host calls, memory, crossing 2 is env.log(2), not env.log(1)",
    ]


def test_a_table_of_engines_that_agree_says_so() -> None:
    assert parity_table([ANSWER, ANSWER]).splitlines()[-1] == "the same in all 2"


def test_a_disagreement_in_the_last_of_many_host_calls_is_found_in_the_table() -> None:
    first = replace(ANSWER, crossings=(CALL, *[LOG] * 30, LOG))
    second = replace(ANSWER, engine="b", crossings=(CALL, *[LOG] * 30, OTHER))
    assert "crossing 32 is env.log(2), not env.log(1)" in disagreement([first, second])
