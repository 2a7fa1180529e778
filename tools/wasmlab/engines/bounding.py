"""Ends what does not end by itself: one thread watches all of it, where each timer would be one more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic

NAME = "watchdog"
"""What its thread is called; it stays as long as the process."""


@contextmanager
def bounded(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """Call `act`, in a thread of its own, where the `with` block takes longer than so many `seconds`."""
    key = _watchdog.begin(seconds, act)
    try:
        yield
    finally:
        _watchdog.end(key)


class _Watchdog:
    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._watched: dict[object, tuple[float, Callable[[], None]]] = {}
        self._wakes = inf
        self._thread: threading.Thread | None = None

    def begin(self, seconds: float, act: Callable[[], None]) -> object:
        """Watch something until its `end`; return its key."""
        key, due = object(), monotonic() + seconds
        with self._changed:
            self._watched[key] = (due, act)
            if self._thread is None or not self._thread.is_alive():  # a fork has none
                self._thread = threading.Thread(target=self._watch, name=NAME, daemon=True)
                self._thread.start()
            elif due < self._wakes:
                self._changed.notify()
        return key

    def end(self, key: object) -> None:
        """Watch it no longer; the thread finds that out when it wakes."""
        with self._changed:
            self._watched.pop(key, None)

    def _watch(self) -> None:
        with self._changed:
            while True:
                now = monotonic()
                for key in [key for key, (due, _act) in self._watched.items() if due <= now]:
                    _due, act = self._watched.pop(key)
                    threading.Thread(target=act, daemon=True).start()  # the others' time goes on meanwhile
                self._wakes = min((due for due, _act in self._watched.values()), default=inf)
                self._changed.wait(None if self._wakes == inf else self._wakes - now)


_watchdog = _Watchdog()
