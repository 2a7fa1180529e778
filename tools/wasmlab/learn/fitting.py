"""Fits lines into a terminal: words go on in the next line, code is cut, and states get a colour."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

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
    return textwrap.wrap(line[len(label) :], width, initial_indent=label, subsequent_indent=indent)


def cut(line: str, width: int) -> str:
    """Return a line that fits; one that did not shows it at its end."""
    return line if len(line) <= width else line[: width - 1] + "\u2026"


def painted(lines: list[str]) -> list[str]:
    """Give the title, the states and the keys, which are the last line, their look; the words say it all."""
    if len(lines) < 2:
        return lines
    return [f"{_BOLD}{lines[0]}{_PLAIN}", *map(_painted, lines[1:-1]), f"{_DIM}{lines[-1]}{_PLAIN}"]


def _painted(line: str) -> str:
    if match := _STATE.match(line):
        return f"  {_STATES[match[1]]}{match[1]}{_PLAIN}{line[match.end() :]}"
    if match := _WORD.match(line):
        look = _RED if match[2] == "error" else _BOLD
        return f"{match[1]}{look}{match[2]}{_PLAIN}{line[match.end() :]}"
    return line
