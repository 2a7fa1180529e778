"""What is known of a module's code offsets: functions, C lines, inlined calls and checks that trap."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

FORMAT = 1


@dataclass(frozen=True)
class Line:
    """From `offset` on, the code belongs to this place; `file` counts in the table's files, -1 is none."""

    offset: int
    file: int
    line: int
    column: int


@dataclass(frozen=True)
class Inlined:
    """Code from `start` up to `end` that was written in `name` and called at the place given."""

    start: int
    end: int
    name: str
    file: int
    line: int
    column: int


@dataclass(frozen=True)
class Check:
    """A check that the compiler put in: its trap lies in `start` up to `end` and means `detail`."""

    start: int
    end: int
    reason: str
    detail: str
    file: int
    line: int
    column: int


@dataclass(frozen=True)
class Place:
    """One function of the C call stack; `file` is empty where there is no debug information."""

    function: str
    file: str = ""
    line: int = 0
    column: int = 0
    inlined: bool = False

    def __str__(self) -> str:
        return f"{self.function} ({self.where})" if self.file else self.function

    @property
    def where(self) -> str:
        """The place as compilers write it; without the column where none is known."""
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


@dataclass(frozen=True)
class TrapTable:
    """All that an explanation needs; every list is sorted by offset, offsets count in the module's bytes.

    `functions` are (start, name), the first of them with the index `first`; `source` holds the text of the
    lines that are mentioned.
    """

    files: tuple[str, ...] = ()
    functions: tuple[tuple[int, str], ...] = ()
    lines: tuple[Line, ...] = ()
    inlined: tuple[Inlined, ...] = ()
    checks: tuple[Check, ...] = ()
    source: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    first: int = 0

    @cached_property
    def _offsets(self) -> list[int]:
        return [row.offset for row in self.lines]

    def function(self, offset: int) -> str:
        """Return the name of the function that `offset` lies in."""
        at = bisect_right(self.functions, offset, key=lambda item: item[0])
        return self.functions[at - 1][1] if at else "unknown function"

    def named(self, index: int) -> Place:
        """Return the function of this index, without a line: for an engine that does not tell the offset."""
        at = index - self.first
        return Place(self.functions[at][1] if 0 <= at < len(self.functions) else "unknown function")

    def check(self, offset: int) -> Check | None:
        """Return the check whose trap is at `offset`."""
        return next((check for check in self.checks if check.start <= offset < check.end), None)

    def places(self, offset: int) -> list[Place]:
        """Return the C functions at `offset`, the innermost first: inlined ones are frames too."""
        if check := self.check(offset):
            file, line, column = check.file, check.line, check.column
        else:
            found = self._line(offset)
            file, line, column = found.file, found.line, found.column
        places = []
        for inlined in reversed([i for i in self.inlined if i.start <= offset < i.end]):
            places.append(self._place(inlined.name, file, line, column, inlined=True))
            file, line, column = inlined.file, inlined.line, inlined.column
        return [*places, self._place(self.function(offset), file, line, column)]

    def place_at(self, offset: int) -> tuple[int, int] | None:
        """Return one instruction's file, by its number in `files`, and line."""
        row = self._line(offset)
        return (row.file, row.line) if row.file >= 0 else None

    def lines_between(self, start: int, end: int) -> list[Line]:
        """Return the rows with a known place that start in a stretch of code."""
        first, last = bisect_left(self._offsets, start), bisect_left(self._offsets, end)
        return [row for row in self.lines[first:last] if row.file >= 0]

    def text(self, place: Place) -> str:
        """Return the source line of `place`, or an empty text."""
        return self.source.get(place.file, {}).get(place.line, "")

    def _line(self, offset: int) -> Line:
        at = bisect_right(self._offsets, offset)
        return self.lines[at - 1] if at else Line(0, -1, 0, 0)

    def _place(self, name: str, file: int, line: int, column: int, *, inlined: bool = False) -> Place:
        known = 0 <= file < len(self.files) and line > 0
        return Place(name, self.files[file], line, column, inlined) if known else Place(name, inlined=inlined)

    def to_json(self) -> dict[str, Any]:
        """Return the table as the page reads it: lists instead of names keep it small."""
        return {
            "format": FORMAT,
            "files": list(self.files),
            "first": self.first,
            "functions": [list(function) for function in self.functions],
            "lines": [[row.offset, row.file, row.line, row.column] for row in self.lines],
            "inlined": [[i.start, i.end, i.name, i.file, i.line, i.column] for i in self.inlined],
            "checks": [[c.start, c.end, c.reason, c.detail, c.file, c.line, c.column] for c in self.checks],
            "source": {
                file: {str(n): text for n, text in lines.items()} for file, lines in self.source.items()
            },
        }
