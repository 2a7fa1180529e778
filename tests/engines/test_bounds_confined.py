"""A module in a process of its own is a module like any other, until it has to be ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from wasmlab.engines import session
from wasmlab.engines.contract import Host, HostMemory, Limits, Pointer, Session
from wasmlab.errors import CallRefused
from wasmlab.roundtrip import Value

MakeModule = Callable[[str], bytes]
GOOD = '(func (export "f") (result i32) (i32.const 7))'


@pytest.fixture(scope="module")
def patient() -> Iterator[Session]:
    """Yield a wasmtime that has time for what must come to its end."""
    with session("wasmtime", Limits(seconds=20, memory=32 << 20)) as started:
        yield started


@pytest.fixture(scope="module")
def hasty() -> Iterator[Session]:
    """Yield a wasmtime that ends what does not end by itself."""
    with session("wasmtime", Limits(seconds=0.5, memory=16 << 20)) as started:
        yield started


def confined(wat: str) -> str:
    """Return the text of a module with so many functions that it runs in a process of its own."""
    return wat + "(func)" * 300


def test_a_confined_module_answers_as_any_other(patient: Session, module: MakeModule) -> None:
    text = """(import "env" "log" (func $log (param f32) (result i64))) (memory (export "ram") 1)
      (data (i32.const 8) "hello") (global (export "g") (mut f64) (f64.const -0.0))
      (func (export "f") (param f32) (result i64) (call $log (local.get 0)))
      (func (export "trap") unreachable)"""
    instance = patient.open(module(confined(text)), {"env.log": [-2, 5]})
    trip = instance.call("f", [Value("f32", 0x7F800001)])
    assert trip.results == (Value.of("i64", -2),)
    assert [call.values for call in trip.host_calls] == [(Value("f32", 0x7F800001),)]
    assert instance.call("f", [Value("f32", 0)]).result == 5
    assert instance.memory(8, 5) == b"hello"
    assert instance.read_global("g") == Value.of("f64", -0.0)
    trap = instance.call("trap", []).trap
    assert trap is not None
    assert (trap.kind, len(trap.frames)) == ("unreachable", 1)


def test_a_confined_module_asks_host_functions_that_see_its_memory(
    patient: Session, module: MakeModule
) -> None:
    text = """(import "env" "upper" (func $upper (param i32 i32) (result f64))) (memory (export "ram") 1)
      (data (i32.const 8) "hello") (func (export "f") (param i32) (result f64)
        (call $upper (local.get 0) (i32.const 5)))"""

    def upper(memory: HostMemory, start: int, length: int) -> float:
        memory.write(start, memory.read(start, length).upper())
        return float("-inf")

    host = Host(function=upper, with_memory=True, pointers=(Pointer(0, 1),))
    instance = patient.open(module(confined(text)), {"env.upper": host})
    trip = instance.call("f", [Value("i32", 8)])
    assert (trip.result, instance.memory(8, 5)) == (float("-inf"), b"HELLO")
    assert [pointed.data for pointed in trip.host_calls[0].memory] == [b"hello"]
    with pytest.raises(CallRefused, match="outside the memory"):
        instance.call("f", [Value("i32", 65533)])
    assert instance.call("f", [Value("i32", 8)]).result == float("-inf")


def test_what_a_host_function_of_a_confined_module_raises_comes_out_of_the_call(
    patient: Session, module: MakeModule
) -> None:
    def refuse() -> None:
        raise KeyError("mine")

    text = '(import "env" "h" (func $h)) (func (export "f") (call $h))'
    instance = patient.open(module(confined(text)), {"env.h": refuse})
    for _ in range(2):
        with pytest.raises(KeyError, match="mine"):
            instance.call("f", [])


def test_a_confined_module_that_had_to_be_ended_starts_anew(hasty: Session, module: MakeModule) -> None:
    fills = "(memory.fill (i32.const 0) (i32.const 1) (i32.const 0x1000000))" * 2000
    text = f"""(memory 256) (global $n (mut i32) (i32.const 0))
      (func (export "runaway") (global.set $n (i32.const 5)) {fills})
      (func (export "n") (result i32) (global.get $n))"""
    instance = hasty.open(module(text))
    trap = instance.call("runaway", []).trap
    assert trap is not None
    assert trap.kind == "time limit"
    assert instance.call("n", []).result == 0


def test_a_confined_module_that_uses_up_memory_is_ended(module: MakeModule) -> None:
    memories = " ".join(f"(memory $m{n} 1)" for n in range(12))
    grow = " ".join(
        f"(drop (memory.grow $m{n} (i32.const 2047))) "
        f"(memory.fill $m{n} (i32.const 0) (i32.const 1) (i32.const 0x7ff0000))"
        for n in range(12)
    )
    with session("wasmtime", Limits(seconds=20, memory=128 << 20)) as started:
        trap = started.open(module(f'{memories} (func (export "f") {grow})')).call("f", []).trap
        assert trap is not None
        assert trap.kind == "memory limit"
        assert started.open(module(GOOD)).call("f", []).result == 7
