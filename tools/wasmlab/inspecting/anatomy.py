"""A module taken apart into plain data; nothing of it is run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wasmlab.errors import ModuleUnreadable
from wasmlab.inspecting.tool import print_text, read_bytes, validate
from wasmlab.inspecting.wat import Row, read_rows
from wasmlab.inspecting.why import Share, shares
from wasmlab.traps.debuginfo import read_debug_info
from wasmlab.traps.table import TrapTable
from wasmlab.wasmfile import Module, read_module
from wasmlab.wasmlayout import Body, Section, read_bodies, read_sections

# The forms of the text format that are listed as they stand, one a line.
_FORMS = ("type", "table", "memory", "tag", "global", "start", "elem", "data")


@dataclass(frozen=True)
class Function:
    """One function of the module's own: `file` and `lines` are empty where no C line is known."""

    index: int
    name: str
    offset: int
    size: int
    instructions: int
    file: str = ""
    lines: tuple[int, int] = (0, 0)

    @property
    def where(self) -> str:
        """The C lines as `file:first-last`."""
        first, last = self.lines
        return f"{self.file}:{first}" + (f"-{last}" if last > first else "") if self.file else ""


@dataclass(frozen=True)
class Item:
    """One entry of a section, in the words of the text format."""

    kind: str
    text: str
    offset: int
    size: int


@dataclass(frozen=True)
class Anatomy:
    """All that `wasmlab inspect` tells of one module."""

    name: str
    data: bytes
    module: Module
    sections: tuple[Section, ...]
    functions: tuple[Function, ...]
    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    lines: TrapTable
    why: tuple[Share, ...]
    printed: str

    @property
    def size(self) -> int:
        """How many bytes the module has."""
        return len(self.data)


def inspect_file(path: Path, name: str = "") -> Anatomy:
    """Take the module at `path` apart; `name` is what it is called in the answer.

    Raises:
        ModuleUnreadable: the file is missing, huge, or not a valid core module.
        ToolMissing: wasm-tools is not installed.
    """
    data = read_bytes(path)
    try:
        module, sections = read_module(data), read_sections(data)
        bodies = read_bodies(data, sections)
    except ModuleUnreadable as error:
        raise ModuleUnreadable(f"{path}: {error.what}", error.hint) from error
    validate(path)
    printed = print_text(path)
    rows = read_rows(printed, sections, bodies)
    lines = read_debug_info(data, lines_only=True)
    functions = _functions(bodies, rows, lines)
    return Anatomy(
        name or path.name,
        data,
        module,
        sections,
        functions,
        tuple(_items(rows)),
        tuple(rows),
        lines,
        shares(len(data), sections, functions),
        printed,
    )


def _functions(bodies: Sequence[Body], rows: Sequence[Row], table: TrapTable) -> tuple[Function, ...]:
    counts = Counter(row.function for row in rows if row.is_instruction)
    return tuple(
        Function(
            body.index,
            body.name or f"function {body.index}",
            body.start,
            body.end - body.start,
            counts[body.index],
            *_c_lines(body, table),
        )
        for body in bodies
    )


def _c_lines(body: Body, table: TrapTable) -> tuple[str, tuple[int, int]]:
    rows = table.lines_between(body.start, body.end)
    if not rows:
        return "", (0, 0)
    file = rows[0].file
    numbers = [row.line for row in rows if row.file == file]
    return table.files[file], (min(numbers), max(numbers))


def _items(rows: Sequence[Row]) -> list[Item]:
    found = []
    for row in rows:
        kind = row.text.strip().lstrip("(").partition(" ")[0]
        if row.function < 0 and kind in _FORMS:
            found.append(Item(kind, row.text.strip(), row.start, row.end - row.start))
    return found
