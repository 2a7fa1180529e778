"""Tells, without compiling, which modules wasmtime surely compiles and stops in a moment.

Nothing ends a compilation but the end of its process, and a valid module of a few KiB can take minutes;
one instruction on a whole memory, or a wait in another thread's name, cannot be interrupted either.
So only what is small in every respect is run in this process. Measured (wasmtime 50, one core): what passes
here is compiled in at most 0.3 s; the hand-wired lesson, in 2 ms.
"""

from __future__ import annotations

from contextlib import suppress

from wasmlab.errors import ModuleUnreadable
from wasmlab.wasmfile import HEADER, Module, Reader

_SIZE = 2 << 20  # bytes of the file: custom sections are not compiled
_CODE = 16 << 10  # bytes of all bodies
_TYPES = 250
_FUNCTIONS = 250
_WEIGHT = 60_000
_WHOLE_MEMORY = 10  # instructions that may each touch all of the memory without being interrupted

# Opcodes after which the compiler keeps a value for each local or parameter: blocks, branches, calls, tries.
# Counted as bytes, wherever they stand: too many, never too few.
_JOINS = tuple(
    bytes([code]) for code in (*range(2, 8), *range(0x0C, 0x16), 0x18, 0x19, 0x1F, *range(0xD4, 0xD7))
)
_TO_MANY = ((b"\x0e", 0), (b"\x1f", 1))  # br_table and try_table list ways; the numbers before the list
_LOOP = b"\x03"
_BULK = b"\xfc"
_PLAIN_FUNCTION = 0x60
_TYPE, _IMPORT, _FUNCTION, _TABLE, _MEMORY, _CODE_SECTION = 1, 2, 3, 4, 5, 10


def is_harmless(wasm: bytes, shape: Module) -> bool:
    """Return whether compiling `wasm` takes a moment, and every call of it can be stopped."""
    if len(wasm) > _SIZE or any(needed.kind != "func" for needed in shape.imports):
        return False
    with suppress(ModuleUnreadable):  # what cannot be read here is left to the engine
        parts = _sections(wasm)
        arity = _arity(parts.get(_TYPE))
        functions, tables, memories = (_count(parts.get(id)) for id in (_FUNCTION, _TABLE, _MEMORY))
        if arity is None or functions > _FUNCTIONS or tables > 1 or memories > 1:
            return False
        return not _is_shared(parts.get(_MEMORY)) and _is_light(parts.get(_CODE_SECTION), arity)
    return False


def _sections(wasm: bytes) -> dict[int, Reader]:
    outer = Reader(wasm, len(HEADER))
    found = {}
    while outer.at < outer.end:
        id, size = outer.byte(), outer.number(32)
        found[id] = Reader(wasm, outer.at, outer.at + size)
        outer.take(size)
    return found


def _count(section: Reader | None) -> int:
    return Reader(section.data, section.at, section.end).number(32) if section else 0


def _arity(section: Reader | None) -> int | None:
    """Return the most values that a function or a block takes or gives; None for too many or other types."""
    if section is None:
        return 0
    count = section.number(32)
    if count > _TYPES:
        return None
    most = 0
    for _ in range(count):
        if section.byte() != _PLAIN_FUNCTION:
            return None
        most = max(most, len(section.vector(section.value_type)) + len(section.vector(section.value_type)))
    return most


def _is_shared(section: Reader | None) -> bool:
    """Whether the memory is one that threads share: waiting on it is not interrupted."""
    if section is None:
        return False
    reader = Reader(section.data, section.at, section.end)
    return reader.number(32) > 0 and bool(reader.byte() & 2)


def _is_light(section: Reader | None, arity: int) -> bool:
    if section is None:
        return True
    if section.end - section.at > _CODE:
        return False
    weight = 0
    for _ in range(section.number(32)):
        size = section.number(32)
        body = Reader(section.data, section.at, section.at + size)
        section.take(size)
        values = 1 + arity + _locals(body)
        code = body.data[body.at : body.end]
        weight += values * _joins(code) + code.count(_LOOP) ** 2 // 50  # loops in loops cost the square
        if weight > _WEIGHT or code.count(_BULK) > _WHOLE_MEMORY:
            return False
    return True


def _joins(code: bytes) -> int:
    joins = 1 + sum(code.count(join) for join in _JOINS)
    for branch, before in _TO_MANY:
        at = code.find(branch)
        while at >= 0:
            joins += _ways(Reader(code, at + 1), before)
            at = code.find(branch, at + 1)
    return joins


def _ways(reader: Reader, before: int) -> int:
    """Return how many ways an instruction has that lists them; 0 where the bytes cannot be one."""
    with suppress(ModuleUnreadable):
        for _ in range(before):
            reader.number(64)
        return len(reader.take(reader.number(32)))
    return 0


def _locals(body: Reader) -> int:
    groups = body.vector(lambda: (body.number(32), body.value_type()))
    return sum(count for count, _ in groups)
