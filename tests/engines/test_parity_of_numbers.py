"""Every numeric instruction gives every engine the same answer, at the corners and anywhere between."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wasmtime import wat2wasm

from wasmlab.engines.batches import Call, call_each
from wasmlab.engines.contract import Session
from wasmlab.roundtrip import RoundTrip, Value, disagreement

Sessions = dict[str, Session]
Operation = tuple[str, tuple[str, ...], str]
"""An instruction, the types it takes, and the one it gives."""

INTEGER = "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr"
INTEGER_TESTS = "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"
FLOAT = "add sub mul div min max copysign"
FLOAT_TESTS = "eq ne lt gt le ge"
INTEGER_ALONE = "clz ctz popcnt extend8_s extend16_s"
FLOAT_ALONE = "abs neg ceil floor trunc nearest sqrt"
INTEGERS, FLOATS = ("i32", "i64"), ("f32", "f64")


def _operations() -> list[Operation]:
    found: list[Operation] = []
    for types, pairs, tests, alone in (
        (INTEGERS, INTEGER, INTEGER_TESTS, INTEGER_ALONE),
        (FLOATS, FLOAT, FLOAT_TESTS, FLOAT_ALONE),
    ):
        for type in types:
            found += [(f"{type}.{name}", (type, type), type) for name in pairs.split()]
            found += [(f"{type}.{name}", (type, type), "i32") for name in tests.split()]
            found += [(f"{type}.{name}", (type,), type) for name in alone.split()]
    for whole, real, sign in itertools.product(INTEGERS, FLOATS, ("s", "u")):
        found.append((f"{whole}.trunc_{real}_{sign}", (real,), whole))
        found.append((f"{whole}.trunc_sat_{real}_{sign}", (real,), whole))
        found.append((f"{real}.convert_{whole}_{sign}", (whole,), real))
    for one, other in (("i32", "f32"), ("i64", "f64")):
        found.append((f"{one}.reinterpret_{other}", (other,), one))
        found.append((f"{other}.reinterpret_{one}", (one,), other))
    return [
        *found,
        ("i32.eqz", ("i32",), "i32"),
        ("i64.eqz", ("i64",), "i32"),
        ("i64.extend32_s", ("i64",), "i64"),
        ("i64.extend_i32_s", ("i32",), "i64"),
        ("i64.extend_i32_u", ("i32",), "i64"),
        ("i32.wrap_i64", ("i64",), "i32"),
        ("f32.demote_f64", ("f64",), "f32"),
        ("f64.promote_f32", ("f32",), "f64"),
    ]


OPERATIONS = _operations()
# Of these the specification fixes every bit, a NaN's too.
EXACT = ("abs", "neg", "copysign", "reinterpret", "and", "or", "xor")

# Zeros, ones, the limits, shifts by a width; of floats also the least and the largest, halves between
# integers, the limits of the integers beside them, infinities, NaNs with and without payload.
REALS = {
    "f32": (0, 1, 0x3F000000, 0x3FC00000, 0x4EFFFFFF, 0x4F000000, 0x5F000000, 0x7F7FFFFF, 0x7F800000),
    "f64": (0, 1, 0x3FE << 52, 0x3FF8 << 48, 0x41DFFFFFFFE00000, 0x43E << 52, (0x7FF << 52) - 1, 0x7FF << 52),
}
NANS = {
    "f32": (0x7FC00000, 0xFFC00001, 0x7F800001),
    "f64": (0x7FF8 << 48, (0xFFF8 << 48) + 1, 0x7FF0000000000001),
}
CORNERS = {
    "i32": (0, 1, 31, 32, 0x55555555, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF),
    "i64": (0, 1, 63, 64, 0x5555555555555555, (1 << 63) - 1, 1 << 63, (1 << 64) - 1),
    "f32": (*REALS["f32"], *((1 << 31) + bits for bits in REALS["f32"]), *NANS["f32"]),
    "f64": (*REALS["f64"], *((1 << 63) + bits for bits in REALS["f64"]), *NANS["f64"]),
}


def _module() -> bytes:
    functions = [
        f'(func (export "{name}") (param {" ".join(takes)}) (result {gives}) '
        f"({name} {' '.join(f'(local.get {place})' for place in range(len(takes)))}))"
        for name, takes, gives in OPERATIONS
    ]
    return bytes(wat2wasm(f"(module {' '.join(functions)})"))


MODULE = _module()


def everywhere(sessions: Sessions, wasm: bytes, calls: Sequence[Call]) -> list[RoundTrip]:
    """Make the calls in all engines, and return their one answer."""
    answers = [call_each(started.open(wasm), calls) for started in sessions.values()]
    tables = [table for trips in zip(*answers, strict=True) if (table := _told(trips))]
    assert tables == [], f"{len(tables)} of {len(calls)} calls"
    return answers[0]


def _told(trips: Sequence[RoundTrip]) -> str:
    name = trips[0].function.partition(".")[2]
    if name.startswith(EXACT) and len({trip.results for trip in trips}) > 1:
        return f"{trips[0]}: not the same bits"
    return disagreement(trips) and f"{trips[0]}\n{disagreement(trips)}"


def _corners(takes: Sequence[str]) -> list[Sequence[int]]:
    """Return the corners of each type; of two floats every second one, or there were too many pairs."""
    step = 2 if takes[0] in FLOATS and len(takes) == 2 else 1
    return [CORNERS[taken][::step] for taken in takes]


@pytest.mark.parametrize("type", ["i32", "i64", "f32", "f64"])
def test_every_instruction_at_the_corners_of_its_types(patient: Sessions, type: str) -> None:
    calls = [
        (name, [Value(taken, bits) for taken, bits in zip(takes, given, strict=True)])
        for name, takes, _ in OPERATIONS
        if takes[0] == type
        for given in itertools.product(*_corners(takes))
    ]
    answers = everywhere(patient, MODULE, calls)
    kinds = {trip.trap.kind for trip in answers if trip.trap}
    assert kinds == (
        {"integer division by zero", "integer overflow"}
        if type in INTEGERS
        else {"invalid conversion to integer"}
    )


def _values(type: str) -> st.SearchStrategy[Value]:
    widest = (1 << (64 if type in ("i64", "f64") else 32)) - 1
    return st.builds(Value, st.just(type), st.sampled_from(CORNERS[type]) | st.integers(0, widest))


@given(st.data())
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_every_instruction_of_any_numbers(patient: Sessions, data: st.DataObject) -> None:
    drawn = {type: data.draw(st.tuples(_values(type), _values(type)), label=type) for type in CORNERS}
    calls = [
        (name, [drawn[type][place] for place, type in enumerate(takes)]) for name, takes, _ in OPERATIONS
    ]
    everywhere(patient, MODULE, calls)


def test_a_wrong_bit_would_be_seen() -> None:
    good = RoundTrip("a", "f32.neg", (), (Value("f32", 0x7FC00000),))
    other = RoundTrip("b", "f32.neg", (), (Value("f32", 0xFFC00000),))
    assert _told([good, other])
    assert not _told([good, good])
