"""What hostile modules do to an engine, row by row: each ends as demanded, and the next call works."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wasmlab.engines import session
from wasmlab.engines.bridge import leb, section, vector
from wasmlab.engines.contract import Limits, Session
from wasmlab.engines.vetting import is_harmless
from wasmlab.errors import UsageError
from wasmlab.roundtrip import Trap
from wasmlab.wasmfile import HEADER, read_module

MakeModule = Callable[[str], bytes]
GOOD = '(func (export "f") (result i32) (i32.const 7))'
EXPORT = section(7, vector([b"\x01f\0\0"]))
MEMORY = section(5, vector([b"\0\1"]))
BOUND = ("time limit", "memory limit")


def built(bodies: list[bytes], types: list[bytes], more: bytes = b"") -> bytes:
    """Return a module whose functions are all of type 0; the first is exported as `f`."""
    functions = section(3, vector([b"\0"] * len(bodies)))
    code = section(10, vector([leb(len(body) + 2) + b"\0" + body + b"\x0b" for body in bodies]))
    return HEADER + section(1, vector(types)) + functions + more + EXPORT + code


NONE = b"\x60\0\0"


def joins(values: int, blocks: int) -> bytes:
    """Return parameters that live through many joins: a value of each for every join."""
    body = b"".join(
        b"\x02\x40\x20\0\x0d\0\x20" + leb((k + 1) % values) + b"\x21" + leb(k % values) + b"\x0b"
        for k in range(blocks)
    )
    used = b"".join(b"\x41\0\x20" + leb(k) + b"\x36\x02\0" for k in range(values))
    takes = b"\x60" + vector([b"\x7f"] * values) + b"\0"
    return built([b"\x03\x40" + body + b"\x20\0\x0d\0\x0b" + used], [takes], MEMORY)


def wide_calls(values: int, calls: int) -> bytes:
    """Return calls of a function with many parameters and results."""
    many = vector([b"\x7f"] * values)
    calling = b"\x41\0" * values + b"\x10\x01" * calls + b"\x1a" * values
    same = b"".join(b"\x20" + leb(k) for k in range(values))
    code = section(10, vector([leb(len(body) + 2) + b"\0" + body + b"\x0b" for body in (calling, same)]))
    types = section(1, vector([NONE, b"\x60" + many + many]))
    return HEADER + types + section(3, vector([b"\0", b"\1"])) + EXPORT + code


def many_ways(values: int, ways: int) -> bytes:
    """Return one table of branches to many blocks, in a loop with many live values."""
    blocks = 60
    switch = b"\x20\0\x0e" + leb(ways) + b"".join(leb(k % blocks) for k in range(ways)) + b"\0"
    ends = b"".join(b"\x0b\x20" + leb((k + 3) % values) + b"\x21" + leb(k % values) for k in range(blocks))
    used = b"".join(b"\x41\0\x20" + leb(k) + b"\x36\x02\0" for k in range(values))
    takes = b"\x60" + vector([b"\x7f"] * values) + b"\0"
    body = b"\x03\x40" + b"\x02\x40" * blocks + switch + ends + b"\x20\0\x0d\0\x0b" + used
    return built([body], [takes], MEMORY)


def many_types(count: int) -> bytes:
    """Return distinct types."""
    kinds = b"\x7f\x7e\x7d\x7c"
    digits = [[kinds[k >> place & 3] for place in range(0, max(k.bit_length(), 1), 2)] for k in range(count)]
    return built([b""], [NONE, *(b"\x60" + vector([bytes([d]) for d in each]) + b"\0" for each in digits)])


def nested(opening: bytes, depth: int) -> bytes:
    return built([opening * depth + b"\x0b" * depth], [NONE])


def with_data(size: int) -> bytes:
    """Return a module with a segment of data; its code comes last but one."""
    memory = section(5, vector([b"\0" + leb(257)]))
    data = section(11, vector([b"\0\x41\0\x0b" + leb(size) + b"x" * size]))
    return built([b""], [NONE], memory) + data


# What compiling costs, smallest first; measured in wasmtime 50 without a bound. None: it must compile.
COMPILING: dict[str, tuple[Callable[[], bytes], tuple[str, ...]]] = {
    "10 KiB, 1000 calls with 1000 values: over 30 s": (lambda: wide_calls(1000, 1000), BOUND),
    "16 KiB, a branch with 16000 ways: 9 s": (lambda: many_ways(20, 16000), BOUND),
    "28 KiB, 400 values through 2000 joins: 8 s": (lambda: joins(400, 2000), BOUND),
    "108 KiB, 1000 values through 8000 joins: minutes": (lambda: joins(1000, 8000), BOUND),
    "391 KiB, 100000 empty functions: 8 s": (lambda: built([b""] * 100_000, [NONE]), BOUND),
    "977 KiB, 500000 calls: 4 s and 830 MiB": (lambda: built([b"\x10\0" * 500_000], [NONE]), BOUND),
    "1000 nested loops": (lambda: nested(b"\x03\x40", 1000), ()),
    "10000 nested blocks": (lambda: nested(b"\x02\x40", 10_000), ()),
    "an expression 5000 deep": (
        lambda: built([b"\x41\1" * 5000 + b"\x6a" * 4999 + b"\x1a"], [NONE]),
        (),
    ),
    "2000 types": (lambda: many_types(2000), ()),
    "a custom section of 16 MiB": (
        lambda: built([b""], [NONE]) + section(0, b"\x01x" + bytes(16 << 20)),
        (),
    ),
    "16 MiB of data": (lambda: with_data(16 << 20), ()),
}


@dataclass(frozen=True)
class Row:
    """A module that runs, or does not: the trap's kind or else the result of `f`, in every engine."""

    wat: str
    trap: str = ""
    result: tuple[int, ...] = ()


