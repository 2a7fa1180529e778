"""A lesson's pages in a real browser: served over HTTP, cut off from everything else, bounded in time."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wasmlab.checks.browsing import Browsers, close_context, confined_context
from wasmlab.checks.reusing import release, watch
from wasmlab.checks.serving import FORGET, serve_folder
from wasmlab.engines.browsers import Running
from wasmlab.errors import WasmlabError
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from wasmlab.checks.python_checks import PythonRooms
    from wasmlab.engines.browser import BrowserSession
    from wasmlab.engines.contract import Limits

_WORDS = re.compile(r"\b(?:wasm|expect|lesson_page)\b")
STEP_SECONDS = 10.0
"""How long one step on a page may take."""
PAGE_SECONDS = 30.0
"""How long a check may keep its page; then the browser is ended, since nothing else stops a loop."""


@dataclass
class LessonPage:
    """An open page: Playwright's `page`, its address, and what it has said so far."""

    page: Page
    url: str
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class LessonPages:
    """The pages of one session of checks.

    Each check gets a new document over empty storage. While checks pass, and do nothing to the page that
    outlives its document, those of one lesson share it: a new one costs a browser half a second of a
    processor. After any other check comes a new page in a new context.
    """

    def __init__(self, browsers: Browsers) -> None:
        self.browsers = browsers
        self.keeps = True
        """Whether the trace and the picture of a page that failed are kept."""
        self.step_seconds = STEP_SECONDS
        self.page_seconds = PAGE_SECONDS
        self._rooms: dict[tuple[str, Path], _Room] = {}
        self._engines: dict[tuple[str, Limits], BrowserSession] = {}
        self._python: PythonRooms | None = None

    @property
    def python(self) -> PythonRooms:
        """The workers for checks of Python, which stay as long as the pages."""
        if self._python is None:
            from wasmlab.checks.python_checks import PythonRooms

            self._python = PythonRooms(self.browsers)
        return self._python

    def engine(self, name: str, limits: Limits) -> BrowserSession:
        """Return the engine of the browser called `name`, which stays as long as the browsers do."""
        from wasmlab.engines.browser import BrowserSession

        if (name, limits) not in self._engines:
            opened = BrowserSession(lambda: self.browsers.running(name), limits)
            self._engines[name, limits] = opened
        return self._engines[name, limits]

    def warm(self, lesson: Lesson, limits: Limits | None = None) -> None:
        """Begin to load in the browsers that run what the checks of `lesson` will ask for.

        That is the lesson's page where there are checks of pages, and the engine's where there are checks
        of modules and their `limits` are given.
        """
        from playwright.sync_api import Error

        self._leave_changed(lesson)
        files = (lesson.root / "checks").glob("*.py")
        words = {word for file in files for word in _WORDS.findall(file.read_text("utf-8", "replace"))}
        for name in self.browsers.started:
            with suppress(Error, WasmlabError):  # whatever is wrong with it is for the check to find
                if limits is not None and lesson.targets and words & {"wasm", "expect"}:
                    self.engine(name, limits)
                if "lesson_page" in words:
                    self._room(name, lesson).begin_anew()

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
        with _bounded(self.browsers.running(name), self.page_seconds):
            try:
                room, opened = self._fresh(name, lesson, traced=traced)
                opened.page.wait_for_load_state()
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
        if self._python is not None:
            self._python.close()

    def _room(self, name: str, lesson: Lesson, *, traced: bool = False) -> _Room:
        running, key = self.browsers.running(name), (name, lesson.root)
        room = self._rooms.get(key)
        if room is None or room.running is not running:
            room = self._rooms[key] = _Room(running, lesson, self.step_seconds, traced=traced)
        return room

    def _fresh(self, name: str, lesson: Lesson, *, traced: bool) -> tuple[_Room, LessonPage]:
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
            if root == lesson.root and room.state != _state(root):
                self._leave(name, lesson, None)

    def _leave(self, name: str, lesson: Lesson, kept: Path | None) -> None:
        if room := self._rooms.pop((name, lesson.root), None):
            room.close(kept)


class _Room:
    """A browser context with a server of its own, and the last page that was opened in it."""

    def __init__(self, running: Running, lesson: Lesson, seconds: float, *, traced: bool) -> None:
        self.running = running
        self.state = _state(lesson.root)
        self._traced = traced
        self._exit = ExitStack()
        self._server = self._exit.enter_context(serve_folder(lesson.root, is_kept=True))
        self.url = f"{self._server.address}/{lesson.page}"
        self._context = confined_context(running, self._server, reduced_motion="reduce")
        self._context.set_default_timeout(seconds * 1000)
        if traced:
            self._context.tracing.start(snapshots=True)
        self._page: LessonPage | None = None
        self._listeners: list[tuple[Any, Callable[..., None]]] = []
        self._used = False

    def begin(self) -> LessonPage:
        """Return a page that begins to load, for a check; the same one until a check has had it."""
        if self._page is None or self._used:
            if self._page is None:
                page = self._context.new_page()
            else:
                page = self._page.page
                self._clear(page)
            self._used = False
            self._page = self._open(page)
        return self._page

    def begin_anew(self) -> None:
        """Begin to load the page as it is now: the one that was loaded before may be of other files."""
        self._used = True
        self.begin()

    def _open(self, page: Page) -> LessonPage:
        opened = LessonPage(page, self.url)
        self._listeners = [
            ("console", lambda message: opened.console.append(message.text)),
            ("pageerror", lambda error: opened.errors.append(str(error))),
        ]
        for event, listener in self._listeners:
            page.on(event, listener)
        page.goto(self.url, wait_until="commit")
        return opened

    def _clear(self, page: Page) -> None:
        """Leave nothing of the document, nor of what it has stored."""
        for event, listener in self._listeners:
            page.remove_listener(event, listener)
        for other in self._context.pages:
            if other is not page:
                other.close()
        # Not with the answer to the next page: Chromium tells of it in the console of who asked.
        page.goto(f"{self._server.address}{FORGET}", wait_until="load")
        page.mouse.move(0, 0)

    def end_check(self) -> bool:
        """Return whether the next check may have the page."""
        self._used = True
        return self._page is not None and release(self._page.page)

    def close(self, kept: Path | None) -> None:
        with self._exit:  # the server ends whatever the browser says: Python would wait for it at its end
            close_context(self._context, kept, traced=self._traced)


def _state(root: Path) -> set[tuple[Path, int, int]]:
    """Return what tells one state of a folder's files from another."""
    files = [(path, path.stat()) for path in root.rglob("*") if path.is_file()]
    return {(path, status.st_mtime_ns, status.st_size) for path, status in files}


@contextmanager
def _bounded(running: Running, seconds: float) -> Iterator[None]:
    watchdog = threading.Timer(seconds, running.kill)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()
