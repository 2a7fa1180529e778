"""Checks that stand collected in the worker itself, and run on one submission after another.

A browser's connection cannot be forked, and belongs to one thread: pytest waits in a greenlet of its own.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from greenlet import getcurrent, greenlet

from wasmlab.checks.runs.standing import Standing, stand
from wasmlab.checks.verdicts import Verdict
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages
    from wasmlab.grade.limits import GradeLimits

_TIDIED = 10  # lessons: so often is looked for what holds itself


class Standby:
    """A session of pytest that begins with the first lesson, and anew where checks have left something."""

    def __init__(
        self,
        folder: Path,
        engines: Sequence[str],
        limits: GradeLimits,
        pages: LessonPages | None,
        scratch: Path,
    ) -> None:
        self._folder = folder
        self._engines = engines
        self._limits = limits.calls
        self._patience = limits.patience
        self._pages = pages
        self._scratch = scratch
        self._session: greenlet | None = None
        self._order: tuple[Lesson, Callable[[Verdict], None]] | None = None
        self._done = 0

    def check(self, lesson: Lesson, hear: Callable[[Verdict], None]) -> None:
        """Run the checks on a lesson that is built; `hear` gets each verdict as it falls.

        Raises:
            UsageError: there are no checks, or an engine has an unknown name.
        """
        if self._pages is not None:
            self._pages.warm(lesson, self._limits, self._folder)
        self._order = lesson, hear
        self._resume()

    def close(self) -> None:
        """Let pytest end its session."""
        self._order = None
        if self._session is not None:
            self._resume()

    def _resume(self) -> None:
        """Let pytest go on until it waits for the next order, or its session has come to its end."""
        if self._session is None:
            self._session = greenlet(self._stand)
        session = self._session
        try:
            session.switch()
        finally:
            if session.dead:
                self._session = None

    def _stand(self) -> None:
        assert self._order is not None
        judge = Standing(
            self._order[0],
            self._folder,
            self._limits,
            self._turn,
            lambda: self._over(judge),
            self._pages,
            self._patience,
        )
        stand(self._folder, self._engines, judge, self._scratch)

    def _turn(self, judge: Standing) -> bool:
        if self._order is None:
            return False
        judge.take(*self._order)
        return True

    def _over(self, judge: Standing) -> bool:
        """Wait for the next lesson, where it meets the checks as this one did."""
        self._done += 1
        has_failed = any(verdict.verdict in ("failed", "error") for verdict in judge.verdicts)
        if has_failed or self._done % _TIDIED == 0:  # an error may hold the module whose call it ended
            gc.collect()
        if not judge.verdicts or not judge.renew():
            return False
        waiting = getcurrent().parent
        assert waiting is not None
        waiting.switch()
        return self._turn(judge)
