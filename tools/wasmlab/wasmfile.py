"""Reads what a module's binary says of its borders: types, imports, exports and memories.

Nothing is compiled, so untrusted bytes are safe here and a check costs microseconds instead of
the tenth of a second that importing an engine costs. Source: WebAssembly core specification 3.0,
chapter "Binary Format".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from wasmlab.errors import ModuleUnreadable
from wasmlab.signature import Signature

HEADER = b"\0asm\x01\0\0\0"
KINDS = ("func", "table", "memory", "global", "tag")

_TYPES = {
    0x7F: "i32",
    0x7E: "i64",
    0x7D: "f32",
    0x7C: "f64",
    0x7B: "v128",
    0x70: "funcref",
    0x6F: "externref",
}
_T = TypeVar("_T")


@dataclass(frozen=True)
class Limits:
    """A memory's or a table's size: `minimum` and `maximum` in pages (64 KiB) or elements."""

    minimum: int
    maximum: int | None = None


@dataclass(frozen=True)
class Import:
    """One import: `kind` is one of KINDS; `signature` only for functions, `limits` for memories."""

    module: str
    name: str
    kind: str
    signature: Signature | None = None
    limits: Limits | None = None

    @property
    def full_name(self) -> str:
        """The name as a manifest writes it, `module.name`."""
        return f"{self.module}.{self.name}"


@dataclass(frozen=True)
class Export:
    """One export: `kind` is one of KINDS; `signature` only for functions, `limits` for memories."""

    name: str
    kind: str
    signature: Signature | None = None
    limits: Limits | None = None


@dataclass(frozen=True)
class Module:
    """What a module asks for and what it offers, in the order of the binary."""

    size: int
    imports: tuple[Import, ...]
    exports: tuple[Export, ...]
    memories: tuple[Limits, ...]
    tables: tuple[Limits, ...] = ()

    def export(self, name: str) -> Export | None:
        """Return the export called `name`, if there is one."""
        return next((export for export in self.exports if export.name == name), None)


class Reader:
    """A cursor over bytes; every read is bounded."""

    def __init__(self, data: bytes, start: int = 0, end: int | None = None) -> None:
        self.data = data
        self.at = start
        self.end = len(data) if end is None else end

    def byte(self) -> int:
        """Read one byte."""
        if self.at >= self.end:
            raise ModuleUnreadable(f"the module ends too early, at byte {self.at}", _REBUILD)
        self.at += 1
        return self.data[self.at - 1]

    def number(self, bits: int = 64) -> int:
        """Read an unsigned LEB128 of at most `bits` bits."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                break
            shift += 7
            if shift >= bits:
                raise ModuleUnreadable(f"a number is too long at byte {self.at}", _REBUILD)
        if value >> bits:
            raise ModuleUnreadable(f"a number is too large at byte {self.at}", _REBUILD)
        return value

    def take(self, count: int) -> bytes:
        """Read `count` bytes."""
        if count > self.end - self.at:
            raise ModuleUnreadable(f"the module ends too early, at byte {self.end}", _REBUILD)
        self.at += count
        return self.data[self.at - count : self.at]

    def name(self) -> str:
        """Read a length and so many bytes of UTF-8."""
        start = self.at
        try:
            return self.take(self.number(32)).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ModuleUnreadable(f"a name at byte {start} is not UTF-8", _REBUILD) from error

    def vector(self, item: Callable[[], _T]) -> list[_T]:
        """Read a count and so many items."""
        count = self.number(32)
        if count > self.end - self.at:  # every item takes at least one byte
            raise ModuleUnreadable(f"a list at byte {self.at} is longer than its section", _REBUILD)
        return [item() for _ in range(count)]

    def value_type(self) -> str:
        """Read a value type by its code."""
        code = self.byte()
        if code in _TYPES:
            return _TYPES[code]
        if code in (0x63, 0x64):  # (ref null? ht): the heap type follows
            self.number(64)
            return "ref"
        return f"type 0x{code:02x}"

    def limits(self) -> Limits:
        """Read a minimum and, where there is one, a maximum."""
        flags = self.byte()
        minimum = self.number(64)
        limits = Limits(minimum, self.number(64) if flags & 1 else None)
        if flags & 8:  # a custom page size follows
            self.number(32)
        return limits


_REBUILD = "build it again: wasmlab build"


