"""A lesson's pages in a real browser: served over HTTP, cut off from everything else, bounded in time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from wasmlab.checks.page.browsers import Browsers
from wasmlab.checks.page.reusing import watch
from wasmlab.checks.page.room import How, LessonPage, Room, leaves_nothing, state_of
from wasmlab.engines.bounding import bounded
from wasmlab.errors import PageNotOpen, WasmlabError
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from wasmlab.checks.python_checks import PythonRooms
    from wasmlab.engines.browser.session import BrowserSession
    from wasmlab.engines.contract import Limits

__all__ = ["LessonPage", "LessonPages"]

_WORDS = re.compile(r"\b(?:wasm|expect|lesson_page)\b")
STEP_SECONDS = 10.0
"""How long one step on a page may take."""
PAGE_SECONDS = 30.0
"""How long a check may keep its page; then the browser is ended, since nothing else stops a loop."""
NOT_OPEN = "the page does not open, or does not answer"


class LessonPages:
    """The pages of one session of checks.

    Each check gets a new document over empty storage. While checks pass, and do nothing to the page that
    outlives its document, those of one lesson share it: a new one costs a browser half a second of a
    processor. After any other check comes a new page in a new context.

    A document forgets by itself what the ones before it have stored, where the page's own files are of
    somebody who means well. Where they are not, `is_wary` says so, and a page of ours forgets in between.
    """

    def __init__(self, browsers: Browsers) -> None:
        self.browsers = browsers
        self.keeps = True
        """Whether the trace and the picture of a page that failed are kept."""
        self.is_wary = False
        self.step_seconds = STEP_SECONDS
        self.page_seconds = PAGE_SECONDS
        self._rooms: dict[tuple[str, Path], Room] = {}
        self._staying: dict[Path, Path] = {}
        self._engines: dict[tuple[str, Limits], BrowserSession] = {}
        self._python: PythonRooms | None = None
        self._has_lost = False

    @property
    def has_lost(self) -> bool:
        """Whether a page of this submission was gone in the middle of a check."""
        return self._has_lost or (self._python is not None and self._python.has_lost)

    def note_error(self, error: BaseException | None) -> None:
        """Take what a check ended with: a page that is lost says so only a moment later."""
        self._has_lost |= type(error).__name__ == "TargetClosedError"  # Playwright exports no such name

    @property
    def python(self) -> PythonRooms:
        """The workers for checks of Python, which stay as long as the pages."""
        if self._python is None:
            from wasmlab.checks.python_checks import PythonRooms

            self._python = PythonRooms(self.browsers)
        return self._python

    def engine(self, name: str, limits: Limits) -> BrowserSession:
        """Return the engine of the browser called `name`, which stays as long as the browsers do."""
        from wasmlab.engines.browser.session import BrowserSession

        if (name, limits) not in self._engines:
            opened = BrowserSession(lambda: self.browsers.running(name), limits)
            self._engines[name, limits] = opened
        return self._engines[name, limits]

    def warm(self, lesson: Lesson, limits: Limits | None = None, checks: Path | None = None) -> None:
        """Begin to load in the browsers that run what the checks of `lesson` will ask for.

        That is the lesson's page where there are checks of pages, and the engine's where there are checks
        of modules and their `limits` are given. The checks are the lesson's own, or those in `checks`.
        """
        from playwright.sync_api import Error

        self._leave_changed(lesson)
        files = (checks or lesson.root / "checks").glob("*.py")
        words = {word for file in files for word in _WORDS.findall(file.read_text("utf-8", "replace"))}
        for name in self.browsers.started:
            with suppress(Error, WasmlabError):  # whatever is wrong with it is for the check to find
                if limits is not None and lesson.targets and words & {"wasm", "expect"}:
                    self.engine(name, limits)
                if "lesson_page" in words:
                    self._begin_anew(name, lesson)

    def _begin_anew(self, name: str, lesson: Lesson) -> None:
        from playwright.sync_api import Error

        try:
            self._room(name, lesson).begin_anew()
        except Error:
            self._leave(name, lesson, None)

    @contextmanager
    def open(
        self, name: str, lesson: Lesson, kept: Path, failed: Callable[[], bool], *, traced: bool = False
    ) -> Iterator[LessonPage]:
        """Open the page of `lesson` in the browser called `name`.

        Where it `failed`, its picture is kept in the folder `kept`, and its trace if it is `traced`: that
        costs a page a third more.
        """
        place = kept if self.keeps else None
        if traced:
            self._leave(name, lesson, None)
        with bounded(self.page_seconds, self.browsers.running(name).kill):
            try:
                room, opened = self._loaded(name, lesson, traced=traced)
                room.refuse_stale()
                watch(opened.page)
                yield opened
            except BaseException:  # also Ctrl-C: the trace is kept, the page is spoiled
                self._leave(name, lesson, place)
                raise
            if failed() or traced or not room.end_check():
                self._leave(name, lesson, place if failed() else None)

    def close(self) -> None:
        """Close what is open; the browsers stay."""
        self.close_pages()
        for opened in self._engines.values():
            opened.close()
        self._engines.clear()

    def close_pages(self) -> None:
        """Close every page; the engines stay, in which each module has what is left of none before it."""
        for room in self._rooms.values():
            room.close(None)
        self._rooms.clear()
        self._close_python()

    def share(self, lesson: Lesson, staying: Path) -> None:
        """Let the pages of `lesson` last from one submission to the next, where a browser is up to it.

        Whatever a page runs but Wasm lies in the folder `staying`, which nobody changes.
        """
        self._staying[lesson.root] = staying

    def end_submission(self) -> None:
        """Close every page that the next submission must not have.

        In Firefox a window that a page opens at its end outlives the context, and goes on: it ends with
        the browser. A browser that has lost a page may be about to end as a whole, and is not used again.
        """
        lost = self.has_lost
        for (name, root), room in list(self._rooms.items()):
            if root not in self._staying or not (leaves_nothing(name) and room.may_last()):
                self._rooms.pop((name, root)).close(None)
        self._close_python()
        self._has_lost = False
        for name in self.browsers.started:
            if lost or (self.is_wary and not leaves_nothing(name)):
                self.browsers.end(name)

    def _close_python(self) -> None:
        if self._python is not None:
            self._python.close()

    def _room(self, name: str, lesson: Lesson, *, traced: bool = False) -> Room:
        running, key = self.browsers.running(name), (name, lesson.root)
        room = self._rooms.get(key)
        if room is None or room.running is not running:
            staying = self._staying.get(lesson.root)
            how = How(self.step_seconds, traced, staying, leaves_nothing(name) and not self.is_wary)
            room = self._rooms[key] = Room(running, lesson, how)
        return room

    def _loaded(self, name: str, lesson: Lesson, *, traced: bool) -> tuple[Room, LessonPage]:
        """Return a room and a new page in it that has loaded.

        Raises:
            PageNotOpen: it does not come so far.
        """
        from playwright.sync_api import Error

        try:
            room, opened = self._fresh(name, lesson, traced=traced)
            opened.page.wait_for_load_state()
        except Error as error:
            raise PageNotOpen(
                NOT_OPEN, "look for a loop that does not end before the page is there"
            ) from error
        return room, opened

    def _fresh(self, name: str, lesson: Lesson, *, traced: bool) -> tuple[Room, LessonPage]:
        """Return a room and a new page in it; a new room where the old one does not answer."""
        from playwright.sync_api import Error

        try:
            room = self._room(name, lesson, traced=traced)
            return room, room.begin()
        except Error:
            self._leave(name, lesson, None)
            room = self._room(name, lesson, traced=traced)
            return room, room.begin()

    def _leave_changed(self, lesson: Lesson) -> None:
        """Give up what holds files that are others by now."""
        for (name, root), room in list(self._rooms.items()):
            if root == lesson.root and root not in self._staying and room.state != state_of(root):
                self._leave(name, lesson, None)

    def _leave(self, name: str, lesson: Lesson, kept: Path | None) -> None:
        if room := self._rooms.pop((name, lesson.root), None):
            self._has_lost |= room.is_lost
            room.close(kept)