RUNNING = {
    "an endless loop": Row('(func (export "f") (loop (br 0)))', "time limit"),
    "a start function without end": Row(
        '(func $s (loop (br 0))) (start $s) (func (export "f"))', "time limit"
    ),
    "a recursion without end": Row('(func $f (export "f") (call $f))', "call stack exhausted"),
    "a start function that traps": Row('(func $s unreachable) (start $s) (func (export "f"))', "unreachable"),
    "a start function that recurses": Row(
        '(func $s (call $s)) (start $s) (func (export "f"))', "call stack exhausted"
    ),
    "a read outside": Row(
        '(memory 1) (func (export "f") (drop (i32.load (i32.const 65536))))', "memory access out of bounds"
    ),
    "a memory of 4 GiB": Row('(memory 65536) (func (export "f"))', "memory limit"),
    "memory.grow until it says no": Row(
        """(memory 1) (func (export "f") (result i32)
          (loop (br_if 0 (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))) (memory.size))""",
        result=(256,),
    ),
    "memory.grow for ever": Row(
        '(memory 1) (func (export "f") (loop (drop (memory.grow (i32.const 1))) (br 0)))', "time limit"
    ),
    "table.grow beyond all bounds": Row(
        """(table 1 funcref) (func (export "f") (result i32)
          (table.grow (ref.null func) (i32.const 0x7fffffff)))""",
        result=(-1,),
    ),
    "a table of 10000001 elements": Row('(table 10000001 funcref) (func (export "f"))', "memory limit"),
    "50 tables of 10000000 elements": Row(
        "(table 10000000 funcref) " * 50 + '(func (export "f"))', "memory limit"
    ),
    "two memories that are too much together": Row(
        '(memory 200) (memory 200) (func (export "f"))', "memory limit"
    ),
    "a flood of host calls": Row(
        '(import "env" "h" (func $h)) (func (export "f") (loop (call $h) (br 0)))', "time limit"
    ),
    "4000 fills of the whole memory, without a loop": Row(
        '(memory 256) (func (export "f") '
        + "(memory.fill (i32.const 0) (i32.const 1) (i32.const 0x1000000))" * 4000
        + ")",
        "time limit",
    ),
}


@pytest.fixture(scope="module")
def patient() -> Iterator[Session]:
    """Yield a wasmtime that has time for what must come to its end."""
    with session("wasmtime", Limits(seconds=20, memory=32 << 20)) as started:
        yield started


