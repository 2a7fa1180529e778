"""Starts the browser of a `wasmlab check` while Python still loads what the checks need."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from wasmlab.engines import ENGINES
from wasmlab.errors import ToolBroken, ToolMissing

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages
    from wasmlab.checks.runs.ahead import Owner

T = TypeVar("T")
_LEAVING = 2.0
"""Seconds that the thread has to end when nobody wants its answer any more."""

_HEAVY = (
    "wasmlab.checks.runs.running",
    "wasmlab.checks.plugin",
    "wasmlab.engines.browser.session",
    "_pytest.python",
)


def in_pages(engines: Sequence[str], work: Callable[[Owner | None], T]) -> T:
    """Do `work` in a thread that leaves what uses pages to this one, and has no need to wait for them.

    Where no browser is wanted it is done here, and has no owner of pages.
    """
    if _browser(engines) is None:
        return work(None)
    from wasmlab.checks.runs.ahead import Owner

    owner, begun = Owner(), list[Future[T]]()
    try:
        with started_pages(engines, lambda: begun.append(owner.prepare(work))) as pages:
            owner.serve(pages)
            return begun[0].result()
    except BaseException:  # Ctrl-C too
        owner.leave()
        wait(begun, _LEAVING)
        raise


@contextmanager
def started_pages(
    engines: Sequence[str], meanwhile: Callable[[], object] | None = None, *, cut_off: bool = False
) -> Iterator[LessonPages | None]:
    """Start the first browser among `engines` for the length of a `with` block; None where there is none.

    A browser takes its time outside of Python, so what begins `meanwhile` costs nothing: if nothing else,
    the imports. A browser that is missing or does not start is left for the checks to tell.
    """
    wanted = _browser(engines)
    if wanted is None:
        yield None
        return
    import playwright.sync_api  # noqa: F401  # alone, since the driver takes longest of all

    (meanwhile or _begin_loading)()
    from wasmlab.checks.page.browsers import Browsers
    from wasmlab.checks.pages import LessonPages
    from wasmlab.engines.browser.driver import start_driver

    driver = start_driver()
    browsers = Browsers(driver, cut_off=cut_off)
    pages = LessonPages(browsers)
    try:
        with suppress(ToolMissing, ToolBroken):
            browsers.running(wanted)
        yield pages
    except KeyboardInterrupt:
        # The step that was cut short ends in an error for which nobody waits: asyncio would print it.
        logging.getLogger("asyncio").addHandler(logging.NullHandler())
        raise
    finally:
        # The driver may be gone already, by the same Ctrl-C: what it then says would hide that.
        with suppress(Exception):
            browsers.close()
        with suppress(Exception):  # after the browsers: nobody waits for page after page to end
            pages.close()
        with suppress(Exception):
            driver.stop()


def _browser(engines: Sequence[str]) -> str | None:
    return next((name for name in engines or ENGINES if name != "wasmtime"), None)


def _begin_loading() -> None:
    threading.Thread(target=_load, daemon=True).start()


def _load() -> None:
    """Import what the checks need; what is wrong with it comes up again where it is imported in earnest."""
    with suppress(Exception):
        for name in _HEAVY:
            import_module(name)
