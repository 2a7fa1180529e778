"""Fits lines into a terminal: words go on in the next line, code is cut, and states get a colour."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass, replace

from wasmlab.serve.terminal import harmless

_LABEL = re.compile(r" *(?:[a-z]+: +|hint \d+ of \d+: )?")
_CODE = re.compile(r" *\d* \| ")
_BOLD, _DIM, _GREEN, _RED, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[32m", "\x1b[31m", "\x1b[m"
_STATES = {"passed": _GREEN, "failed": _RED, "error": _RED, "waits": _DIM, "skipped": _DIM, "open": _DIM}
_WORD = re.compile(r"( *)(error|hint|try)(?=:)")
_STATE = re.compile(rf"  ({'|'.join(_STATES)})(?= )")


def wrapped(lines: Iterable[str], width: int) -> list[str]:
    """Break lines that are too long: what goes on stands below its words. Nothing left steers a terminal."""
    return [part for line in lines for shown in harmless(line).split("\n") for part in _parts(shown, width)]


def _parts(line: str, width: int) -> list[str]:
    if len(line) <= width or _CODE.match(line):
        return [cut(line, width)]
    label = match[0] if (match := _LABEL.match(line)) else ""
    if len(label) > width // 2:
        label = ""
    indent = " " * min(len(label), width // 4) if label else "  "
    return _filled(line[len(label) :], width, label, indent)


def _filled(text: str, width: int, first: str, indent: str) -> list[str]:
    # No break at a hyphen: the name of a folder has some.
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    ) or [first]


def columned(row: str, at: int, width: int) -> list[str]:
    """Break a row of a table whose last column begins `at` there: what goes on stands in that column."""
    row = harmless(row).replace("\n", " ")
    if len(row) <= width or at > width // 2:
        return [cut(row, width)]
    return _filled(row[at:], width, row[:at], " " * at)


def packed(words: Iterable[str], gap: str, width: int) -> list[str]:
    """Put words beside each other, as many as fit in a line; none of them is broken."""
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(gap) + len(word) <= width:
            lines[-1] += gap + word
        else:
            lines.append(word)
    return lines


def shortened(lines: list[str], room: int, also: int = 0) -> list[str]:
    """Return what fits, and how much does not: `also` so many lines that stand elsewhere."""
    if len(lines) <= room and not also:
        return lines
    kept = lines[: max(room - 1, 0)]
    count = len(lines) - len(kept) + also
    return [*kept, f"\u2026 {count} more line{'s' if count != 1 else ''}: make the window taller"]


def cut(line: str, width: int) -> str:
    """Return a line that fits; one that did not shows it at its end."""
    return line if len(line) <= width else line[: width - 1] + "\u2026"


@dataclass(frozen=True)
class Section:
    """Lines that stand in a block `at` their place; where not all fits, those of the lowest `rank` stay."""

    at: int
    block: str
    rank: int
    lines: list[str]


def joined(sections: Iterable[Section]) -> list[str]:
    """Put sections below each other in their places, with an empty line before each block."""
    shown: list[str] = []
    block = ""
    for section in sorted(sections, key=lambda section: section.at):
        shown += section.lines if section.block == block else ["", *section.lines]
        block = section.block
    return shown


def fitted(sections: list[Section], room: int) -> list[str]:
    """Return as much of the sections as fits; the one that is cut says how much is left out of all."""
    if len(whole := joined(sections)) <= room:
        return whole
    kept: list[Section] = []
    rest = sorted(sections, key=lambda section: section.rank)
    while len(rest) > 1 and len(joined([*kept, rest[0]])) + 2 <= room:  # two: what says so, and a gap
        kept.append(rest.pop(0))
    first, *gone = rest
    free = room + 1 - len(joined([*kept, replace(first, lines=["one"])]))
    lines = shortened(first.lines, free, sum(len(section.lines) for section in gone))
    return joined([*kept, replace(first, lines=lines)])


def painted(lines: list[str]) -> list[str]:
    """Give the title, the states and the keys, which stand below the last gap, their look."""
    if len(lines) < 2:
        return lines
    keys = max(len(lines) - lines[::-1].index("") if "" in lines else len(lines) - 1, 1)
    dim = [f"{_DIM}{line}{_PLAIN}" for line in lines[keys:]]
    return [f"{_BOLD}{lines[0]}{_PLAIN}", *map(_painted, lines[1:keys]), *dim]


def _painted(line: str) -> str:
    if match := _STATE.match(line):
        return f"  {_STATES[match[1]]}{match[1]}{_PLAIN}{line[match.end() :]}"
    if match := _WORD.match(line):
        look = _RED if match[2] == "error" else _BOLD
        return f"{match[1]}{look}{match[2]}{_PLAIN}{line[match.end() :]}"
    return line
