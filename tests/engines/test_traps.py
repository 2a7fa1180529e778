"""Every way to trap has one word, whichever engine it happens in."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from wasmlab.engines.contract import OPENING, Session
from wasmlab.roundtrip import RoundTrip, Value

Everywhere = Callable[..., RoundTrip]
MakeModule = Callable[[str], bytes]

TRAPS = {
    "unreachable": [("unreachable", "")],
    "memory access out of bounds": [
        ("(drop (i32.load (i32.const 65536)))", "(memory 1)"),
        ("(i64.store (i32.const -1) (i64.const 1))", "(memory 1)"),
        ("(memory.fill (i32.const 65530) (i32.const 0) (i32.const 10))", "(memory 1)"),
        ("(memory.init 0 (i32.const 0) (i32.const 0) (i32.const 9))", '(memory 1) (data "abc")'),
    ],
    "table access out of bounds": [
        ("(call_indirect (type $none) (i32.const 5))", "(table 1 funcref)"),
        ("(drop (table.get (i32.const 5)))", "(table 1 funcref)"),
        ("(table.set (i32.const 5) (ref.null func))", "(table 1 funcref)"),
        ("(table.fill (i32.const 0) (ref.null func) (i32.const 3))", "(table 1 funcref)"),
        ("(table.copy (i32.const 0) (i32.const 0) (i32.const 3))", "(table 1 funcref)"),
    ],
    "indirect call to null": [("(call_indirect (type $none) (i32.const 0))", "(table 1 funcref)")],
    "indirect call type mismatch": [
        (
            "(call_indirect (type $none) (i32.const 0))",
            "(table 1 funcref) (elem (i32.const 0) $g) (func $g (param i32))",
        )
    ],
    "integer overflow": [("(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))", "")],
    "integer division by zero": [
        ("(drop (i32.div_s (i32.const 1) (i32.const 0)))", ""),
        ("(drop (i64.rem_u (i64.const 1) (i64.const 0)))", ""),
    ],
    "invalid conversion to integer": [
        ("(drop (i32.trunc_f64_s (f64.const nan)))", ""),
        ("(drop (i32.trunc_f32_s (f32.const 1e20)))", ""),
        ("(drop (i64.trunc_f64_u (f64.const -1)))", ""),
    ],
    "call stack exhausted": [("(call $f)", "")],
    "null reference": [("(drop (ref.as_non_null (ref.null func)))", "")],
    "cast failure": [("(drop (ref.cast (ref i31) (ref.null any)))", "")],
    "uncaught exception": [("(throw $e)", "(tag $e)")],
}
CASES = [(kind, body, more) for kind, bodies in TRAPS.items() for body, more in bodies]


@pytest.mark.parametrize(("kind", "body", "more"), CASES)
def test_a_trap_has_the_same_word_in_every_engine(
    everywhere: Everywhere, kind: str, body: str, more: str
) -> None:
    trip = everywhere(f'(type $none (func)) {more} (func $f (export "f") (type $none) {body})', "f")
    assert trip.trap is not None
    assert trip.trap.kind == kind
    assert [crossing.kind for crossing in trip.crossings] == ["call", "trap"]


def test_the_frames_of_a_trap_point_at_the_same_instructions(
    sessions: dict[str, Session], module: MakeModule
) -> None:
    wasm = module("""(memory 1)
      (func $inner (param f32) (unreachable))
      (func (export "f") (param f32) (call $inner (local.get 0)))""")
    stacks = {}
    for name, session in sessions.items():
        trap = session.open(wasm).call("f", [Value.of("f32", 1)]).trap
        assert trap is not None
        stacks[name] = [(frame.index, frame.offset) for frame in trap.frames]
    if webkit := stacks.pop("webkit", None):
        assert webkit == [(0, 0), (1, 0)]  # it does not tell offsets
    first = stacks["wasmtime"]
    assert [index for index, _ in first] == [0, 1]
    assert all(stack == first for stack in stacks.values())
    assert wasm[first[0][1]] == 0  # the opcode of `unreachable`


def test_an_instance_lives_on_after_a_trap(started: Session, module: MakeModule) -> None:
    wat = """(global $n (mut i32) (i32.const 0))
      (func (export "f") (result i32)
        (global.set $n (i32.add (global.get $n) (i32.const 1)))
        (if (i32.eq (global.get $n) (i32.const 1)) (then unreachable))
        (global.get $n))"""
    instance = started.open(module(wat))
    assert instance.call("f", []).trap is not None
    assert instance.call("f", []).result == 2


@pytest.mark.parametrize(
    ("kind", "wat"),
    [
        ("unreachable", "(func $s unreachable) (start $s)"),
        ("memory access out of bounds", '(memory 1) (data (i32.const 65535) "abc")'),
        ("table access out of bounds", "(table 1 funcref) (func $g) (elem (i32.const 1) $g)"),
        ("time limit", "(func $s (loop (br 0))) (start $s)"),
        ("memory limit", "(memory 65536)"),
    ],
)
def test_a_trap_while_instantiating_is_data_too(
    started: Session, module: MakeModule, kind: str, wat: str
) -> None:
    instance = started.open(module(f'{wat} (func (export "f"))'))
    assert instance.opening.trap is not None
    assert (instance.opening.function, instance.opening.trap.kind) == (OPENING, kind)
    trap = instance.call("f", []).trap
    assert trap is not None
    assert trap.kind == kind


def test_host_calls_of_a_start_function_are_recorded(started: Session, module: MakeModule) -> None:
    wat = '(import "env" "log" (func $l (param i32))) (func $s (call $l (i32.const 9))) (start $s)'
    opening = started.open(module(wat)).opening
    assert [(call.name, call.values[0].number) for call in opening.host_calls] == [("env.log", 9)]


def test_an_endless_loop_ends_at_the_limit_and_the_next_call_works(
    started: Session, module: MakeModule
) -> None:
    wat = """(import "env" "log" (func $log (param i32))) (global $n (mut i32) (i32.const 0))
      (func (export "loop") (call $log (i32.const 1)) (global.set $n (i32.const 5)) (loop (br 0)))
      (func (export "n") (result i32) (global.get $n))"""
    instance = started.open(module(wat))
    trip = instance.call("loop", [])
    assert trip.trap is not None
    assert trip.trap.kind == "time limit"
    assert [call.name for call in trip.host_calls] == ["env.log"]
    asked = time.monotonic()
    assert instance.call("n", []).result == 0  # a new instance, everything as at the start
    assert time.monotonic() - asked < 1  # the promise, not a measurement


def test_engines_that_end_an_endless_flood_at_other_places_agree(everywhere: Everywhere) -> None:
    wat = '(import "env" "log" (func $log)) (func (export "f") (loop (call $log) (br 0)))'
    trip = everywhere(wat, "f")
    assert trip.trap is not None
    assert trip.trap.kind == "time limit"


def test_memory_grows_to_the_limit_and_no_further(everywhere: Everywhere) -> None:
    wat = """(memory 1) (func (export "f") (result i32 i32)
      (memory.grow (i32.const 255)) (memory.grow (i32.const 1)))"""
    assert everywhere(wat, "f").result == (1, -1)
