"""Writes a module's memory limit into its bytes, for engines that have no limit to set."""

from __future__ import annotations

from wasmlab.engines.bridge import leb, section, vector
from wasmlab.engines.contract import PAGE
from wasmlab.wasmfile import HEADER, Reader

_HAS_MAXIMUM = 1
_CUSTOM_PAGES = 8
_MEMORY_SECTION = 5


def bound_memory(wasm: bytes, limit: int) -> tuple[bytes, int]:
    """Return the module with no memory that grows beyond `limit` bytes, and by how much it is longer.

    An instruction's offset in the new module is its old one and that number. Memories with pages of
    another size are left as they are.
    """
    outer = Reader(wasm, len(HEADER))
    while outer.at < outer.end:
        start = outer.at
        number = outer.byte()
        content = outer.take(outer.number(32))
        if number == _MEMORY_SECTION:
            new = _bounded(content, limit // PAGE)
            return wasm[:start] + new + wasm[outer.at :], len(new) - (outer.at - start)
    return wasm, 0


def _bounded(content: bytes, pages: int) -> bytes:
    reader = Reader(content)
    return section(_MEMORY_SECTION, vector(reader.vector(lambda: _memory(reader, pages))))


def _memory(reader: Reader, pages: int) -> bytes:
    flags = reader.byte()
    minimum = reader.number(64)
    maximum = reader.number(64) if flags & _HAS_MAXIMUM else None
    if flags & _CUSTOM_PAGES:
        raw = bytes([flags]) + leb(minimum) + (leb(maximum) if maximum is not None else b"")
        return raw + leb(reader.number(32))
    most = pages if maximum is None else min(maximum, pages)
    return bytes([flags | _HAS_MAXIMUM]) + leb(minimum) + leb(max(most, minimum))
