"""The types of a module's exported globals, which JavaScript does not tell."""

from __future__ import annotations

from wasmlab.errors import CallRefused, ModuleUnreadable
from wasmlab.names import did_you_mean
from wasmlab.wasmfile import HEADER, Reader

_NUMBERS = ("i32", "i64", "f32", "f64")
_GLOBAL = 3
_END = 0x0B
# What follows an instruction of a constant expression: so many bytes, or one LEB128 number.
_FIXED = {0x43: 4, 0x44: 8}
_NUMBERED = (0x23, 0x41, 0x42, 0xD0, 0xD2)
_VECTOR = 0xFD


def global_type(wasm: bytes, name: str) -> str:
    """Return the type of the exported global `name` of a module that imports only functions.

    Raises:
        CallRefused: no global of that name is exported, or it is not a number.
    """
    sections = _sections(wasm)
    types = sections[6].vector(lambda: _global(sections[6])) if 6 in sections else []
    exports = dict(sections[7].vector(lambda: _export(sections[7]))) if 7 in sections else {}
    places = {key: place for key, place in exports.items() if place is not None}
    if name not in places:
        raise CallRefused(f"the module exports no global {name!r}", did_you_mean(name, places))
    type = types[places[name]]
    if type not in _NUMBERS:
        raise CallRefused(f"the global {name!r} is of type {type}", "read a global that is a number")
    return type


def _sections(wasm: bytes) -> dict[int, Reader]:
    outer = Reader(wasm, len(HEADER))
    found = {}
    while outer.at < outer.end:
        number, size = outer.byte(), outer.number(32)
        found[number] = Reader(wasm, outer.at, outer.at + size)
        outer.take(size)
    return found


def _global(reader: Reader) -> str:
    type = reader.value_type()
    reader.byte()  # whether it may change
    while (code := reader.byte()) != _END:
        if code in _FIXED:
            reader.take(_FIXED[code])
        elif code in _NUMBERED:
            while reader.byte() & 0x80:
                pass
        elif code == _VECTOR:
            reader.number(32)
            reader.take(16)
        elif not 0x6A <= code <= 0x7E:  # the additions and multiplications of extended constants
            raise ModuleUnreadable(
                f"a global starts with an unknown instruction 0x{code:02x}", "build it again"
            )
    return type


def _export(reader: Reader) -> tuple[str, int | None]:
    name, kind, index = reader.name(), reader.byte(), reader.number(32)
    return name, index if kind == _GLOBAL else None
