"""The types of a module's globals, tables and memories, which JavaScript does not tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from wasmlab.errors import CallRefused, ModuleUnreadable
from wasmlab.names import did_you_mean
from wasmlab.wasmfile import HEADER, Limits, Reader

_NUMBERS = ("i32", "i64", "f32", "f64")
_TABLE, _GLOBAL = 1, 3
_END = 0x0B
# What follows an instruction of a constant expression: so many bytes, or one LEB128 number.
_FIXED = {0x43: 4, 0x44: 8}
_NUMBERED = (0x23, 0x41, 0x42, 0xD0, 0xD2)
_VECTOR = 0xFD
_SHARED, _WIDE = 2, 4


@dataclass(frozen=True)
class Global:
    """A global's type."""

    type: str
    mutable: bool


@dataclass(frozen=True)
class Space:
    """A table's or a memory's type: `type` is that of a table's elements, `wide` means 64-bit addresses."""

    limits: Limits
    type: str = ""
    shared: bool = False
    wide: bool = False


@dataclass
class Parts:
    """A module's globals, tables and memories, the imported ones first; `exports` are their places by name.

    `imports` are the imported ones by their full names.
    """

    globals: list[Global] = field(default_factory=list)
    tables: list[Space] = field(default_factory=list)
    memories: list[Space] = field(default_factory=list)
    imports: dict[str, Global | Space] = field(default_factory=dict)
    exports: dict[str, tuple[int, int]] = field(default_factory=dict)

    def global_type(self, name: str) -> Global:
        """Return the type of the exported global `name`.

        Raises:
            CallRefused: no global of that name is exported, or it is not a number.
        """
        place = self._place(name, _GLOBAL, "global")
        found = self.globals[place]
        if found.type not in _NUMBERS:
            hint = "name a global that is a number"
            raise CallRefused(f"the global {name!r} is of type {found.type}", hint)
        return found

    def table_type(self, name: str) -> Space:
        """Return the type of the exported table `name`.

        Raises:
            CallRefused: no table of that name is exported.
        """
        return self.tables[self._place(name, _TABLE, "table")]

    def _place(self, name: str, kind: int, word: str) -> int:
        known = {key: place for key, (found, place) in self.exports.items() if found == kind}
        if name not in known:
            raise CallRefused(f"the module exports no {word} {name!r}", did_you_mean(name, known))
        return known[name]


def read_parts(wasm: bytes) -> Parts:
    """Read a module's globals, tables and memories.

    Raises:
        ModuleUnreadable: it is cut off, or a global starts with something that is no constant.
    """
    parts = Parts()
    for number, reader in _sections(wasm):
        _take(parts, number, reader)
    return parts


def _take(parts: Parts, number: int, reader: Reader) -> None:
    match number:
        case 2:
            reader.vector(lambda: _import(reader, parts))
        case 4:
            parts.tables += reader.vector(lambda: _table(reader))
        case 5:
            parts.memories += reader.vector(lambda: _space(reader))
        case 6:
            parts.globals += reader.vector(lambda: _global(reader))
        case 7:
            reader.vector(lambda: _export(reader, parts))


def _sections(wasm: bytes) -> Iterator[tuple[int, Reader]]:
    outer = Reader(wasm, len(HEADER))
    while outer.at < outer.end:
        number, size = outer.byte(), outer.number(32)
        yield number, Reader(wasm, outer.at, outer.at + size)
        outer.take(size)


def _import(reader: Reader, parts: Parts) -> None:
    name = f"{reader.name()}.{reader.name()}"
    match reader.byte():
        case 0:
            reader.number(32)
        case 1:
            parts.tables.append(_space(reader, reader.value_type()))
            parts.imports[name] = parts.tables[-1]
        case 2:
            parts.memories.append(_space(reader))
            parts.imports[name] = parts.memories[-1]
        case 3:
            parts.globals.append(Global(reader.value_type(), bool(reader.byte())))
            parts.imports[name] = parts.globals[-1]
        case _:
            reader.byte()
            reader.number(32)


def _export(reader: Reader, parts: Parts) -> None:
    name, kind, place = reader.name(), reader.byte(), reader.number(32)
    parts.exports[name] = (kind, place)


def _table(reader: Reader) -> Space:
    if reader.data[reader.at] != 0x40:
        return _space(reader, reader.value_type())
    reader.take(2)  # a table whose elements start with a value of their own
    space = _space(reader, reader.value_type())
    _constant(reader)
    return space


def _space(reader: Reader, type: str = "") -> Space:
    flags = reader.data[reader.at] if reader.at < reader.end else 0
    return Space(reader.limits(), type, bool(flags & _SHARED), bool(flags & _WIDE))


def _global(reader: Reader) -> Global:
    found = Global(reader.value_type(), bool(reader.byte()))
    _constant(reader)
    return found


def _constant(reader: Reader) -> None:
    """Step over a constant expression."""
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
