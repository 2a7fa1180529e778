"""Reads the text that clang (14 and newer) and wasm-ld print."""

from __future__ import annotations

import re

from wasmlab.diagnostics import Diagnostic
from wasmlab.textlines import lines_of

_SEVERITY = r"(?P<severity>fatal error|error|warning|note): (?P<text>.*)"
_PLACED = re.compile(rf"(?P<file>(?:[A-Za-z]:)?[^:\n]+):(?P<line>\d+):(?P<column>\d+): {_SEVERITY}")
_PLAIN = re.compile(rf"(?:[^\n]*?: )?{_SEVERITY}")
_INCLUDED = re.compile(r"In file included from (?P<file>.+):(?P<line>\d+)[:,]")
_COUNT = re.compile(r"\d+ (?:warnings?|errors?)(?: and \d+ errors?)? generated\.")
_GUTTER = re.compile(r" *\d* \| ?")
_MARKER = re.compile(r"[ ~]*\^[ ~^]*")


def read_diagnostics(output: str) -> list[Diagnostic]:
    """Read clang's and wasm-ld's text output, in its order."""
    found: list[Diagnostic] = []
    includes: list[tuple[str, int]] = []
    lines = lines_of(output)
    for number, line in enumerate(lines):
        if match := _INCLUDED.fullmatch(line):
            includes.append((match["file"], int(match["line"])))
        elif match := _PLACED.fullmatch(line):
            found.append(_placed(match, _rest(lines, number + 1), includes))
            includes = []
        elif match := _PLAIN.fullmatch(line):
            more = [row.removeprefix(">>> ") for row in _rest(lines, number + 1) if row.startswith(">>> ")]
            text = "; ".join([match["text"], *more])
            found.append(Diagnostic(match["severity"].removeprefix("fatal "), text))
    return found


def _placed(match: re.Match[str], rest: list[str], includes: list[tuple[str, int]]) -> Diagnostic:
    severity = match["severity"].removeprefix("fatal ")
    here = [place for place in includes if not _is_absolute(place[0])]
    if _is_absolute(match["file"]) and here:  # a library's header complains: the #include is what counts
        return Diagnostic(severity, match["text"], here[-1][0], here[-1][1])
    source, marker = _snippet(rest)
    file, line, column = match["file"], int(match["line"]), int(match["column"])
    return Diagnostic(severity, match["text"], file, line, column, source, marker=marker)


def _is_absolute(file: str) -> bool:
    return file.startswith(("/", "\\")) or file[1:2] == ":"


def _rest(lines: list[str], start: int) -> list[str]:
    """Return the lines that belong to the message before `start`."""
    for end in range(start, len(lines)):
        line = lines[end]
        begins = (_PLACED, _INCLUDED, _COUNT) if _GUTTER.match(line) else (_PLACED, _INCLUDED, _COUNT, _PLAIN)
        if any(pattern.fullmatch(line) for pattern in begins):
            return lines[start:end]
    return lines[start:]


def _snippet(rest: list[str]) -> tuple[str, str]:
    """Return the source line and the line under it that points at the place."""
    rows = [_GUTTER.sub("", row, count=1) for row in rest]
    for number, row in enumerate(rows):
        if number and _MARKER.fullmatch(row):
            return rows[number - 1], row.rstrip()
    return (rows[0] if rows else ""), ""
