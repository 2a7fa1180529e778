"""Compiler and linker messages read into data, with what happened and what to try."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MESSAGE = re.compile(
    r"(?P<file>[^:\n]+):(?P<line>\d+):(?P<column>\d+): "
    r"(?P<severity>fatal error|error|warning|note): (?P<text>.*)"
)


@dataclass(frozen=True)
class Diagnostic:
    """One message: `line` and `column` count from 1; 0 where the tool names none."""

    severity: str
    text: str
    file: str = ""
    line: int = 0
    column: int = 0
    source_line: str = ""
    explanation: str = ""
    hint: str = ""


def read_diagnostics(output: str) -> list[Diagnostic]:
    """Read clang's and wasm-ld's text output, in its order."""
    found: list[Diagnostic] = []
    lines = output.splitlines()
    for number, line in enumerate(lines):
        if match := _MESSAGE.fullmatch(line):
            source = lines[number + 1].partition("|")[2][1:] if number + 1 < len(lines) else ""
            found.append(
                Diagnostic(
                    match["severity"].removeprefix("fatal "),
                    match["text"],
                    match["file"],
                    int(match["line"]),
                    int(match["column"]),
                    source,
                )
            )
    return found
