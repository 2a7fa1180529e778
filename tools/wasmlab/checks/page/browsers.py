"""The browsers of a test session, and what is kept of a page whose check failed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wasmlab.engines.browser.starting import Running, launch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

    from wasmlab.checks.page.serving import FolderServer


PICTURE = "page.png"


class Browsers:
    """The browsers of a test session, each started when it is first asked for.

    Where they are `cut_off`, each of their contexts needs a proxy: they reach nothing without one.
    """

    def __init__(self, playwright: Playwright, *, cut_off: bool = False) -> None:
        self._playwright = playwright
        self._cut_off = cut_off
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
        if known is None or not known.alive:
            known = self._running[name] = launch(self._playwright, name, cut_off=self._cut_off)
        return known

    def has_died(self, name: str) -> bool:
        """Whether the browser called `name` was started, and is gone without our doing."""
        known = self._running.get(name)
        return known is not None and known.has_died

    @property
    def started(self) -> list[str]:
        """The names of those that were started."""
        return list(self._running)

    def end(self, name: str) -> None:
        """End the browser called `name`, where it is started; the next one who asks for it gets another."""
        if running := self._running.pop(name, None):
            running.close()

    def close(self) -> None:
        """End them all."""
        for running in self._running.values():
            running.close()
        self._running.clear()


def confined_context(running: Running, server: FolderServer, **more: Any) -> BrowserContext:
    """Make a context whose pages reach `server` and nothing else, by WebSockets neither.

    `server` is their proxy too, and has nothing of anybody else's. A route would have the browser ask the
    driver about every file, and keep none.
    """
    return running.browser.new_context(service_workers="block", proxy={"server": server.address}, **more)


def loss_of(page: Page) -> Callable[[], bool]:
    """Return what tells whether a page is gone: it has closed itself, or its process has ended."""
    crashed: list[Page] = []
    page.on("crash", lambda page: crashed.append(page))
    return lambda: bool(crashed) or page.is_closed()


def close_context(context: BrowserContext, kept: Path | None, *, traced: bool) -> None:
    """Close a context; where `kept` names a folder, a picture of its page goes there, and its trace.

    A picture that is there already is of the time that counts, and the trace of a repetition.
    """
    from playwright.sync_api import Error

    with suppress(Error, OSError):  # the browser may be gone, the folder not writable: the verdict stands
        if kept is not None:
            kept.mkdir(parents=True, exist_ok=True)
            for page in () if traced and (kept / PICTURE).exists() else context.pages:
                page.screenshot(path=kept / PICTURE, timeout=2000)
            if traced:
                context.tracing.stop(path=kept / "trace.zip")
    with suppress(Error):
        context.close()
