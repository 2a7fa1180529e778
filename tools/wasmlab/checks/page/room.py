"""One lesson's page in one browser: a context with its own server, and a new document for each check."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wasmlab.checks.page.browsers import close_context, confined_context, loss_of
from wasmlab.checks.page.reusing import release
from wasmlab.checks.page.serving import CLEARED, FIRST_OF_ALL, FORGET, serve_folder
from wasmlab.engines.browser.starting import Running
from wasmlab.errors import ToolBroken
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from playwright.sync_api import Page

_DOCUMENTS = 60
"""After so many a page that lasts makes room for a new one: what a browser keeps of it stays small."""


@dataclass
class LessonPage:
    """An open page: Playwright's `page`, its address, and what it has said so far."""

    page: Page
    url: str
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class How:
    """How a room is: how long a step may take, whether it is traced, which files stay, and how it forgets."""

    seconds: float
    traced: bool
    staying: Path | None
    forgets_at_once: bool


class Room:
    """A browser context with a server of its own, and the last page that was opened in it."""

    def __init__(self, running: Running, lesson: Lesson, how: How) -> None:
        self.running = running
        self.state = set() if how.staying else state_of(lesson.root)
        self._how = how
        self._exit = ExitStack()
        self._server = self._exit.enter_context(serve_folder(lesson.root, is_kept=True, staying=how.staying))
        self.url = f"{self._server.address}/{lesson.page}"
        self._context = confined_context(running, self._server, reduced_motion="reduce")
        self._context.set_default_timeout(how.seconds * 1000)
        if how.traced:
            self._context.tracing.start(snapshots=True)
        self._page: LessonPage | None = None
        self._heard: LessonPage | None = None
        self._used = False
        self._begins = ""
        self._documents = 0
        self._is_gone: Callable[[], bool] = lambda: False

    def begin(self) -> LessonPage:
        """Return a page that begins to load, for a check; the same one until a check has had it."""
        if self._page is None or self._used:
            if self._page is None:
                page = self._new_page()
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
        self._heard = opened = LessonPage(page, self.url)
        self._documents += 1
        page.goto(self.url, wait_until="commit")
        return opened

    def _new_page(self) -> Page:
        page = self.running.new_page(self._context)
        self._is_gone = loss_of(page)
        if self._how.forgets_at_once:
            page.add_init_script(FIRST_OF_ALL)
        page.on("console", lambda message: self._hear(message.text))
        page.on("pageerror", lambda error: self._hear_error(str(error)))
        return page

    def _hear(self, text: str) -> None:
        if self._heard is None:
            return
        if text == self._begins:  # what was heard until now was the end of the document before
            self._heard.console.clear()
            self._heard.errors.clear()
        elif not (self._begins and text.startswith(f"{CLEARED}'{self._server.address}/.")):
            self._heard.console.append(text)

    def _hear_error(self, text: str) -> None:
        if self._heard is not None:
            self._heard.errors.append(text)

    def _clear(self, page: Page) -> None:
        """Leave nothing of the document, nor of what it has stored."""
        self._heard = None
        for other in self._context.pages:
            if other is not page:
                other.close()
        if self._how.forgets_at_once:
            self._begins = self._server.have_forget()
        else:
            page.goto(f"{self._server.address}{FORGET}", wait_until="load")
            page.mouse.move(0, 0)

    @property
    def is_lost(self) -> bool:
        """Whether its page is gone, by whosever doing."""
        return self._is_gone()

    def refuse_stale(self) -> None:
        """Make sure that the document has asked what to forget.

        Raises:
            ToolBroken: it has not.
        """
        if self._server.is_due:
            raise ToolBroken("a page did not forget the one before it", "run the command again")

    def end_check(self) -> bool:
        """Return whether the next check may have the page."""
        from playwright.sync_api import Error

        self._used = True
        if self._page is None or not release(self._page.page):
            return False
        try:
            if self._how.forgets_at_once:
                self._page.page.mouse.move(0, 0)  # the next document would find it where it is
        except (Error, KeyError):  # it spins, and was ended; after a Ctrl-C the driver has lost its place
            return False
        return True

    def may_last(self) -> bool:
        """Return whether the room is as good as a new one for another submission."""
        return self._documents < _DOCUMENTS and len(self._context.pages) <= 1

    def close(self, kept: Path | None) -> None:
        """End it; where `kept` names a folder, the picture and the trace of the page go there."""
        with self._exit:  # the server ends whatever the browser says: Python would wait for it at its end
            close_context(self._context, kept, traced=self._how.traced)


def leaves_nothing(name: str) -> bool:
    """Return whether a document in the browser called `name` can leave nothing to the next one.

    It has forgotten all that is stored when it answers a document that asked for that, and a shared worker
    has ended with its document: Firefox gives that to the next one, even behind a page of ours.
    """
    return name == "chromium"


def state_of(root: Path) -> set[tuple[Path, int, int]]:
    """Return what tells one state of a folder's files from another."""
    files = [(path, path.stat()) for path in root.rglob("*") if path.is_file()]
    return {(path, status.st_mtime_ns, status.st_size) for path, status in files}
