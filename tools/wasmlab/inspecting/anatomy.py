"""A module taken apart into plain data; nothing of it is run."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from wasmlab.errors import ModuleUnreadable
from wasmlab.inspecting.tool import printing, read_bytes, validate
from wasmlab.inspecting.wat import Form, Row, read_forms, read_rows
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
    lines: TrapTable
    why: tuple[Share, ...]
    printed: str

    @property
    def size(self) -> int:
        """How many bytes the module has."""
        return len(self.data)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The text form line by line."""
        return tuple(read_rows(self.printed, self.sections, read_bodies(self.data, self.sections)))


def inspect_file(path: Path, name: str = "", *, is_valid: bool = False) -> Anatomy:
    """Take the module at `path` apart; `name` is what it is called in the answer.

    One that was just built `is_valid`, and is not looked through for faults again.

    Raises:
        ModuleUnreadable: the file is missing, huge, or not a valid core module.
        ToolMissing: wasm-tools is not installed.
    """
    data = read_bytes(path)
    try:
        parts = _parts(data)
    except ModuleUnreadable as error:
        raise ModuleUnreadable(f"{path}: {error.what}", error.hint) from error
    if not is_valid:
        validate(path)
    with printing(path) as text:
        return _taken_apart(data, name or path.name, parts, text)


def inspect_bytes(data: bytes, name: str, text: Callable[[], str], lines: TrapTable | None = None) -> Anatomy:
    """Take a module that was just built apart; `text` waits for what `printing` prints of it.

    Who has read its debug information already gives `lines`.

    Raises:
        ModuleUnreadable: it is no core module.
    """
    return _taken_apart(data, name, _parts(data), text, lines)


_Parts = tuple[Module, tuple[Section, ...], tuple[Body, ...]]


def _parts(data: bytes) -> _Parts:
    module, sections = read_module(data), read_sections(data)
    return module, sections, read_bodies(data, sections)


def _taken_apart(
    data: bytes, name: str, parts: _Parts, text: Callable[[], str], lines: TrapTable | None = None
) -> Anatomy:
    module, sections, bodies = parts
    lines = lines or read_debug_info(data, ())  # meanwhile wasm-tools prints: it is a process of its own
    printed = text()
    forms = read_forms(printed)
    functions = _functions(bodies, forms, lines)
    return Anatomy(
        name,
        data,
        module,
        sections,
        functions,
        tuple(_items(forms, sections)),
        lines,
        shares(len(data), sections, functions),
        printed,
    )


def _functions(bodies: Sequence[Body], forms: Sequence[Form], table: TrapTable) -> tuple[Function, ...]:
    counts = {form.offset: form.instructions for form in forms if form.kind == "func"}
    return tuple(
        Function(
            body.index,
            body.name or f"function {body.index}",
            body.start,
            body.end - body.start,
            counts.get(body.start, 0),
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


def _items(forms: Sequence[Form], sections: Sequence[Section]) -> list[Item]:
    """Return the entries; one ends where the next starts, or its section ends."""
    starts = [form.offset for form in forms]
    ends = [section.end for section in sections]
    found = []
    for form, following in zip(forms, [*starts[1:], sys.maxsize], strict=False):
        if form.kind in _FORMS:
            border = ends[min(bisect_right(ends, form.offset), len(ends) - 1)]
            found.append(Item(form.kind, form.text, form.offset, min(following, border) - form.offset))
    return found
