"""Prepares a run of checks in a thread, while the one that has the browsers still starts them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages

T = TypeVar("T")


class Owner:
    """The thread that has the pages, as the thread sees it that prepares.

    Only where Playwright was started may its pages be used, so what uses them is left to the owner.
    """

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[LessonPages | None], object] | None] = queue.SimpleQueue()
        self._waiting: Future[Any] | None = None
        self._left = False
        self._lock = threading.Lock()
        self.stop: Callable[[], None] = lambda: None
        """Ends what the preparing thread may be waiting for, a compiler."""

    def post(self, work: Callable[[LessonPages], object]) -> None:
        """Have `work` done in its turn, when the pages are there."""
        self._work.put(lambda pages: pages and work(pages))

    def do(self, work: Callable[[LessonPages | None], T]) -> T:
        """Have `work` done in its turn; return what it returns, raise what it raises.

        Raises:
            KeyboardInterrupt: the owner is gone.
        """
        outcome: Future[T] = Future()
        with self._lock:
            if self._left:
                raise KeyboardInterrupt
            self._waiting = outcome
        self._work.put(lambda pages: _settle(outcome, lambda: work(pages)))
        return outcome.result()

    def prepare(self, work: Callable[[Owner], T]) -> Future[T]:
        """Begin `work` in a thread of its own; `serve` waits for it."""
        outcome: Future[T] = Future()

        def run() -> None:
            _settle(outcome, lambda: work(self))
            self._work.put(None)

        threading.Thread(target=run, name="checks", daemon=True).start()
        return outcome

    def serve(self, pages: LessonPages | None) -> None:
        """Do what is left to the owner, until the work in the thread has ended."""
        while (work := self._next()) is not None:
            work(pages)

    def leave(self) -> None:
        """End the work in the thread, whatever it is at."""
        with self._lock:
            self._left = True
            if self._waiting is not None and not self._waiting.done():
                self._waiting.set_exception(KeyboardInterrupt())
        self.stop()

    def _next(self) -> Callable[[LessonPages | None], object] | None:
        while True:
            try:  # on Windows Ctrl-C is seen between two waits
                return self._work.get(timeout=0.5)
            except queue.Empty:
                continue


def _settle(outcome: Future[T], work: Callable[[], T]) -> None:
    try:
        outcome.set_result(work())
    except BaseException as error:  # Ctrl-C too: who waits for it must end
        outcome.set_exception(error)
