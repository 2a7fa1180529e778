"""Ends a check, or a file of checks, that comes to no end by itself."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

OWN_SECONDS = 20.0
"""So long may a check be busy with lines of its own and ask nothing of a program."""
ALL_SECONDS = 120.0
"""So long may it take together with all that it asks; what waits for a page has limits of its own."""
_LOOKS = 0.25


class Endless(BaseException):
    """Raised in a check that comes to no end; no `except Exception` in a loop of it is in the way."""

    hint = "give each loop of a check an end of its own: for _ in range(100)"

    def __str__(self) -> str:
        """Say what is wrong; the line is known by the traceback."""
        return "it came to no end, and was ended here"


@dataclass
class Patience:
    """Looks after the thread that runs what lies in `folder`, and ends there what takes too long."""

    folder: Path = Path()
    own: float = field(default_factory=lambda: OWN_SECONDS)
    whole: float = field(default_factory=lambda: ALL_SECONDS)
    _thread: int = 0
    _begun: float = 0.0
    _asked: float = 0.0

    def begin(self) -> None:
        """Begin to count: the next check, or the next file of them, is this thread's."""
        self._thread = threading.get_ident()
        self._begun = self._asked = time.monotonic()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look after this thread for the length of a `with` block."""
        self.begin()
        over = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(over,), name="patience", daemon=True)
        with _waking():
            watcher.start()
            try:
                yield
            finally:
                over.set()
                watcher.join()

    def _watch(self, over: threading.Event) -> None:
        while not over.wait(_LOOKS):
            if self._is_over(sys._current_frames().get(self._thread)):
                _end(self._thread)

    def _is_over(self, frame: FrameType | None) -> bool:
        """Return whether the check at work has had its time."""
        now = time.monotonic()
        if not self._is_own(frame):
            self._asked = now
        is_idle, is_long = now - self._asked > self.own, now - self._begun > self.whole
        return is_idle or (is_long and self._has_part(frame))

    def _is_own(self, frame: FrameType | None) -> bool:
        return frame is not None and frame.f_code.co_filename.startswith(f"{self.folder}{os.sep}")

    def _has_part(self, frame: FrameType | None) -> bool:
        """Return whether the checks have called what runs: where a page is waited for, they are not there."""
        while frame is not None and not self._is_own(frame):
            frame = frame.f_back
        return frame is not None


@contextmanager
def _waking() -> Iterator[None]:
    """Let a signal wake the main thread where it waits for what never comes; Windows has no such signal."""
    if os.name == "nt" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, before)


def _end(thread: int) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(Endless))
    if os.name != "nt" and thread == threading.main_thread().ident:
        signal.pthread_kill(thread, signal.SIGALRM)
