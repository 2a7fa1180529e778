"""Host functions: data, Python code, and what their arguments point at, alike in every engine."""

from __future__ import annotations

import weakref
from collections.abc import Callable

import pytest

from wasmlab.engines import session
from wasmlab.engines.contract import Host, HostMemory, Hosts, Pointer, Session
from wasmlab.errors import CallRefused
from wasmlab.roundtrip import Pointed, RoundTrip, Value

Everywhere = Callable[..., RoundTrip]
MakeModule = Callable[[str], bytes]

TYPES = """(import "env" "h" (func $h (param i32 i64 f32 f64) (result f64 i64)))
  (func (export "f") (result f64 i64)
    (call $h (i32.const -1) (i64.const 0x8000000000000000) (f32.const 1.5) (f64.const -0.0)))"""


def test_a_function_in_python_gets_plain_numbers_and_answers(everywhere: Everywhere) -> None:
    seen: list[tuple[float, ...]] = []

    def answer(*args: float) -> tuple[float, int]:
        seen.append(args)
        return -0.0, -(1 << 63)

    trip = everywhere(TYPES, "f", hosts={"env.h": answer})
    assert trip.results == (Value("f64", 1 << 63), Value("i64", 1 << 63))
    assert [call.values[1] for call in trip.host_calls] == [Value("i64", 1 << 63)]
    assert len(seen) >= 3
    assert all(repr(args) == "(-1, -9223372036854775808, 1.5, -0.0)" for args in seen)


def test_a_function_in_python_keeps_its_state_from_call_to_call(started: Session, module: MakeModule) -> None:
    wat = """(import "env" "next" (func $next (result i32)))
      (func (export "f") (result i32 i32 i32) (call $next) (call $next) (call $next))"""
    numbers = iter(range(1, 10))
    instance = started.open(module(wat), {"env.next": lambda: next(numbers)})
    assert instance.call("f", []).result == (1, 2, 3)
    assert instance.call("f", []).result == (4, 5, 6)


def test_an_import_that_is_there_twice_has_one_answer_after_the_other(everywhere: Everywhere) -> None:
    wat = """(import "env" "next" (func $a (result i32))) (import "env" "next" (func $b (result i32)))
      (func (export "f") (result i32 i32 i32) (call $a) (call $b) (call $a))"""
    assert everywhere(wat, "f", hosts={"env.next": [1, 2, 3]}).result == (1, 2, 3)


@pytest.mark.parametrize(
    ("module", "name"), [("constructor", "name"), ("toString", "length"), ("__proto__", "then")]
)
def test_an_import_may_be_called_as_what_every_object_of_javascript_has(
    everywhere: Everywhere, module: str, name: str
) -> None:
    wat = f"""(import "{module}" "{name}" (func $h (result i32)))
      (func (export "f") (result i32) (call $h))"""
    assert everywhere(wat, "f", hosts={f"{module}.{name}": [7]}).result == 7


@pytest.mark.parametrize("hosts", [{"env.next": lambda: 1}, None])
def test_an_instance_that_is_given_up_leaves_nothing_in_wasmtime(
    hosts: Hosts | None, module: MakeModule
) -> None:
    wasi = "" if hosts else '(import "wasi_snapshot_preview1" "proc_exit" (func (param i32)))'
    wat = f"""{wasi} (import "env" "next" (func $next (result i32)))
      (memory (export "memory") 1) (func (export "f") (result i32) (call $next))"""
    with session("wasmtime") as started:
        instance = started.open(module(wat), hosts)
        instance.call("f", [])
        store = weakref.ref(instance.store)  # type: ignore[attr-defined]
        del instance
        assert store() is None


UPPER = """(import "env" "upper" (func $upper (param i32 i32) (result i32)))
  (memory (export "memory") 1) (data (i32.const 65532) "abcd")
  (func (export "f") (param i32 i32) (result i32) (call $upper (local.get 0) (local.get 1)))"""


def _upper(memory: HostMemory, start: int, length: int) -> int:
    text = memory.read(start, length)
    memory.write(start, text.upper())
    return sum(text)


def test_a_function_in_python_reads_and_writes_the_memory(started: Session, module: MakeModule) -> None:
    instance = started.open(module(UPPER), {"env.upper": Host(function=_upper, with_memory=True)})
    assert instance.call("f", [Value("i32", 65533), Value("i32", 2)]).result == ord("b") + ord("c")
    assert instance.memory(65532, 4) == b"aBCd"


def test_what_a_function_in_python_raises_comes_out_where_the_module_was_called(
    started: Session, module: MakeModule
) -> None:
    instance = started.open(module(UPPER), {"env.upper": Host(function=_upper, with_memory=True)})
    with pytest.raises(CallRefused, match="bytes 65533 to 65537 are outside the memory of 65536 bytes"):
        instance.call("f", [Value("i32", 65533), Value("i32", 4)])
    assert instance.call("f", [Value("i32", 65532), Value("i32", 1)]).result == ord("a")

    def fail(_: int, __: int) -> int:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        started.open(module(UPPER), {"env.upper": fail}).call("f", [Value("i32", 0), Value("i32", 0)])


@pytest.mark.parametrize("given", ["text", (1, 2), [1]])
def test_an_answer_of_another_type_is_refused(started: Session, module: MakeModule, given: object) -> None:
    instance = started.open(module(UPPER), {"env.upper": lambda _start, _length: given})
    with pytest.raises(CallRefused) as refused:
        instance.call("f", [Value("i32", 0), Value("i32", 0)])
    assert refused.value.what == f"env.upper was answered with {given!r}"
    assert refused.value.hint == "its type is (i32, i32) -> i32"


POINTING = """(import "env" "say" (func $say (param i32 i32)))
  (import "env" "text" (func $text (param i32)))
  (memory (export "memory") 1) (data (i32.const 16) "hello\\00") (data (i32.const 65533) "end")
  (func (export "f") (call $say (i32.const 16) (i32.const 4)) (call $say (i32.const 65530) (i32.const 9))
    (call $say (i32.const 0) (i32.const 5000)) (call $text (i32.const 16)) (call $text (i32.const 65533))
    (call $text (i32.const -1)))"""


def test_what_arguments_point_at_is_kept_with_the_call(everywhere: Everywhere) -> None:
    hosts = {"env.say": Host(pointers=(Pointer(0, 1),)), "env.text": Host(pointers=(Pointer(0),))}
    first = b"hello".rjust(21, b"\0").ljust(1024, b"\0")
    assert [call.memory for call in everywhere(POINTING, "f", hosts=hosts).host_calls] == [
        (Pointed(16, 4, b"hell"),),
        (),  # outside of the memory
        (Pointed(0, 5000, first),),
        (Pointed(16, 5, b"hello"),),
        (),  # no zero before the memory ends
        (),
    ]
