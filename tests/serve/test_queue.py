"""A save is never forgotten, whenever it comes, and nobody waits for what is saved later."""

from __future__ import annotations

import asyncio

from wasmlab.serve.queue import Builds


class Bench:
    """Builds that take until the test lets them go; notes the state that each build saw."""

    def __init__(self) -> None:
        self.state = 0
        self.saw: list[tuple[int, bool]] = []
        self.begun = asyncio.Event()
        self.go = asyncio.Semaphore(0)
        self.builds = Builds(self._build)

    async def _build(self, force: bool) -> None:
        self.saw.append((self.state, force))
        self.begun.set()
        await self.go.acquire()

    def save(self, state: int, *, force: bool = False) -> None:
        self.state = state
        self.builds.ask(force=force)


def test_a_save_during_a_build_is_built_after_it() -> None:
    async def play() -> list[tuple[int, bool]]:
        bench = Bench()
        bench.save(1)
        await bench.begun.wait()
        for state in range(2, 50):
            bench.save(state, force=state == 3)
        bench.go.release()
        bench.go.release()
        await bench.builds.settled()
        return bench.saw

    assert asyncio.run(play()) == [(1, False), (49, True)]


def test_waiting_ends_with_what_was_asked_for_until_then() -> None:
    async def play() -> bool:
        bench = Bench()
        bench.save(1)
        await bench.begun.wait()
        waiting = asyncio.create_task(bench.builds.settled())
        await asyncio.sleep(0)
        bench.save(2)
        bench.go.release()
        await asyncio.wait_for(waiting, 5)
        still_busy = bench.builds.busy
        bench.go.release()
        await bench.builds.settled()
        return still_busy

    assert asyncio.run(play())


def test_a_request_that_comes_late_waits_for_the_second_build() -> None:
    async def play() -> tuple[bool, list[tuple[int, bool]]]:
        bench = Bench()
        bench.save(1)
        await bench.begun.wait()
        bench.save(2)
        waiting = asyncio.create_task(bench.builds.settled())
        bench.go.release()
        for _ in range(5):
            await asyncio.sleep(0)
        early = waiting.done()
        bench.go.release()
        await asyncio.wait_for(waiting, 5)
        return early, bench.saw

    assert asyncio.run(play()) == (False, [(1, False), (2, False)])
