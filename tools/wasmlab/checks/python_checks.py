"""Checks of Python: a lesson's files run in its own Pyodide worker, in every browser."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wasmlab.checks.browsing import Browsers, confined_context
from wasmlab.checks.notmet import NotMet
from wasmlab.checks.serving import BLANK, serve_folder
from wasmlab.checks.subject import Notes
from wasmlab.engines.browsers import Running
from wasmlab.errors import UsageError
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from playwright.sync_api import Page

RUNNER = "runner/runner.js"
_LOAD_MS = 60_000
_SECONDS = 5.0
_TIME = "TimeLimitExceeded"
_ASK = """async ({ code, stdin, timeoutMs }) => {
  const { result, events } = await window.runner.run(code, { stdin, timeoutMs, results: 'last' });
  const shown = events.filter(event => event.type === 'execute_result').at(-1);
  return { output: result.output, error: result.error ?? null, value: shown?.data['text/plain'] ?? null };
}"""
# A spare worker would cost as much as this one, and be for nothing with most lessons: where a program ends
# its worker, the next one waits for another.
_START = """async (url) => {
  const { Runner } = await import(url);
  window.runner = new Runner({ onInput: () => null, spare: false });
  await window.runner.init();
}"""


@dataclass(frozen=True)
class Said:
    """What one run gave: what it printed, the last value as Python shows it, the error that ended it."""

    output: str
    value: str | None
    error: str
    message: str = ""


class PythonRoom:
    """A worker that stays for all checks of a lesson in one browser: between them it forgets all names."""

    def __init__(self, running: Running, lesson: Lesson) -> None:
        if not (lesson.root / RUNNER).is_file():
            raise UsageError(f"{lesson.name} has no {RUNNER}", "copy the folder runner/ of pyodide-demo")
        self.running = running
        self._exit = ExitStack()
        server = self._exit.enter_context(serve_folder(lesson.root, is_kept=True))
        context = confined_context(running, server)
        self._page: Page = context.new_page()
        self._exit.callback(context.close)
        self._page.set_default_timeout(_LOAD_MS)
        self._page.goto(f"{server.address}{BLANK}", wait_until="commit")
        self._page.evaluate(_START, f"/{RUNNER}")

    def reset(self) -> None:
        """Forget all names."""
        self._page.evaluate("() => window.runner.reset()")

    def run(self, code: str, stdin: str, seconds: float) -> Said:
        """Run a program; whatever becomes of it is told."""
        asked = {"code": code, "stdin": stdin, "timeoutMs": seconds * 1000}
        told: dict[str, Any] = self._page.evaluate(_ASK, asked)
        error = told["error"] or {"name": "", "message": ""}
        return Said(told["output"], told["value"], error["name"], error["message"])

    def close(self) -> None:
        """End the worker."""
        self._exit.close()


class PythonRooms:
    """The workers of one session of checks."""

    def __init__(self, browsers: Browsers) -> None:
        self._browsers = browsers
        self._rooms: dict[tuple[object, ...], PythonRoom] = {}

    def get(self, engine: str, lesson: Lesson) -> PythonRoom:
        """Return a worker that knows no names."""
        running, key = self._browsers.running(engine), (engine, lesson.root, *_state(lesson))
        room = self._rooms.get(key)
        if room is None or room.running is not running:
            self._rooms[key] = room = PythonRoom(running, lesson)
        else:
            room.reset()
        return room

    def close(self) -> None:
        """End them all."""
        for room in self._rooms.values():
            with suppress(Exception):  # the browser may be gone already, and its workers with it
                room.close()
        self._rooms.clear()


def _state(lesson: Lesson) -> list[tuple[str, int]]:
    """Return what tells one state of the runner from another: a changed one needs another worker."""
    return sorted((path.name, path.stat().st_mtime_ns) for path in (lesson.root / RUNNER).parent.glob("*"))


class PythonSubject:
    """A lesson's Python, in a fresh namespace for each check."""

    def __init__(self, lesson: Lesson, room: PythonRoom) -> None:
        self._lesson = lesson
        self._room = room
        self.notes = Notes()

    def load(self, path: str) -> PythonSubject:
        """Run one of the lesson's files; its names are there for what follows.

        Raises:
            NotMet: the file ends in an error.
        """
        said = self.run((self._lesson.root / path).read_text(encoding="utf-8", errors="replace"))
        if said.error:
            raise NotMet(f"{path} ends in an error", "no error", _error(said), value=said.error)
        return self

    def run(self, code: str, stdin: str | Sequence[str] = "", seconds: float = _SECONDS) -> Said:
        """Run a program; `stdin` answers its `input()`, line by line."""
        lines = stdin if isinstance(stdin, str) else "\n".join(stdin)
        said = self._room.run(code, lines, seconds)
        self.notes.timed_out |= said.error == _TIME
        return said

    def call(self, name: str, *args: object, stdin: str | Sequence[str] = "") -> PythonCalled:
        """Call a function that a loaded file defines."""
        words = f"{name}({', '.join(map(repr, args))})"
        return PythonCalled(words, self.run(words, stdin))


class PythonCalled:
    """One call that was made; every verb takes `help`."""

    def __init__(self, words: str, said: Said) -> None:
        self._words = words
        self.said = said

    def returns(self, value: object, help: str = "") -> PythonCalled:
        """Expect a result that Python shows as it shows `value`; None is what no return gives."""
        wanted = None if value is None else repr(value)
        return self._met(self.said.value == wanted, repr(value), self.said.value or "None", help)

    def prints(self, *lines: str, help: str = "") -> PythonCalled:
        """Expect just these lines; none at all where none is named."""
        came = self.said.output.splitlines()
        return self._met(
            came == list(lines), "\n".join(lines) or "nothing", "\n".join(came) or "nothing", help
        )

    def raises(self, error: str, help: str = "") -> PythonCalled:
        """Expect it to end in the error of this name."""
        if self.said.error == error:
            return self
        came = _error(self.said) if self.said.error else f"it returned {self.said.value or 'None'}"
        raise NotMet(f"in the call {self._words}", error, came, help, value=self.said.error)

    def _met(self, met: bool, expected: str, came: str, help: str) -> PythonCalled:
        if self.said.error:
            met, came = False, _error(self.said)
        if not met:
            value = self.said.error or self.said.value
            raise NotMet(f"in the call {self._words}", expected, came, help, value=value)
        return self


def _error(said: Said) -> str:
    return f"{said.error}: {said.message}" if said.message else said.error