def read_module(data: bytes) -> Module:
    """Read a module's borders.

    Raises:
        ModuleUnreadable: `data` is not a core module, or it is cut off.
    """
    check_header(data)
    parts = _Parts()
    for section, reader in _sections(data):
        parts.take(section, reader)
    memories = [i.limits for i in parts.imports if i.limits and i.kind == "memory"] + parts.memories
    signatures = parts.signatures()
    exports = [_resolve(export, signatures, memories) for export in parts.exports]
    tables = [i.limits for i in parts.imports if i.limits and i.kind == "table"] + parts.tables
    return Module(len(data), tuple(parts.imports), tuple(exports), tuple(memories), tuple(tables))


def check_header(data: bytes) -> None:
    """Refuse what does not begin as a core module does.

    Raises:
        ModuleUnreadable: it does not; the message says what it is instead.
    """
    if not data.startswith(HEADER):
        raise ModuleUnreadable(_not_a_module(data), "name a file that a build made, like dist/*.wasm")


class _Parts:
    """The sections that matter here, as they stand in the binary."""

    def __init__(self) -> None:
        self.types: list[Signature | None] = []
        self.functions: list[int] = []
        self.imports: list[Import] = []
        self.exports: list[tuple[str, str, int]] = []
        self.memories: list[Limits] = []
        self.tables: list[Limits] = []

    def take(self, section: int, reader: Reader) -> None:
        match section:
            case 1:
                self.types = _read_types(reader)
            case 2:
                self.imports = reader.vector(lambda: _read_import(reader, self.types))
            case 3:
                self.functions = reader.vector(lambda: reader.number(32))
            case 4:
                self.tables = _read_tables(reader)
            case 5:
                self.memories = reader.vector(reader.limits)
            case 7:
                self.exports = reader.vector(lambda: _read_export(reader))

    def signatures(self) -> list[Signature | None]:
        """Return the type of every function: the imported ones come first in the index space."""
        own = [self.types[index] if index < len(self.types) else None for index in self.functions]
        return [i.signature for i in self.imports if i.kind == "func"] + own


def _not_a_module(data: bytes) -> str:
    if not data:
        return "the file is empty"
    if data.startswith(b"\0asm"):
        return "this is a WebAssembly component or an unknown version, not a core module"
    return "the first four bytes are not '\\0asm': this is not a WebAssembly module"


def _sections(data: bytes) -> Iterator[tuple[int, Reader]]:
    outer = Reader(data, len(HEADER))
    while outer.at < outer.end:
        section = outer.byte()
        size = outer.number(32)
        start = outer.at
        outer.take(size)
        yield section, Reader(data, start, start + size)


def _read_types(reader: Reader) -> list[Signature | None]:
    """Read the plain function types; stop at a GC type, whose like no C compiler makes."""
    found: list[Signature | None] = []
    for _ in range(reader.number(32)):
        if reader.byte() != 0x60:
            break
        params = tuple(reader.vector(reader.value_type))
        found.append(Signature(params, tuple(reader.vector(reader.value_type))))
    return found


def _read_tables(reader: Reader) -> list[Limits]:
    """Read the plain tables; stop at one with a value to start with, whose like no C compiler makes."""
    found: list[Limits] = []
    for _ in range(reader.number(32)):
        if reader.data[reader.at : reader.at + 1] == b"\x40":
            break
        reader.value_type()
        found.append(reader.limits())
    return found


def _read_import(reader: Reader, types: list[Signature | None]) -> Import:
    module, name, code = reader.name(), reader.name(), reader.byte()
    kind = _kind(code, reader.at)
    if kind == "func":
        index = reader.number(32)
        return Import(module, name, kind, types[index] if index < len(types) else None)
    if kind == "table":
        reader.value_type()
        return Import(module, name, kind, None, reader.limits())
    if kind == "memory":
        return Import(module, name, kind, None, reader.limits())
    if kind == "global":
        reader.value_type()
        reader.byte()
    else:
        reader.byte()
        reader.number(32)
    return Import(module, name, kind)


def _read_export(reader: Reader) -> tuple[str, str, int]:
    name, code = reader.name(), reader.byte()
    return name, _kind(code, reader.at), reader.number(32)


def _kind(code: int, at: int) -> str:
    if code >= len(KINDS):
        raise ModuleUnreadable(f"an import or export of unknown kind {code} at byte {at}", _REBUILD)
    return KINDS[code]


def _resolve(
    export: tuple[str, str, int], signatures: list[Signature | None], memories: list[Limits]
) -> Export:
    name, kind, index = export
    if kind == "func":
        return Export(name, kind, signatures[index] if index < len(signatures) else None)
    if kind == "memory":
        return Export(name, kind, None, memories[index] if index < len(memories) else None)
    return Export(name, kind)
