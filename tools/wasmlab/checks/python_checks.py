"""Checks of Python: a lesson's files run in its own Pyodide worker, in every browser."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from wasmlab.checks.mistakes import refuse_sets
from wasmlab.checks.notes import Notes
from wasmlab.checks.notmet import NotMet
from wasmlab.checks.page.browsers import Browsers, confined_context, loss_of
from wasmlab.checks.page.serving import BLANK, serve_folder
from wasmlab.engines.browser.starting import Running
from wasmlab.errors import UsageError
from wasmlab.lesson import Lesson
from wasmlab.process import quoted
from wasmlab.textlines import lines_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

RUNNER = "runner/runner.js"
_LOAD_MS = 60_000
_SECONDS = 5.0
_TIME = "TimeLimitExceeded"
_ASK = """async ({ code, stdin, timeoutMs }) => {
  const { result, events } = await window.runner.run(code, { stdin, timeoutMs, results: 'last' });
  const last = type => events.filter(event => event.type === type).at(-1) ?? null;
  const value = last('execute_result')?.data['text/plain'] ?? null;
  return { output: result.output, error: result.error ?? null, value, problem: last('error') };
}"""
# A spare worker would cost as much as this one, and be for nothing with most lessons: where a program ends
# its worker, the next one waits for another.
_START = """async (url) => {
  const { Runner } = await import(url);
  window.runner = new Runner({ onInput: () => null, spare: false });
  await window.runner.init();
}"""


@dataclass(frozen=True)
class Frame:
    """A place in a program, the outermost call first: `columns` are those of the part at fault, from 0."""

    file: str
    line: int
    columns: tuple[int, int]


@dataclass(frozen=True)
class Said:
    """What one run gave: what it printed, the last value as Python shows it, the error that ended it.

    Where the error was is in `frames`; `advice` is what the runner says to it.
    """

    output: str
    value: str | None
    error: str
    message: str = ""
    frames: tuple[Frame, ...] = ()
    advice: str = ""


class PythonRoom:
    """A worker that stays for all checks of a lesson in one browser: between them it forgets all names."""

    def __init__(self, running: Running, lesson: Lesson) -> None:
        if not (lesson.root / RUNNER).is_file():
            raise UsageError(f"{lesson.name} has no {RUNNER}", "copy the folder runner/ of pyodide-demo")
        self.running = running
        self._exit = ExitStack()
        server = self._exit.enter_context(serve_folder(lesson.root, is_kept=True))
        context = confined_context(running, server)
        self._page: Page = running.new_page(context)
        self._is_gone = loss_of(self._page)
        self._exit.callback(context.close)
        self._page.set_default_timeout(_LOAD_MS)
        self._page.goto(f"{server.address}{BLANK}", wait_until="commit")
        self._page.evaluate(_START, f"/{RUNNER}")

    @property
    def is_lost(self) -> bool:
        """Whether the worker is gone with its page, by whosever doing."""
        return self._is_gone()

    def reset(self) -> bool:
        """Forget all names; return whether that went well: a program can break what would do it."""
        from playwright.sync_api import Error

        try:
            self._page.evaluate("() => window.runner.reset()")
        except Error:
            return False
        return True

    def run(self, code: str, stdin: str, seconds: float) -> Said:
        """Run a program; whatever becomes of it is told."""
        asked = {"code": code, "stdin": stdin, "timeoutMs": seconds * 1000}
        told: dict[str, Any] = self._page.evaluate(_ASK, asked)
        error, problem = told["error"] or {"name": "", "message": ""}, told["problem"] or {}
        frames = tuple(_frame(raw) for raw in problem.get("frames", ()))
        explained = problem.get("explanation") or {}
        advice = " ".join(explained[key] for key in ("what", "hint") if explained.get(key))
        return Said(told["output"], told["value"], error["name"], error["message"], frames, advice)

    def close(self) -> None:
        """End the worker."""
        self._exit.close()


class PythonRooms:
    """The workers of one session of checks."""

    def __init__(self, browsers: Browsers) -> None:
        self._browsers = browsers
        self._rooms: dict[tuple[object, ...], PythonRoom] = {}
        self._has_lost = False

    @property
    def has_lost(self) -> bool:
        """Whether one was lost since the last `close`."""
        return self._has_lost or any(room.is_lost for room in self._rooms.values())

    def get(self, engine: str, lesson: Lesson) -> PythonRoom:
        """Return a worker that knows no names."""
        running, key = self._browsers.running(engine), (engine, lesson.root, *_state(lesson))
        room = self._rooms.get(key)
        if room is not None and not (room.running is running and room.reset()):
            self._leave(room)
            room = None
        if room is None:
            self._rooms[key] = room = PythonRoom(running, lesson)
        return room

    def close(self) -> None:
        """End them all."""
        for room in self._rooms.values():
            self._leave(room)
        self._rooms.clear()
        self._has_lost = False

    def _leave(self, room: PythonRoom) -> None:
        self._has_lost |= room.is_lost
        with suppress(Exception):  # the browser may be gone already, and its workers with it
            room.close()


def _state(lesson: Lesson) -> list[tuple[str, int]]:
    """Return what tells one state of the runner from another: a changed one needs another worker."""
    return sorted((path.name, path.stat().st_mtime_ns) for path in (lesson.root / RUNNER).parent.glob("*"))


def _frame(raw: dict[str, Any]) -> Frame:
    end = raw["endColumn"] if raw["endLine"] == raw["line"] else raw["column"] + 1
    return Frame(raw["file"], raw["line"], (raw["column"], end))


class PythonSubject:
    """A lesson's Python, in a fresh namespace for each check."""

    def __init__(self, lesson: Lesson, room: PythonRoom) -> None:
        self._lesson = lesson
        self._room = room
        self._runs = 0
        self._files: dict[str, tuple[str, str]] = {}
        """The lesson's files that were run: their paths and texts, by the names that they have in errors."""
        self.notes = Notes()

    def load(self, path: str) -> PythonSubject:
        """Run one of the lesson's files as an import does; its names are there for what follows.

        Raises:
            NotMet: the file is not there, or ends in an error.
        """
        try:
            text = (self._lesson.root / path).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            hint = f"create it, or take it back: wasmlab reset {quoted(self._lesson.name)}"
            raise NotMet(
                f"{path} cannot be read", "a file", (error.strerror or "none").lower(), hint
            ) from None
        self.run(f"__name__ = {PurePosixPath(path).stem!r}")  # what is for a start alone is left out
        self._files[f"<run {self._runs + 1}>"] = path, text
        said = self.run(text)
        if said.error:
            came = f"{_error(said)}{self._place(said)}"
            raise NotMet(f"{path} ends in an error", "no error", came, value=said.error, advice=said.advice)
        return self

    def run(self, code: str, stdin: str | Sequence[str] = "", seconds: float = _SECONDS) -> Said:
        """Run a program; `stdin` answers its `input()`, line by line."""
        lines = stdin if isinstance(stdin, str) else "\n".join(stdin)
        self._runs += 1
        self.notes.begin_call()
        said = self._room.run(code, lines, seconds)
        self.notes.timed_out |= said.error == _TIME
        return said

    def call(self, name: str, *args: object, stdin: str | Sequence[str] = "") -> PythonCalled:
        """Call a function that a loaded file defines."""
        words = f"{name}({', '.join(map(repr, args))})"
        said = self.run(words, stdin)
        if said.error == "NameError" and f"'{name}'" in said.message:
            said = replace(said, advice=f"define it, and write its name just so: def {name}(...):")
        return PythonCalled(words, said, self._place(said))

    def _place(self, said: Said) -> str:
        """Return the innermost of the lesson's lines that an error went through, with a mark below it.

        Where a loop was when its time was over is another line each time, so that is not told.
        """
        known = [frame for frame in said.frames if frame.file in self._files and said.error != _TIME]
        if not known:
            return ""
        frame = known[-1]
        path, text = self._files[frame.file]
        lines = text.split("\n")  # as Python counts them: no line ends at a form feed
        marked = f":\n{_marked(lines[frame.line - 1], frame)}" if frame.line <= len(lines) else ""
        return f"\nin {path}, line {frame.line}{marked}"


