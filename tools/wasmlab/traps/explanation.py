"""A trap explained: the place in C, the reason, the call stack and what to try."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from wasmlab.roundtrip import Trap
from wasmlab.traps.reasons import KINDS, REASONS, reason_of_source
from wasmlab.traps.table import Place, TrapTable

_FAULT = re.compile(r"wasm address 0x([0-9a-f]+) in linear memory of size 0x([0-9a-f]+)")
_DEEP = 5
_NO_PLACE = "a browser that had to be ended does not say where it was; wasmtime does"
_NO_LINES = "this module has no debug information; a debug build names the C line"
_NO_OFFSET = "this browser does not tell the C line; others do"
_STOPPERS = {"abort", "__assert_fail", "__abort"}


@dataclass(frozen=True)
class Explanation:
    """Why a program stopped, for a person: `str()` is the text for a terminal.

    `place` is the innermost C line; its `file` is empty where there is no debug information.
    """

    reason: str
    title: str
    why: str
    attempt: str
    place: Place
    source_line: str = ""
    stack: tuple[Place, ...] = ()
    detail: str = ""

    def __str__(self) -> str:
        where = f"{self.place.where}: " if self.place.file else ""
        return "\n".join([f"{where}{self.title}", *self._source(), *self._stack(), *self._words()])

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as plain data, as the page's reader makes it too."""
        return {
            "reason": self.reason,
            "title": self.title,
            "why": self.why,
            "try": self.attempt,
            "detail": self.detail,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "sourceLine": self.source_line,
            "stack": [_plain(place) for place in self.stack],
        }

    def _source(self) -> list[str]:
        if not self.source_line:
            return []
        number = f"{self.place.line:5}"
        caret = "".join("\t" if char == "\t" else " " for char in self.source_line[: self.place.column - 1])
        pointer = [f"{'':5} | {caret}^"] if self.place.column else []
        return [f"{number} | {self.source_line.rstrip()}", *pointer]

    def _stack(self) -> list[str]:
        return [f"  {'in' if n == 0 else 'from'} {line}" for n, line in enumerate(_folded(self.stack))]

    def _words(self) -> list[str]:
        detail = [f"here: {self.detail}"] if self.detail else []
        return [*detail, f"why: {self.why}", f"try: {self.attempt}"]


def _plain(place: Place) -> dict[str, Any]:
    return {
        "function": place.function,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "inlined": place.inlined,
    }


def _folded(stack: Sequence[Place]) -> list[str]:
    """Return the stack's lines, a recursion once: how much of it is told differs between engines."""
    lines = [f"{place}{', inlined' if place.inlined else ''}" for place in stack]
    runs = [(line, len(list(same))) for line, same in groupby(lines)]
    shown = ([line] * times if times < _DEEP else [f"{line}, again and again"] for line, times in runs)
    return [line for lines in shown for line in lines]


def explain_trap(table: TrapTable, trap: Trap) -> Explanation:
    """Explain a trap as an engine reported it."""
    told = explain(table, [frame.offset for frame in trap.frames if frame.offset], trap.kind, trap.message)
    if told.stack or not trap.frames:
        return told
    stack = tuple(table.named(frame.index) for frame in trap.frames)
    return replace(told, stack=stack, detail=_NO_OFFSET if table.lines else _NO_LINES)


def explain(table: TrapTable, offsets: Sequence[int], kind: str, message: str = "") -> Explanation:
    """Explain why a module stopped at `offsets` (in its bytes, the innermost function first).

    `kind` is the engine's trap kind in wasmlab's words; `message`, the engine's own, only adds
    the address where the engine tells it.
    """
    stack = tuple(place for offset in offsets for place in table.places(offset))
    place = next((place for place in stack if place.file), Place(""))
    check = table.check(offsets[0]) if offsets and kind == "unreachable" else None
    reason, sure = (check.reason, True) if check else _reason(table, kind, stack, place)
    words = REASONS[reason]
    return Explanation(
        reason,
        check.detail if check else words.title if sure else f"{words.title}, most likely",
        words.why,
        words.attempt,
        place,
        table.text(place),
        stack,
        "; ".join(part for part in (_address(reason, message), _missing(reason, stack, place)) if part),
    )


def _reason(table: TrapTable, kind: str, stack: Sequence[Place], place: Place) -> tuple[str, bool]:
    """Return the reason's name, and whether it is sure."""
    reason = KINDS.get(kind, "trap")
    if reason == "memory" and _recursion(stack):
        return "stack", True
    if reason == "unreachable" and any(frame.function in _STOPPERS for frame in stack):
        return "abort", True
    if reason == "unreachable" and not table.checks:
        guess = reason_of_source(table.text(place), place.column)
        return (guess, False) if guess else (reason, True)
    return reason, True


def _recursion(stack: Sequence[Place]) -> bool:
    """Whether one function is on the stack again and again: C's own stack ran out into nowhere."""
    names = [place.function for place in stack]
    return any(names.count(name) >= _DEEP for name in set(names))


def _missing(reason: str, stack: Sequence[Place], place: Place) -> str:
    """Say why no C line is told, and how to get it."""
    if place.file:
        return ""
    if not stack:
        return _NO_PLACE if reason == "time" else ""
    return _NO_LINES


def tells_address(trap: Trap) -> bool:
    """Whether the engine's message says where memory was reached for, as wasmtime's does."""
    return _FAULT.search(trap.message) is not None


def _address(reason: str, message: str) -> str:
    match = _FAULT.search(message)
    if match is None or reason != "memory":  # where a stack ran out to says nothing
        return ""
    address, size = int(match[1], 16), int(match[2], 16)
    return f"address {address} (0x{address:x}), and the memory has {size} bytes"
