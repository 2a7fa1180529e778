"""Starts Playwright's driver, the process of Node that speaks to the browsers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from wasmlab.course import cache_folder

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

_VARIABLE = "NODE_COMPILE_CACHE"


def start_driver() -> Playwright:
    """Start the driver in this thread; it ends with its `stop()`.

    Raises:
        Error: Playwright's own, where an event loop runs in this thread.
    """
    from playwright.sync_api import sync_playwright

    with _compiled_code_kept():
        return sync_playwright().start()


@contextmanager
def _compiled_code_kept() -> Iterator[None]:
    """Have Node keep the driver's code as compiled: else to compile it is a fifth of a check's start."""
    if _VARIABLE in os.environ:
        yield
        return
    os.environ[_VARIABLE] = str(cache_folder() / "driver")
    try:
        yield
    finally:
        del os.environ[_VARIABLE]
