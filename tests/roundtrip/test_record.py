"""Round trips as data: values to the bit, JSON, and what counts as agreeing."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmlab.roundtrip import Value, stack_frames

WIDTHS = {"i32": 32, "i64": 64, "f32": 32, "f64": 64}


@given(st.sampled_from(["i32", "i64"]), st.integers(-(1 << 63), (1 << 63) - 1))
def test_an_integer_wraps_to_its_width_and_reads_signed(type: str, number: int) -> None:
    value = Value.of(type, number)
    half = 1 << (WIDTHS[type] - 1)
    assert -half <= value.number < half
    assert (value.number - number) % (2 * half) == 0


@given(st.floats(allow_nan=False))
def test_a_double_comes_back_as_it_was(number: float) -> None:
    back = Value.of("f64", number).number
    assert (back, math.copysign(1, back)) == (number, math.copysign(1, number))


@pytest.mark.parametrize(
    ("value", "text", "json"),
    [
        (Value.of("i32", -1), "-1", {"type": "i32", "value": -1}),
        (Value.of("i64", -1), "-1", {"type": "i64", "value": "-1"}),
        (Value.of("f32", -0.0), "-0.0", {"type": "f32", "value": "-0.0", "bits": "0x80000000"}),
        (Value("f32", 0x7F800001), "nan:0x7f800001", None),
        (Value("funcref", 1), "function", {"type": "funcref", "value": "function"}),
        (Value("externref", 0), "null", {"type": "externref", "value": "null"}),
    ],
)
def test_a_value_as_text_and_as_json(value: Value, text: str, json: dict[str, object] | None) -> None:
    assert str(value) == text
    assert json is None or value.to_json() == json


def test_frames_are_read_from_both_kinds_of_stack() -> None:
    v8 = "RuntimeError: unreachable\n    at f (wasm://wasm/6a2cb6ce:wasm-function[2]:0x1ae)"
    spidermonkey = "f@http://localhost/a.js line 60 > WebAssembly.Module:wasm-function[2]:0x1ae\n"
    assert stack_frames(v8) == stack_frames(spidermonkey)
    assert [(frame.index, frame.offset) for frame in stack_frames(v8)] == [(2, 0x1AE)]
