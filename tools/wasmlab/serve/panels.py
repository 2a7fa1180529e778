"""The modules' pages, made after the modules: when those who wait for the module have got it."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from contextlib import suppress

from wasmlab.lesson import Lesson
from wasmlab.serve import building

_PAUSE = 0.25  # seconds: a page has fetched and run its new module by then, and is disturbed by nothing


class Panels:
    """Those of one lesson; `make` is called on the event loop, the work is done in `threads`."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._wanted = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def make(self, lesson: Lesson) -> None:
        """Make the pages of the modules as they are after a pause; an earlier call that waits is void."""
        if self._task is not None and not self._wanted.is_set():
            self._task.cancel()
        self._wanted = asyncio.Event()
        self._task = asyncio.create_task(self._make(lesson, self._wanted))

    async def made(self) -> None:
        """Wait for the pages, which are made at once now."""
        self._wanted.set()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _make(self, lesson: Lesson, wanted: asyncio.Event) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(wanted.wait(), _PAUSE)
        wanted.set()
        with suppress(RuntimeError):  # the threads have ended: we are being stopped
            await asyncio.get_running_loop().run_in_executor(self._threads, building.make_pages, lesson)
