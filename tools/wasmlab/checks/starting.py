"""Starts the browser of a `wasmlab check` while Python still loads what the checks need."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING

from wasmlab.engines import ENGINES
from wasmlab.errors import ToolBroken, ToolMissing

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages

_HEAVY = ("wasmlab.checks.running", "wasmlab.checks.plugin", "wasmlab.engines.browser", "_pytest.python")


@contextmanager
def started_pages(engines: Sequence[str]) -> Iterator[LessonPages | None]:
    """Start the first browser among `engines` for the length of a `with` block; None where there is none.

    A browser takes its time outside of Python, so imports cost nothing meanwhile. One that is missing
    or does not start is left for the checks to tell.
    """
    wanted = next((name for name in engines or ENGINES if name != "wasmtime"), None)
    if wanted is None:
        yield None
        return
    from playwright.sync_api import sync_playwright

    loading = threading.Thread(target=_load, daemon=True)
    loading.start()  # not before: the driver takes longest, and both would be imported half as fast
    from wasmlab.checks.browsing import Browsers
    from wasmlab.checks.pages import LessonPages

    driver = sync_playwright().start()
    browsers = Browsers(driver)
    pages = LessonPages(browsers)
    try:
        with suppress(ToolMissing, ToolBroken):
            browsers.running(wanted)
        loading.join()
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


def _load() -> None:
    """Import what the checks need; what is wrong with it comes up again where it is imported in earnest."""
    with suppress(Exception):
        for name in _HEAVY:
            import_module(name)
