"""The evening itself: waits for saves and keys, checks the lesson at hand, and shows how it stands."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from wasmlab.checks.verdicts import Verdict
from wasmlab.errors import CHECKS_FAILED, GOOD, TERMINATED, FolderNotWritable
from wasmlab.learn.checking import Checker, Outcome
from wasmlab.learn.notebook import Notebook, told_of_reset
from wasmlab.learn.screen import Screen
from wasmlab.learn.view import View
from wasmlab.lesson import Lesson
from wasmlab.serve import files, keys
from wasmlab.serve.watch import Watch


def learn(notebook: Notebook, lesson: Lesson, engines: Sequence[str], *, once: bool = False) -> int:
    """Work through the course until `q`; with `once` check one lesson: 1 where it does not pass.

    What is written to a file or a pipe is written once: whoever reads that waits for its end.
    """
    once = once or not sys.stdout.isatty()
    return asyncio.run(_Learning(notebook, lesson, engines, once=once).run())


class _Folder:
    """What is watched: the files of one lesson, without what its build makes."""

    def __init__(self, root: Path, lesson: Lesson, on_change: Callable[[], None]) -> None:
        self.root = root
        self._on_change = on_change
        self.turn_to(lesson)

    def turn_to(self, lesson: Lesson) -> None:
        """Watch another lesson."""
        self._lesson = lesson
        self.seen = self._look()

    def folders(self) -> list[Path]:
        """Return the lesson's folder, as long as it is there."""
        return [self._lesson.root] if self._lesson.root.is_dir() else []

    def changed(self, _paths: Iterable[str]) -> None:
        """Look for what has really changed: a touched file has not."""
        now = self._look()
        if now != self.seen:
            self.seen = now
            self._on_change()

    def _look(self) -> dict[str, files.Signature]:
        dist = str(self._lesson.root / "dist" / "_").removesuffix("_")
        found = files.look(self.root, self.folders())
        return {path: seen for path, seen in found.items() if not path.startswith(dist)}


