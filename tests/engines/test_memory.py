"""The module's memory, globals and tables from the host's side, alike in every engine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from wasmlab.engines.contract import Session
from wasmlab.roundtrip import RoundTrip, Value

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
    return hashlib.sha256(memory).hexdigest()


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
