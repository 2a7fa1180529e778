"""Settles what engines are free to do differently: the bits of a NaN that was computed and stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from wasmlab.engines.contract import PAGE, Instance
from wasmlab.errors import CallRefused
from wasmlab.roundtrip import RoundTrip
from wasmlab.roundtrip.agreement import differences

# Memories that are larger are compared by their hash alone.
_PAGES = 1024
_BLOCK = 4096

ReadMemory = Callable[[], bytes]


def settled(trips: Sequence[RoundTrip], memories: Sequence[ReadMemory]) -> list[RoundTrip]:
    """Return the trips; one whose memory differs from the first's in NaNs only gets the first's hash.

    `memories` read what each engine's memory holds now, after the call; they are asked only where hashes
    differ. WebAssembly leaves the bits of a NaN that arithmetic makes to the engine, and C keeps its
    variables in memory, so an honest program ends with other bytes in each.
    """
    first, *others = trips
    found = [first]
    for trip, memory in zip(others, memories[1:], strict=True):
        if differences(first, trip) == ["memory"] and same_but_for_nans(memories[0](), memory()):
            trip = replace(trip, memory_hash=first.memory_hash)
        found.append(trip)
    return found


def memory_of(instance: Instance) -> bytes:
    """Return the whole memory of an instance, or nothing where it shows none or a very large one."""
    pages: list[bytes] = []
    try:
        while len(pages) <= _PAGES:
            pages.append(instance.memory(len(pages) * PAGE, PAGE))
    except CallRefused:
        return b"".join(pages)
    return b""


def same_but_for_nans(one: bytes, other: bytes) -> bool:
    """Return whether two memories of one size differ, and only in words that are NaNs in both."""
    if len(one) != len(other) or one == other:
        return False
    blocks = ((one[at : at + _BLOCK], other[at : at + _BLOCK]) for at in range(0, len(one), _BLOCK))
    return all(left == right or _same_words(left, right) for left, right in blocks)


def _same_words(one: bytes, other: bytes) -> bool:
    pairs = ((one[at : at + 8], other[at : at + 8]) for at in range(0, len(one), 8))
    return all(
        left == right
        or (_is_nan(left) and _is_nan(right))
        or all(_same_half(left[at : at + 4], right[at : at + 4]) for at in (0, 4))
        for left, right in pairs
    )


def _same_half(one: bytes, other: bytes) -> bool:
    return one == other or (_is_nan(one) and _is_nan(other))


def _is_nan(word: bytes) -> bool:
    """Whether 4 or 8 bytes are a NaN: an exponent of ones only, and a fraction that is not zero."""
    fraction = 23 if len(word) == 4 else 52
    bits = int.from_bytes(word, "little") & ((1 << (len(word) * 8 - 1)) - 1)
    ones = (1 << (len(word) * 8 - 1 - fraction)) - 1
    return bits >> fraction == ones and bits & ((1 << fraction) - 1) != 0
