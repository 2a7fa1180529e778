"""The same numbers, to the last bit, come out of every engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wasmlab.engines.contract import Session
from wasmlab.roundtrip import RoundTrip, Value, disagreement

IDENTITY = """
  (import "env" "i32" (func $i32 (param i32) (result i32)))
  (import "env" "i64" (func $i64 (param i64) (result i64)))
  (import "env" "f32" (func $f32 (param f32) (result f32)))
  (import "env" "f64" (func $f64 (param f64) (result f64)))
  (func (export "i32") (param i32) (result i32) (drop (call $i32 (local.get 0))) (local.get 0))
  (func (export "i64") (param i64) (result i64) (drop (call $i64 (local.get 0))) (local.get 0))
  (func (export "f32") (param f32) (result f32) (drop (call $f32 (local.get 0))) (local.get 0))
  (func (export "f64") (param f64) (result f64) (drop (call $f64 (local.get 0))) (local.get 0))
"""

TORTURE = [
    *(Value("i32", bits) for bits in (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)),
    *(Value("i64", bits) for bits in (0, 1 << 53, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, (1 << 64) - 1)),
    # zeros, the least subnormal, the largest, infinities, quiet and signalling NaNs with payloads
    *(Value("f32", bits) for bits in (0, 0x80000000, 1, 0x7F7FFFFF, 0x7F800000, 0xFF800000)),
    *(Value("f32", bits) for bits in (0x7FC00000, 0xFFC00000, 0x7FC00001, 0x7F800001, 0xFFA12345)),
    *(Value("f64", bits) for bits in (0, 1 << 63, 1, 0x7FEF << 48, 0x7FF0 << 48, 0xFFF0 << 48)),
    *(Value("f64", bits) for bits in (0x7FF8 << 48, 0xFFF8 << 48, (0x7FF8 << 48) + 1, 0x7FF0000000000001)),
    Value("f64", 0xFFF4123456789ABC),
]

Everywhere = Callable[..., RoundTrip]


@pytest.mark.parametrize("value", TORTURE, ids=lambda value: f"{value.type}-{value.bits:x}")
def test_a_value_keeps_its_bits_as_argument_as_result_and_in_a_host_call(
    started: Session, module: Callable[[str], bytes], value: Value
) -> None:
    trip = started.open(module(IDENTITY)).call(value.type, [value])
    assert trip.results == (value,)
    assert [call.values for call in trip.host_calls] == [(value,)]


@pytest.mark.parametrize(
    ("name", "answer"), [("f32", float("-inf")), ("f64", -0.0), ("i64", -(1 << 63)), ("i32", -1)]
)
def test_a_host_answers_with_the_number_it_was_given(
    everywhere: Everywhere, name: str, answer: float
) -> None:
    wat = f'(import "env" "h" (func $h (result {name}))) (func (export "f") (result {name}) (call $h))'
    assert everywhere(wat, "f", hosts={"env.h": [answer]}).results == (Value.of(name, answer),)


def test_a_host_uses_up_its_answers_and_stays_with_the_last(everywhere: Everywhere) -> None:
    wat = """(import "env" "h" (func $h (result i32)))
      (func (export "f") (result i32 i32 i32) (call $h) (call $h) (call $h))"""
    assert everywhere(wat, "f", hosts={"env.h": [4, 5]}).result == (4, 5, 5)


def test_several_results_of_every_type_come_back_in_order(everywhere: Everywhere) -> None:
    wat = """(func (export "f") (param i32 i64 f32 f64) (result f64 f32 i64 i32)
      (local.get 3) (local.get 2) (local.get 1) (local.get 0))"""
    given = (
        Value.of("i32", -1),
        Value.of("i64", -2),
        Value("f32", 0x7F800001),
        Value("f64", 0xFFF0000000000001),
    )
    assert everywhere(wat, "f", *given).results == given[::-1]


def test_a_host_function_with_several_results_is_answered(everywhere: Everywhere) -> None:
    wat = """(import "env" "h" (func $h (param f32) (result i32 f64)))
      (func (export "f") (result i32 f64) (call $h (f32.const -0.0)))"""
    trip = everywhere(wat, "f", hosts={"env.h": [7]})
    assert trip.results == (Value("i32", 7), Value("f64", 0))
    assert trip.host_calls[0].values == (Value("f32", 0x80000000),)


@pytest.mark.parametrize(
    "value", [Value("externref", 0), Value("externref", 3), Value("funcref", 0)], ids=str
)
def test_a_reference_comes_back_as_the_same_one(everywhere: Everywhere, value: Value) -> None:
    wat = f'(func (export "f") (param {value.type}) (result {value.type}) (local.get 0))'
    assert everywhere(wat, "f", value).results == (value,)


def test_a_function_can_be_a_result(everywhere: Everywhere) -> None:
    wat = '(elem declare func $f) (func $f (export "f") (result funcref) (ref.func $f))'
    assert str(everywhere(wat, "f").results[0]) == "function"


def test_arithmetic_gives_the_canonical_nan(everywhere: Everywhere) -> None:
    wat = '(func (export "f") (param f32 f32) (result f32) (f32.div (local.get 0) (local.get 1)))'
    trip = everywhere(wat, "f", Value.of("f32", 0), Value.of("f32", 0))
    assert trip.result != trip.result


def test_recursion_through_hosts_is_recorded_in_its_order(everywhere: Everywhere) -> None:
    wat = """(import "env" "log" (func $log (param i32)))
      (func $f (export "f") (param i32)
        (call $log (local.get 0))
        (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))))))"""
    trip = everywhere(wat, "f", Value.of("i32", 3))
    assert [call.values[0].number for call in trip.host_calls] == [3, 2, 1, 0]
    assert [c.kind for c in trip.crossings][:3] == ["call", "host call", "host return"]
    assert trip.crossings[-1].kind == "return"


def test_a_flood_of_host_calls_is_counted_and_cut_alike(
    patient: dict[str, Session], module: Callable[[str], bytes]
) -> None:
    wasm = module("""(import "env" "log" (func $log (param i32)))
      (func (export "f") (param i32)
        (loop (call $log (local.get 0))
          (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))""")
    trips = [started.open(wasm).call("f", [Value.of("i32", 6000)]) for started in patient.values()]
    assert disagreement(trips) == ""
    assert [(len(trip.host_calls), trip.missed) for trip in trips] == [(5000, 2000)] * len(trips)