class _Learning:
    """One run of the command."""

    def __init__(self, notebook: Notebook, lesson: Lesson, engines: Sequence[str], *, once: bool) -> None:
        self.notebook = notebook
        self.once = once
        self.checker = Checker(engines)
        self.screen = Screen()
        self.view = self._view_of(lesson)
        unread = notebook.course.unread([])
        self.view.news = "\n".join(line for error in unread for line in error.lines())
        self.asking = False
        self.wanted = asyncio.Event()
        self.all_wanted = False

    async def run(self) -> int:
        """Go on until the end, and leave nothing running behind."""
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.folder = _Folder(self.notebook.course.root, self.view.lesson, self.wanted.set)
        self.wanted.set()
        tasks = [self._start(Watch(self.folder, self._say).run()), self._start(self._check_for_ever())]
        # The keyboard is given back last: a browser's driver, as it ends, sets the terminal as it found it.
        with keys.listening(self.on_key):
            try:
                self._follow_size()
                self._end_when_told()
                return await self.ended
            finally:
                for task in tasks:
                    task.cancel()
                self.screen.close("until next time: wasmlab learn goes on where you are")
                await self.checker.close()

    def _follow_size(self) -> None:
        """Draw anew when the window gets another size, where the system tells."""

        def resized() -> None:
            self.screen.forget()
            self.draw()

        if self.screen.is_terminal and hasattr(signal, "SIGWINCH"):
            asyncio.get_running_loop().add_signal_handler(signal.SIGWINCH, resized)

    def _end_when_told(self) -> None:
        """End in order where the system ends us: else the terminal would stay without its echo."""
        if os.name == "posix":
            for name in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(name, self._end, TERMINATED)

    def _start(self, work: Any) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        if not task.cancelled() and (error := task.exception()) and not self.ended.done():
            self.ended.set_exception(error)

    async def _check_for_ever(self) -> None:
        """Check whenever it is wanted; a save during a check means one more."""
        while True:
            await self.wanted.wait()
            self.wanted.clear()
            if self.all_wanted:
                self.all_wanted = False
                await self._check_all()
            else:
                await self._check(self.view)
            if self.once:
                passed = self.view.outcome is not None and self.view.outcome.passed
                self._end(GOOD if passed else CHECKS_FAILED)

    async def _check(self, view: View) -> None:
        view.now, view.turning, view.note, view.asked = "checking ...", [], "", ""
        self.draw()

        def tell(verdict: Verdict) -> None:
            view.turning.append(verdict)
            self.draw()

        outcome = await self.checker.check(view.lesson, tell)
        self.notebook.note(view.lesson, passed=outcome.passed)
        view.outcome, view.now = outcome, ""
        if self.view.listing:
            self.view.listing = self._listing()
        view.note = self._after(view.lesson, outcome)
        self.draw()

    def _after(self, lesson: Lesson, outcome: Outcome) -> str:
        left = sum(verdict.lacks_browser for verdict in outcome.verdicts)
        said = [f"{left} checks need a browser: wasmlab learn --engine chromium"] if left else []
        if outcome.passed:
            said.append(f"{lesson.title} passes. Press n for the next lesson.")
            if solution := self.notebook.solution(lesson):
                said += [
                    "a solution to compare with:",
                    *(self._shown(solution / name) for name in lesson.submit),
                ]
        return "\n".join(said)

    def _shown(self, path: Path) -> str:
        """Return a path as it is found from the course, where it is inside of that."""
        root = self.notebook.course.root
        return f"  {path.relative_to(root).as_posix() if path.is_relative_to(root) else path}"

    async def _check_all(self) -> None:
        for lesson in self.notebook.lessons:
            self.view.now = f"checking {lesson.name} ..."
            self.draw()
            outcome = await self.checker.check(lesson, lambda _verdict: None)
            self.notebook.note(lesson, passed=outcome.passed)
        self.view.now = ""
        self.view.listing, self.view.asked = self._listing(), "list"
        self.draw()

    # Keys

    def on_key(self, key: str) -> None:
        """Do what a key says; at the end none is wanted any more."""
        if self.ended.done():
            return
        self.view.news = ""
        if self.asking:
            self._answered(yes=key in "yY")
            return
        actions = {
            "h": self._hint,
            "n": self._next,
            "l": self._list,
            "c": self._all,
            "x": self._ask,
            "q": self._quit,
        }
        if action := actions.get(key.lower()):
            action()
            self.draw()

    def _hint(self) -> None:
        if self.view.outcome and self.view.outcome.passed:
            self.view.news = "it passes: there is nothing to hint at"
            return
        if not self.view.lesson.hints:
            self.view.news = "this lesson has no hints"
        elif len(self.view.hints) == len(self.view.lesson.hints):
            self.view.news = "there are no more hints"
        self.view.hints, self.view.asked = self.notebook.read_hint(self.view.lesson), "hint"

    def _next(self) -> None:
        lessons = self.notebook.lessons
        at = [lesson.name for lesson in lessons].index(self.view.lesson.name)
        after = [*lessons[at + 1 :], *lessons[: at + 1]]
        still = [lesson for lesson in after if lesson.name not in self.notebook.progress.passed]
        if not still:
            self.view.news = "every lesson passes"
            return
        self.view = self._view_of(still[0])
        self.folder.turn_to(still[0])
        self.wanted.set()

    def _list(self) -> None:
        self.view.listing = [] if self.view.listing else self._listing()
        self.view.asked = "list" if self.view.listing else ""

    def _listing(self) -> list[str]:
        passed = self.notebook.progress.passed
        widest = max(len(lesson.name) for lesson in self.notebook.lessons)
        return [
            f"  {'passed' if lesson.name in passed else 'open':<8} {lesson.name:<{widest}}   {lesson.title}"
            for lesson in self.notebook.lessons
        ]

    def _all(self) -> None:
        self.all_wanted = True
        self.wanted.set()

    def _ask(self) -> None:
        if not self.notebook.is_touched(self.view.lesson):
            self.view.news = "the files are as they were at the beginning"
            return
        self.asking = True
        self.view.news = f"bring {self.view.lesson.name} back to its beginning? your files are kept (y/n)"

    def _answered(self, *, yes: bool) -> None:
        self.asking = False
        if yes:
            self.view.news = self._reset()
        self.draw()

    def _reset(self) -> str:
        """Bring the lesson back, and return what has come of it."""
        try:
            place = self.notebook.reset(self.view.lesson)
        except FolderNotWritable as error:
            return "\n".join(error.lines())
        return told_of_reset(self._shown(place).strip() if place else "")

    def _quit(self) -> None:
        self._end(GOOD)

    def _end(self, code: int) -> None:
        if not self.ended.done():
            self.ended.set_result(code)

    # What is shown

    def _view_of(self, lesson: Lesson) -> View:
        names = [each.name for each in self.notebook.lessons]
        place = names.index(lesson.name) + 1, len(names)
        return View(lesson, place, hints=self.notebook.hints(lesson))

    def _say(self, text: str) -> None:
        self.view.note = text
        self.draw()

    def draw(self) -> None:
        """Show how it stands; a stream hears only what has come of a check, and what a key has brought."""
        if self.ended.done():  # and the last line is written
            return
        if self.screen.is_terminal:
            width, height = self.screen.size()
            self.screen.draw(self.view.lines(width, height - 1))
        elif not self.view.now:
            self.screen.draw(self.view.plain())
