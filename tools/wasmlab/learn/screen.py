"""The terminal that `wasmlab learn` draws on, and the stream that it writes to where there is none."""

from __future__ import annotations

import io
import os
import shutil
import sys
from typing import TextIO

from wasmlab.learn.fitting import painted

_TOP = "\x1b[H"
_REST_OF_LINE = "\x1b[K"
_BELOW = "\x1b[J"
_CLEAR = "\x1b[2J"


class Screen:
    """Draws whole pictures: a terminal shows the newest only, so it is never flooded.

    It has a stream of its own: the checks run in this process, and pytest takes theirs away meanwhile.
    """

    def __init__(self) -> None:
        self.is_terminal = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self._coloured = not os.environ.get("NO_COLOR")
        self._stream = _own_stream()
        self._shown: list[str] = []
        self._begun = False

    def size(self) -> tuple[int, int]:
        """Return columns and rows: those of our own stream, since stdout may be a file meanwhile."""
        try:
            columns, rows = os.get_terminal_size(self._stream.fileno())
        except (OSError, ValueError):
            columns, rows = 0, 0
        fallback = shutil.get_terminal_size((100, 30))
        return columns or fallback.columns, rows or fallback.lines

    def forget(self) -> None:
        """Draw all of the next picture: a terminal of another size has moved what was there."""
        self._shown, self._begun = [], False

    def draw(self, lines: list[str]) -> None:
        """Show these lines and nothing else; on a stream, only what was not shown just before."""
        if lines == self._shown:
            return
        self._shown = lines
        if not self.is_terminal:
            self._write("\n".join(lines) + "\n")
            return
        lines = painted(lines) if self._coloured else lines
        start = _TOP if self._begun else _CLEAR + _TOP
        self._begun = True
        self._write(
            start
            + "".join(f"{line}{_REST_OF_LINE}\r\n" for line in lines[:-1])
            + lines[-1]
            + _REST_OF_LINE
            + _BELOW
        )

    def close(self, last: str) -> None:
        """Leave the last picture where it is, and one line below it."""
        self._write(f"\n{last}\n")

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # the terminal has gone away
            return


def _own_stream() -> TextIO:
    try:
        number = os.dup(sys.stdout.fileno())
    except (OSError, io.UnsupportedOperation):
        return sys.stdout
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return open(number, "w", encoding=encoding, errors="replace", newline="")  # noqa: PTH123  # a descriptor
