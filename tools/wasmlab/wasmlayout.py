"""Says where each part of a module lies in its bytes: sections, function bodies and their names."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from wasmlab.errors import ModuleUnreadable
from wasmlab.wasmfile import HEADER, Reader, check_header, read_module

SECTIONS = (
    "custom",
    "type",
    "import",
    "function",
    "table",
    "memory",
    "global",
    "export",
    "start",
    "element",
    "code",
    "data",
    "data count",
    "tag",
)
CODE = 10


@dataclass(frozen=True)
class Section:
    """One section: `start` is its first byte in the file, `content` the first after size and name."""

    id: int
    name: str
    start: int
    content: int
    end: int

    @property
    def size(self) -> int:
        """Every byte that the section costs, its header too."""
        return self.end - self.start


@dataclass(frozen=True)
class Body:
    """One function of the module's own: `index` counts imports too; `start` is after the size field."""

    index: int
    name: str
    start: int
    end: int


def read_sections(data: bytes) -> tuple[Section, ...]:
    """Return the sections in their order.

    Raises:
        ModuleUnreadable: `data` is no core module, or a section is longer than the file.
    """
    check_header(data)
    reader = Reader(data, len(HEADER))
    found = []
    while reader.at < reader.end:
        start, id = reader.at, reader.byte()
        size = reader.number(32)
        content = reader.at
        reader.take(size)
        found.append(_section(data, id, start, content, reader.at))
    return tuple(found)


def _section(data: bytes, id: int, start: int, content: int, end: int) -> Section:
    if id == 0:
        inside = Reader(data, content, end)
        return Section(id, inside.name(), start, inside.at, end)
    return Section(id, SECTIONS[id] if id < len(SECTIONS) else f"section {id}", start, content, end)


def custom_section(data: bytes, sections: tuple[Section, ...], name: str) -> bytes:
    """Return the content of the custom section called `name`, empty where there is none."""
    found = next((s for s in sections if s.id == 0 and s.name == name), None)
    return data[found.content : found.end] if found else b""


def read_bodies(data: bytes, sections: tuple[Section, ...]) -> tuple[Body, ...]:
    """Return the functions that the module defines, in their order.

    Raises:
        ModuleUnreadable: a body is longer than its section.
    """
    code = next((s for s in sections if s.id == CODE), None)
    if code is None:
        return ()
    first = sum(i.kind == "func" for i in read_module(data).imports)
    names = function_names(data, sections)
    reader = Reader(data, code.content, code.end)
    found: list[Body] = []
    for index in range(first, first + reader.number(32)):
        size = reader.number(32)
        start = reader.at
        reader.take(size)
        found.append(Body(index, names.get(index, ""), start, reader.at))
    return tuple(found)


def function_names(data: bytes, sections: tuple[Section, ...]) -> dict[int, str]:
    """Return names by function index: from the name section, else from the exports."""
    names = _exported_names(data, sections)
    section = next((s for s in sections if s.id == 0 and s.name == "name"), None)
    if section:
        with suppress(ModuleUnreadable):  # a courtesy: a damaged list leaves the exports' names
            names.update(_names(Reader(data, section.content, section.end)))
    return names


def _exported_names(data: bytes, sections: tuple[Section, ...]) -> dict[int, str]:
    section = next((s for s in sections if s.id == 7), None)
    if section is None:
        return {}
    reader = Reader(data, section.content, section.end)
    entries = reader.vector(lambda: (reader.name(), reader.byte(), reader.number(32)))
    return {index: name for name, kind, index in reversed(entries) if kind == 0}


def _names(reader: Reader) -> dict[int, str]:
    names: dict[int, str] = {}
    while reader.at < reader.end:
        kind, size = reader.byte(), reader.number(32)
        if kind == 1:
            names.update(reader.vector(lambda: (reader.number(32), reader.name())))
            break
        reader.take(size)
    return names
