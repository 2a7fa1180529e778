"""The builds of one lesson: one at a time, none forgotten, and who must wait for them waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Builds:
    """Turns many requests to build into few builds, of which the last sees the last state.

    A request that arrives while a build runs asks for another build after it: what was saved
    may have come too late for the compiler. Waiting covers what was asked for until then, and not
    what is asked for later, so a storm of saves keeps nobody waiting to its end.
    """

    def __init__(self, build: Callable[[bool], Awaitable[None]]) -> None:
        self._build = build
        self._asked = 0
        self._done = 0
        self._force = False
        self._turn = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def begun(self) -> bool:
        """Whether a build was ever asked for."""
        return self._asked > 0

    @property
    def busy(self) -> bool:
        """Whether a build runs or waits to."""
        return self._done < self._asked

    def ask(self, *, force: bool = False) -> None:
        """Ask for a build of what is there now."""
        self._asked += 1
        self._force = self._force or force
        if self._task is None:
            self._task = asyncio.create_task(self._work())

    async def settled(self) -> None:
        """Wait until everything that has been asked for is built."""
        wanted = self._asked
        while self._done < wanted:
            await self._turn.wait()

    async def _work(self) -> None:
        while self.busy:
            number, force, self._force = self._asked, self._force, False
            try:
                await self._build(force)
            finally:
                self._done = number
                turn, self._turn = self._turn, asyncio.Event()
                turn.set()
        self._task = None