def _marked(line: str, frame: Frame) -> str:
    first, end = frame.columns
    indent = len(line) - len(line.lstrip())
    return f"{line.strip()}\n{' ' * (first - indent)}{'^' * max(1, end - first)}"


class PythonCalled:
    """One call that was made; every verb takes `help`."""

    def __init__(self, words: str, said: Said, place: str = "") -> None:
        self._words = words
        self._place = place
        self.said = said

    def returns(self, value: object, help: str = "") -> PythonCalled:
        """Expect a result that Python shows as it shows `value`; None is what no return gives.

        Raises:
            CheckBroken: a set is shown in any order.
        """
        refuse_sets(value)
        wanted = None if value is None else repr(value)
        return self._met(self.said.value == wanted, repr(value), self.said.value or "None", help)

    def prints(self, *lines: str, help: str = "") -> PythonCalled:
        """Expect just these lines; none at all where none is named."""
        came = lines_of(self.said.output)
        return self._met(
            came == list(lines), "\n".join(lines) or "nothing", "\n".join(came) or "nothing", help
        )

    def raises(self, error: str, help: str = "") -> PythonCalled:
        """Expect it to end in the error of this name."""
        if self.said.error == error:
            return self
        came = self._came_of_error() if self.said.error else f"it returned {self.said.value or 'None'}"
        value, advice = self.said.error, self.said.advice
        raise NotMet(f"in the call {self._words}", error, came, help, value=value, advice=advice)

    def _met(self, met: bool, expected: str, came: str, help: str) -> PythonCalled:
        if self.said.error:
            met, came = False, self._came_of_error()
        if not met:
            value, advice = self.said.error or self.said.value, self.said.advice
            raise NotMet(f"in the call {self._words}", expected, came, help, value=value, advice=advice)
        return self

    def _came_of_error(self) -> str:
        return f"{_error(self.said)}{self._place}"


def _error(said: Said) -> str:
    return f"{said.error}: {said.message}" if said.message else said.error
