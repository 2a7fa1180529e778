"""A module in a process of its own is a module like any other, until it has to be ended."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import psutil
import pytest

from wasmlab.engines import session
from wasmlab.engines.confined.wire import Garbled, receive, send
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


def test_what_a_confined_module_refuses_is_an_error_here(patient: Session, module: MakeModule) -> None:
    text = """(memory (export "ram") 1) (global (export "g") (mut i32) (i32.const 1))
      (table (export "t") 3 funcref) (func (export "f") (param i32))"""
    instance = patient.open(module(confined(text)))
    instance.write_global("g", Value.of("i32", 5))
    assert instance.read_global("g") == Value.of("i32", 5)
    assert instance.table_size("t") == 3
    refused: list[Callable[[], object]] = [
        lambda: instance.call("f", []),
        lambda: instance.call("nobody", []),
        lambda: instance.memory(65536, 1),
        lambda: instance.read_global("nobody"),
        lambda: instance.write_memory(65535, b"ab"),
    ]
    for ask in refused:
        with pytest.raises(CallRefused):
            ask()
    assert instance.memory(65535, 1) == b"\0"


def test_a_module_that_never_opens_says_so_each_time(hasty: Session, module: MakeModule) -> None:
    instance = hasty.open(module(GOOD + "(func)" * 200_000))
    assert instance.opening.trap is not None
    assert instance.opening.trap.kind in ("time limit", "memory limit")
    assert instance.call("f", []).trap == instance.opening.trap
    with pytest.raises(CallRefused, match="did not start"):
        instance.memory(0, 1)


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
    # More than three seconds where memory is quick, without any place at which a call is stopped.
    fills = "(memory.fill (i32.const 0) (i32.const 1) (i32.const 0x1000000))" * 8000
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


def is_child(process: psutil.Process) -> bool:
    """Return whether a confined module runs in this process, which may end at any moment."""
    try:
        return "confined.child" in " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False


def processes() -> list[psutil.Process]:
    """Return the processes of confined modules."""
    return [process for process in psutil.Process().children() if is_child(process)]


def test_a_process_that_dies_under_a_module_is_a_trap_and_the_next_call_works(
    patient: Session, module: MakeModule
) -> None:
    text = """(global $n (mut i32) (i32.const 0)) (func (export "f") (result i32)
      (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n))"""
    instance = patient.open(module(confined(text)))
    patient.open(module(confined(GOOD)))  # and let go: its process is free, and is ended with the other
    assert [instance.call("f", []).result for _ in range(2)] == [1, 2]
    for child in processes():
        child.kill()
    trap = instance.call("f", []).trap
    assert trap is not None
    assert trap.kind == "trap"
    assert "ended by itself" in trap.message
    assert instance.call("f", []).result == 1


def test_no_process_outlives_its_session(module: MakeModule) -> None:
    before = set(processes())
    with session("wasmtime") as started:
        instance = started.open(module(confined(GOOD)))
        children = [child for child in processes() if child not in before]
        assert len(children) == 1
        assert instance.call("f", []).result == 7
    psutil.wait_procs(children, timeout=10)
    assert [child for child in children if child.is_running()] == []


@pytest.mark.parametrize(
    "said",
    [
        b"\xff" * 8,
        b"\4\0\0\0\0\0\0\0null"[:-1] + b"L",
        b"\x0d\0\0\0\0\0\0\0" + b'{"is":"Popen"}'[:13],
        b"\x0e\0\0\0\0\0\0\0" + b'{"is":"Popen"}',
        b"\x12\0\0\0\0\0\0\0" + b'{"is":"Value","x":',
        b"\x10\x27\0\0\0\0\0\0" + b"[" * 10_000,
    ],
)
def test_what_is_no_message_of_ours_makes_nothing(said: bytes) -> None:
    with pytest.raises(Garbled):
        receive(io.BytesIO(said))


def test_what_crosses_the_pipe_comes_out_the_same() -> None:
    pipe = io.BytesIO()
    sent = (Value("f64", 1 << 63), b"\0\xff", {"env.h": Host((1, (Value("i32", 2),)))}, CallRefused("a", "b"))
    send(pipe, sent)
    pipe.seek(0)
    value, data, hosts, error = receive(pipe)
    assert (value, data, hosts) == sent[:3]
    assert (type(error), error.what, error.hint) == (CallRefused, "a", "b")
