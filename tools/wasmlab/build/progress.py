"""A progress bar on the terminal for a build that takes longer than a second."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 1.0  # seconds


@contextmanager
def progress(steps: int, *, wanted: bool) -> Iterator[Callable[[], None]]:
    """Give a function to call before each of `steps` steps; plain where stderr is no terminal."""
    if not (wanted and steps and sys.stderr.isatty()):
        yield lambda: None
        return
    bar = _Bar(steps)
    try:
        yield bar.advance
    finally:
        bar.close()


class _Bar:
    """Appears when its time has come; knows how many steps have begun."""

    def __init__(self, steps: int) -> None:
        self._steps, self._begun = steps, 0
        self._shown: tuple[Progress, TaskID] | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(PATIENCE, self._show)
        self._timer.daemon = True
        self._timer.start()

    def advance(self) -> None:
        with self._lock:
            self._begun += 1
            if self._shown:
                bar, task = self._shown
                bar.update(task, completed=self._begun - 1)

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("building"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with self._lock:
            bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._shown = bar, bar.add_task("", total=self._steps, completed=max(self._begun - 1, 0))
            bar.start()

    def close(self) -> None:
        self._timer.cancel()
        self._timer.join()
        if self._shown:
            self._shown[0].stop()
