"""Compiler and linker messages: what happened, on which line, and what to try."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Diagnostic:
    """One message: `line` and `column` count from 1; 0 where the tool names none.

    `file` is relative to the lesson's folder. `marker` stands under `source_line` and points at the
    place with `^` and `~`. `name` is the explanation's, empty where the message has none.
    """

    severity: str
    text: str
    file: str = ""
    line: int = 0
    column: int = 0
    source_line: str = ""
    explanation: str = ""
    hint: str = ""
    marker: str = ""
    name: str = ""

    def place(self, lesson: str) -> str:
        """Return `lesson/file:line:column` as far as it is known."""
        of_library = self.file.startswith("<")  # <wasi>/stdio.h lies in no lesson
        parts = [self.file if of_library else f"{lesson}/{self.file}" if self.file else lesson]
        return ":".join([*parts, *(str(n) for n in (self.line, self.column) if n)])
