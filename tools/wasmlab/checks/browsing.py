"""A lesson's page in a real browser: served over HTTP, cut off from everything else, bounded in time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wasmlab.checks.serving import serve_folder
from wasmlab.engines.browsers import Running, launch
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

STEP_SECONDS = 10.0
"""How long one step on a page may take."""
PAGE_SECONDS = 30.0
"""How long a check may keep its page; then the browser is ended, since nothing else stops a loop."""


class Browsers:
    """The browsers of a test session, each started when it is first asked for."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._running: dict[str, Running] = {}

    def get(self, name: str) -> Browser:
        """Return the browser called `name`; one that was ended is started anew.

        Raises:
            ToolMissing: it is not on this machine.
        """
        return self.running(name).browser

    def running(self, name: str) -> Running:
        """Return the browser with its processes."""
        known = self._running.get(name)
        if known is None or not known.browser.is_connected():
            known = self._running[name] = launch(self._playwright, name)
        return known

    def close(self) -> None:
        """End them all."""
        for running in self._running.values():
            running.close()
        self._running.clear()


@dataclass
class LessonPage:
    """An open page: Playwright's `page`, its address, and what it has said so far."""

    page: Page
    url: str
    console: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def open_lesson(
    browsers: Browsers, name: str, lesson: Lesson, kept: Path, failed: Callable[[], bool]
) -> Iterator[LessonPage]:
    """Open the page of `lesson` in the browser called `name`; where it `failed`, keep a trace in `kept`."""
    running = browsers.running(name)
    with serve_folder(lesson.root) as address, _bounded(running):
        context = running.browser.new_context(service_workers="block")
        _confine(context, address)
        context.set_default_timeout(STEP_SECONDS * 1000)
        context.tracing.start(screenshots=True, snapshots=True)
        try:
            yield _open(context, f"{address}/{lesson.page}")
        finally:
            close_context(context, kept if failed() else None)


def _open(context: BrowserContext, url: str) -> LessonPage:
    opened = LessonPage(context.new_page(), url)
    opened.page.on("console", lambda message: opened.console.append(message.text))
    opened.page.on("pageerror", lambda error: opened.errors.append(str(error)))
    opened.page.goto(url)
    return opened


def _confine(context: BrowserContext, address: str) -> None:
    """Let a page reach its own server only; `route` alone would let WebSockets through."""
    context.route(lambda url: not url.startswith(f"{address}/"), lambda route: route.abort())
    context.route_web_socket("**/*", lambda _socket: None)


@contextmanager
def _bounded(running: Running) -> Iterator[None]:
    watchdog = threading.Timer(PAGE_SECONDS, running.kill)
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def close_context(context: BrowserContext, kept: Path | None) -> None:
    """Close a traced context; where `kept` names a folder, its trace and a picture of its page go there."""
    from playwright.sync_api import Error

    with suppress(Error, OSError):  # the browser may be gone, the folder not writable: the verdict stands
        if kept is not None:
            kept.mkdir(parents=True, exist_ok=True)
            for page in context.pages:
                page.screenshot(path=kept / "page.png", timeout=2000)
        context.tracing.stop(path=kept / "trace.zip" if kept else None)
    with suppress(Error):
        context.close()
