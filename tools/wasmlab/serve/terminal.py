"""What `wasmlab serve` prints: builds, what the pages say, and refused requests."""

from __future__ import annotations

import logging
import sys
import time
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import typer

from wasmlab import build
from wasmlab.build import report
from wasmlab.errors import WasmlabError

_LONGEST = 4000
_RATE, _BURST = 50.0, 300.0


@dataclass(frozen=True)
class Said:
    """One message of a page's console: `url` and `line` are where it was said."""

    level: str
    text: str
    url: str = ""
    line: int = 0
    column: int = 0


class Terminal:
    """Prints line by line; a listener of the site."""

    def __init__(self) -> None:
        self._tokens = _BURST
        self._refilled = time.monotonic()
        self._dropped = 0
        self._waiting: set[tuple[str, str]] = set()

    def line(self, text: str = "", *, error: bool = False) -> None:
        """Print one line; a terminal that has gone away is no reason to stop serving."""
        try:
            typer.echo(text, err=error)
        except (OSError, ValueError):
            return

    def changed(self, path: str) -> None:
        """Say nothing: the build's own line follows."""

    def built(self, results: list[build.Result]) -> None:
        """Print what a build made, nothing where nothing was to do, and once what a target waits for."""
        news = [result for result in results if not result.fresh]
        if news:
            report.print_results(news, as_json=False)
        waiting = {(result.lesson.name, result.target.name): result for result in results if result.waits}
        report.print_waiting(result for key, result in waiting.items() if key not in self._waiting)
        self._waiting -= {(result.lesson.name, result.target.name) for result in results}
        self._waiting |= waiting.keys()

    def failed(self, error: WasmlabError) -> None:
        """Print an error that kept a lesson from being built."""
        for line in error.lines():
            self.line(line, error=True)

    def page_says(self, messages: Iterable[Said]) -> None:
        """Print messages of a page's console, labelled with the lesson and the place."""
        for message in messages:
            if self._may_print():
                lesson, place = _place(message)
                end = f"  ({place})" if place else ""
                text = harmless(message.text[:_LONGEST])
                self.line(f"{lesson} | {message.level}: {text}{end}")

    def refused(self, method: str, path: str, status: int) -> None:
        """Print a request that was answered with an error."""
        if self._may_print():
            first = harmless(unquote(path).split("?")[0].lstrip("/").partition("/")[0]) or "/"
            self.line(f"{first} | {status}: {harmless(method)} {harmless(path[:300])}")

    def _may_print(self) -> bool:
        now = time.monotonic()
        self._tokens = min(_BURST, self._tokens + (now - self._refilled) * _RATE)
        self._refilled = now
        if self._tokens < 1:
            self._dropped += 1
            return False
        self._tokens -= 1
        if self._dropped:
            dropped, self._dropped = self._dropped, 0
            self.line(f"... {dropped} further messages were not printed")
        return True


def harmless(text: str) -> str:
    """Return `text` without anything that steers a terminal; its lines stay, indented."""
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n    ".join("".join(_visible(char) for char in line) for line in lines)


def _visible(char: str) -> str:
    if char == "\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
        return char
    code = ord(char)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def _place(message: Said) -> tuple[str, str]:
    """Split a page's or a script's URL into the lesson and the place in it."""
    try:
        path = unquote(urlsplit(message.url).path)
    except ValueError:
        path = ""
    lesson, _, inside = path.lstrip("/").partition("/")
    at = f"{inside or 'page'}:{message.line}" if message.line else inside
    return harmless(lesson) or "page", harmless(at)


def prepare_streams() -> None:
    """Let a terminal of another encoding show `?`, and keep what strangers send out of tornado's log."""
    logging.getLogger("tornado.general").setLevel(logging.CRITICAL)
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="replace")
