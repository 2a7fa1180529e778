"""Runs a lesson's checks beside the keyboard: in one thread that stays, so that a browser stays too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wasmlab.build import Options, build_lesson
from wasmlab.build.report import problem_lines
from wasmlab.checks.verdicts import Verdict
from wasmlab.engines.contract import Limits
from wasmlab.errors import WasmlabError
from wasmlab.lesson import Lesson, load_lesson

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages

_CALL_SECONDS = 2.0


@dataclass(frozen=True)
class Outcome:
    """What the checks said, or why none of them could run: `problems` are lines for a person."""

    verdicts: tuple[Verdict, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether something was checked and nothing is wrong; what needs another engine does not count."""
        words = {verdict.verdict for verdict in self.verdicts}
        waits = any(verdict.waits_for for verdict in self.verdicts)
        return "passed" in words and not waits and not words & {"failed", "error"} and not self.problems


class Checker:
    """The thread; `engines` are those that the student has asked for."""

    def __init__(self, engines: Sequence[str]) -> None:
        self._engines = list(engines)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="checks")
        self._open = ExitStack()
        self._pages: dict[str, LessonPages | None] = {}
        self._stopped = False
        self._options = Options()

    async def check(self, lesson: Lesson, tell: Callable[[Verdict], None]) -> Outcome:
        """Build and check a lesson; `tell` is called on the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._check, lesson, tell, loop)

    async def close(self) -> None:
        """End the browser; a check that is under way is the last one, and no compiler is waited for."""
        self._stopped = True
        self._options.group.stop()
        await asyncio.get_running_loop().run_in_executor(self._pool, self._open.close)
        self._pool.shutdown()

    def engines_for(self, lesson: Lesson) -> list[str]:
        """Return where a lesson is checked: without a module of its own it is all page."""
        return self._engines or (["wasmtime"] if lesson.targets else ["chromium"])

    def _check(
        self, lesson: Lesson, tell: Callable[[Verdict], None], loop: asyncio.AbstractEventLoop
    ) -> Outcome:
        from wasmlab.checks.runs.running import check_built

        def on_verdict(verdict: Verdict) -> None:
            if self._stopped:
                raise KeyboardInterrupt
            loop.call_soon_threadsafe(tell, verdict)

        try:
            now = load_lesson(lesson.root)
            results = build_lesson(now, self._options)
            if problems := [line for r in results if r.error for line in problem_lines(r)]:
                return Outcome(problems=tuple(problems))
            engines = self.engines_for(now)
            limits = Limits(seconds=_CALL_SECONDS)
            pages = self._pages_for(engines)
            if self._stopped:  # the same Ctrl-C has ended the driver: no check need find that out
                raise KeyboardInterrupt
            return Outcome(tuple(check_built(now, now.root / "checks", engines, on_verdict, pages, limits)))
        except WasmlabError as error:
            return Outcome(problems=tuple(error.lines()))
        except KeyboardInterrupt:
            return Outcome()

    def _pages_for(self, engines: list[str]) -> LessonPages | None:
        """Start the browser once, in this thread: it belongs to the one that has started it."""
        from wasmlab.checks.runs.starting import started_pages

        if all(name == "wasmtime" for name in engines):
            return None
        key = " ".join(engines)
        if key not in self._pages:
            self._pages[key] = self._open.enter_context(started_pages(engines))
        pages = self._pages[key]
        if pages is not None:
            pages.keeps = False
        return pages