def ended(started: Session, wasm: bytes) -> Trap | None:
    """Open the module, call `f` where it takes nothing, and say how it ended, with the time in the output."""
    asked = time.monotonic()
    instance = started.open(wasm)
    trap = instance.opening.trap
    signature = next(e.signature for e in read_module(wasm).exports if e.name == "f")
    if trap is None and signature is not None and not signature.params:
        trap = instance.call("f", []).trap
    print(f"{started.name}: {trap.kind if trap else 'ran'} after {time.monotonic() - asked:.2f} s")
    return trap


def next_call_works(started: Session, wasm: bytes) -> None:
    asked = time.monotonic()
    trip = started.open(wasm).call("f", [])
    while trip.trap and trip.trap.kind == "time limit" and time.monotonic() < asked + 30:
        trip = started.open(wasm).call("f", [])  # the machine may be busy with something else
    assert trip.result == 7
    print(f"{started.name}: the next call took {time.monotonic() - asked:.2f} s")


@pytest.mark.parametrize("name", COMPILING)
def test_compiling_is_bounded(
    name: str, sessions: dict[str, Session], patient: Session, module: MakeModule
) -> None:
    make, kinds = COMPILING[name]
    started = sessions["wasmtime"] if kinds else patient
    trap = ended(started, make())
    assert (trap.kind if trap else "") in (kinds or ("",))
    next_call_works(started, module(GOOD))


@pytest.mark.parametrize("name", [name for name, (_, kinds) in COMPILING.items() if kinds])
def test_a_browser_survives_what_is_hard_to_compile(
    name: str, sessions: dict[str, Session], module: MakeModule
) -> None:
    wasm = COMPILING[name][0]()
    for started in (sessions["chromium"], sessions["firefox"]):
        trap = ended(started, wasm)
        assert (trap.kind if trap else "") in ("", "call stack exhausted", *BOUND)
        next_call_works(started, module(GOOD))


@pytest.mark.parametrize("name", RUNNING)
def test_running_is_bounded(name: str, started: Session, module: MakeModule) -> None:
    row = RUNNING[name]
    wasm = module(row.wat)
    deadline = time.monotonic() + 30
    while True:
        asked = time.monotonic()
        trip = started.open(wasm).call("f", [])
        kind = trip.trap.kind if trip.trap else ""
        print(f"{started.name}: {kind or trip.result} after {time.monotonic() - asked:.2f} s")
        if kind in (row.trap, "") or asked > deadline:
            break  # or else a machine that is busy with other things did not come to it in time
    assert kind == row.trap
    assert tuple(value.number for value in trip.results) == row.result
    next_call_works(started, module(GOOD))


@pytest.mark.parametrize("name", COMPILING)
def test_no_module_that_takes_long_is_compiled_in_this_process(name: str) -> None:
    make, kinds = COMPILING[name]
    wasm = make()
    if kinds:
        assert not is_harmless(wasm, read_module(wasm))


def test_a_module_of_a_lesson_is_compiled_in_this_process(module: MakeModule) -> None:
    wasm = module(
        '(import "env" "log" (func $l (param i32))) (memory 1) (func (export "f") (call $l (i32.const 1)))'
    )
    assert is_harmless(wasm, read_module(wasm))


@pytest.mark.parametrize("more", ["", "(func)" * 300], ids=["in this process", "confined"])
def test_fuel_ends_a_call_at_the_same_instruction_each_time(more: str, module: MakeModule) -> None:
    text = """(global $n (mut i32) (i32.const 0))
      (func (export "f") (loop (global.set $n (i32.add (global.get $n) (i32.const 1))) (br 0)))
      (func (export "n") (result i32) (global.get $n))"""
    counts = set()
    with session("wasmtime", Limits(seconds=20, fuel=10_000)) as started:
        for _ in range(2):
            instance = started.open(module(text + more))
            trap = instance.call("f", []).trap
            assert trap is not None
            assert trap.kind == "out of fuel"
            counts.add(instance.call("n", []).result)
    assert len(counts) == 1


@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_a_browser_that_should_count_instructions_says_that_none_does(name: str) -> None:
    with pytest.raises(UsageError, match="no browser counts instructions"), session(name, Limits(fuel=9)):
        pass


def test_a_huge_file_is_refused_unread(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "huge.wasm"
    with path.open("wb") as file:
        file.write(HEADER)
        file.truncate(3 << 30)
    done = run_cli("run", str(path), "f")
    assert (done.exit_code, "3072 MiB" in done.stderr) == (2, True)
