"""What engines are free to do differently is settled; what they are not stays a difference."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest

from wasmlab.engines import session
from wasmlab.engines.contract import PAGE
from wasmlab.parity import memory_of, same_but_for_nans, settled
from wasmlab.roundtrip import RoundTrip, Value

GOOD, HARDWARE = struct.pack("<Q", 0x7FF8 << 48), struct.pack("<Q", 0xFFF8 << 48)
SINGLE, OTHER_SINGLE = struct.pack("<I", 0x7FC00000), struct.pack("<I", 0xFFC00001)
NUMBER = struct.pack("<d", 1.5)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (GOOD, HARDWARE, True),
        (NUMBER + GOOD, NUMBER + HARDWARE, True),
        (SINGLE + b"abcd", OTHER_SINGLE + b"abcd", True),
        (b"abcd" + SINGLE, b"abcd" + OTHER_SINGLE, True),
        (b"\0" * PAGE + GOOD, b"\0" * PAGE + HARDWARE, True),
        (GOOD, NUMBER, False),
        (SINGLE + b"abcd", OTHER_SINGLE + b"abce", False),
        (struct.pack("<f", float("inf")) + b"abcd", SINGLE + b"abcd", False),
        (GOOD, HARDWARE + NUMBER, False),
        (GOOD, GOOD, False),  # their hashes cannot differ then, and yet somebody says so
        (b"", b"", False),
    ],
)
def test_memories_that_differ_in_nans_alone(one: bytes, other: bytes, same: bool) -> None:
    assert same_but_for_nans(one, other) is same
    assert same_but_for_nans(other, one) is same


def test_only_a_difference_in_memory_is_settled() -> None:
    first = RoundTrip("a", "f", (), (Value("i32", 1),), memory_hash="00")
    nan, wrong = replace(first, memory_hash="01"), replace(first, memory_hash="01", results=())
    found = settled([first, nan, wrong], [lambda: GOOD, lambda: HARDWARE, lambda: HARDWARE])
    assert [trip.memory_hash for trip in found] == ["00", "00", "01"]


def test_the_whole_memory_is_read() -> None:
    from wasmtime import wat2wasm

    wasm = bytes(wat2wasm('(module (memory (export "memory") 3) (data (i32.const 131072) "end"))'))
    with session("wasmtime") as started:
        memory = memory_of(started.open(wasm))
    assert (len(memory), memory[2 * PAGE :][:3]) == (3 * PAGE, b"end")
