"""The module's memory, globals and tables from the host's side, alike in every engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from wasmlab.engines.contract import Session
from wasmlab.errors import CallRefused
from wasmlab.roundtrip import RoundTrip, Value
from wasmlab.signature import Signature

Everywhere = Callable[..., RoundTrip]
MakeModule = Callable[[str], bytes]

STORE = """(memory (export "memory") 1) (data (i32.const 8) "hello")
  (func (export "store") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "trap") (i32.store8 (i32.const 8) (i32.const 72)) unreachable)
  (func (export "loop") (loop (br 0)))"""


def _hash(*changes: tuple[int, bytes], size: int = 65536) -> str:
    memory = bytearray(size)
    for start, data in ((8, b"hello"), *changes):
        memory[start : start + len(data)] = data
    return _hash_of(bytes(memory))


def _hash_of(memory: bytes) -> str:
    """The size, and each block that is not all zero behind its number; all numbers in eight bytes."""
    parts = [len(memory).to_bytes(8, "little")]
    for number, start in enumerate(range(0, len(memory), 4096)):
        block = memory[start : start + 4096]
        if block.strip(b"\0"):
            parts += [number.to_bytes(8, "little"), block]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def test_a_round_trip_knows_the_memory_after_it(started: Session, module: MakeModule) -> None:
    instance = started.open(module(STORE))
    assert instance.opening.memory_hash == _hash()
    assert instance.call("store", [Value("i32", 65535), Value("i32", 7)]).memory_hash == _hash((65535, b"\7"))
    assert instance.call("grow", []).memory_hash == _hash((65535, b"\7"), size=2 * 65536)


def test_a_trap_leaves_the_memory_as_it_was_there(everywhere: Everywhere) -> None:
    assert everywhere(STORE, "trap").memory_hash == _hash((8, b"H"))


def test_a_memory_that_nobody_exports_or_that_is_gone_has_no_hash(
    started: Session, module: MakeModule
) -> None:
    assert started.open(module('(memory 1) (func (export "f"))')).call("f", []).memory_hash == ""
    assert started.open(module(STORE)).call("loop", []).memory_hash == ""


PARTS = """(memory (export "memory") 1) (data (i32.const 8) "hello")
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (global (export "i") (mut i32) (i32.const 41)) (global (export "fixed") i32 (i32.const 1))
  (global (export "big") (mut i64) (i64.const -2))
  (global (export "f32") (mut f32) (f32.const -0.0)) (global (export "f64") (mut f64) (f64.const 0))
  (func (export "bits") (result i32) (i32.reinterpret_f32 (global.get 3)))"""


def test_what_the_host_writes_is_what_the_module_reads(started: Session, module: MakeModule) -> None:
    instance = started.open(module(PARTS))
    instance.write_memory(65532, (1 << 31).to_bytes(4, "little"))
    assert instance.call("load", [Value("i32", 65532)]).result == -(1 << 31)
    instance.write_memory(65536, b"")
    with pytest.raises(CallRefused, match="bytes 65533 to 65537 are outside the memory of 65536 bytes"):
        instance.write_memory(65533, b"1234")
    with pytest.raises(CallRefused, match="are outside"):
        instance.write_memory(-1, b"1")
    assert instance.memory(65532, 4) == b"\0\0\0\x80"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("i", Value.of("i32", -5)),
        ("big", Value.of("i64", -(1 << 63))),
        ("f32", Value("f32", 0x7F800001)),
        ("f32", Value("f32", 0xFFC12345)),
        ("f64", Value("f64", 0x7FF0000000000001)),
        ("f64", Value("f64", 1 << 63)),
    ],
    ids=str,
)
def test_a_global_keeps_the_bits_that_the_host_gives_it(
    started: Session, module: MakeModule, name: str, value: Value
) -> None:
    instance = started.open(module(PARTS))
    instance.write_global(name, value)
    assert instance.read_global(name) == value
    assert name != "f32" or Value("f32", instance.call("bits", []).results[0].bits) == value


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("fixed", Value("i32", 2), "the global 'fixed' never changes"),
        ("i", Value("i64", 2), "the global 'i' is of type i32, not i64"),
        ("none", Value("i32", 2), "the module exports no global 'none'"),
    ],
)
def test_a_global_that_cannot_be_changed_so_is_refused(
    started: Session, module: MakeModule, name: str, value: Value, words: str
) -> None:
    with pytest.raises(CallRefused) as refused:
        started.open(module(PARTS)).write_global(name, value)
    assert refused.value.what == words


TABLE = """(type $half (func (param f32) (result f32)))
  (import "env" "log" (func $log (param f32)))
  (table (export "table") 4 funcref) (table (export "objects") 1 externref)
  (elem (i32.const 0) $half $log)
  (func $half (type $half) (call $log (local.get 0)) (f32.mul (local.get 0) (f32.const 0.5)))"""
HALF, LOG = Signature(("f32",), ("f32",)), Signature(("f32",), ())


def test_an_element_of_a_table_is_called_as_c_calls_a_pointer(started: Session, module: MakeModule) -> None:
    instance = started.open(module(TABLE))
    assert (instance.table_size("table"), instance.table_size("objects")) == (4, 1)
    trip = instance.call_element("table", 0, HALF, [Value.of("f32", 3)])
    assert (trip.function, trip.result) == ("table[0]", 1.5)
    assert [call.values for call in trip.host_calls] == [(Value.of("f32", 3),)]
    assert [call.name for call in instance.call_element("table", 1, LOG, [Value("f32", 1)]).host_calls] == [
        "env.log"
    ]


@pytest.mark.parametrize(
    ("index", "signature", "kind"),
    [
        (2, HALF, "indirect call to null"),
        (4, HALF, "table access out of bounds"),
        ((1 << 32) - 1, HALF, "table access out of bounds"),
        (0, Signature(("f32",), ()), "indirect call type mismatch"),
    ],
)
def test_an_element_that_cannot_be_called_traps_as_in_wasm(
    started: Session, module: MakeModule, index: int, signature: Signature, kind: str
) -> None:
    trap = started.open(module(TABLE)).call_element("table", index, signature, [Value("f32", 0)]).trap
    assert trap is not None
    assert trap.kind == kind


@pytest.mark.parametrize(
    ("table", "index", "words"),
    [
        ("objects", 0, "the table 'objects' holds externref"),
        ("tabel", 0, "the module exports no table 'tabel'"),
        ("table", -1, "-1 is no place in a table"),
    ],
)
def test_an_element_that_there_cannot_be_is_refused(
    started: Session, module: MakeModule, table: str, index: int, words: str
) -> None:
    with pytest.raises(CallRefused) as refused:
        started.open(module(TABLE)).call_element(table, index, HALF, [Value("f32", 0)])
    assert refused.value.what == words


IMPORTED = """(import "env" "memory" (memory 1 2)) (import "env" "table" (table 3 funcref))
  (import "env" "i" (global $i i32)) (import "env" "d" (global $d (mut f64)))
  (import "env" "o" (global externref))
  (data (i32.const 0) "abc") (export "d" (global $d))
  (func (export "sum") (result f64) (f64.add (f64.convert_i32_s (global.get $i)) (global.get $d)))
  (func (export "grow") (result i32 i32 i32)
    (memory.grow (i32.const 1)) (memory.grow (i32.const 1)) (table.size 0))"""


def test_a_module_is_given_the_memory_the_table_and_the_globals_that_it_imports(
    started: Session, module: MakeModule
) -> None:
    instance = started.open(module(IMPORTED), {"env.i": [-3], "env.d": [0.5]})
    assert instance.call("sum", []).result == -2.5
    assert instance.memory(0, 4) == b"abc\0"
    trip = instance.call("grow", [])
    assert trip.result == (1, -1, 3)
    assert trip.memory_hash == _hash_of(b"abc".ljust(2 * 65536, b"\0"))


def test_an_imported_memory_is_bounded_too(everywhere: Everywhere) -> None:
    wat = """(import "env" "memory" (memory 1)) (func (export "f") (result i32 i32)
      (memory.grow (i32.const 255)) (memory.grow (i32.const 1)))"""
    assert everywhere(wat, "f").result == (1, -1)
