"""The process in which the checks stand ready: for each submission it forks one that runs them and is gone.

Whatever a submission leaves in memory goes with that process, and one that hangs is ended here. This
process has one thread, and no engine of its own: what a fork takes along is only what was imported.
"""

from __future__ import annotations

import gc
import os
import select
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from wasmlab.checks.verdicts import Verdict
from wasmlab.engines import engine
from wasmlab.errors import UsageError, WasmlabError
from wasmlab.grade.ending import end_with_all
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.wire import messages, own_stdout, send
from wasmlab.lesson import load_lesson

# What the first check of a submission would import otherwise, in each fork anew.
READY = (
    "wasmlab.checks.costs",
    "wasmlab.checks.expecting",
    "wasmlab.checks.needing",
    "wasmlab.checks.parity",
    "wasmlab.engines.wasmtime",
    "wasmlab.inspecting",
    "wasmlab.traps",
    "wasmlab.traps.debuginfo",
    "wasmlab.traps.lineprogram",
)
_FAILED = 3


def can_fork() -> bool:
    """Return whether this system forks safely, and tells when the fork has ended."""
    if sys.platform != "linux":
        return False
    try:
        os.close(os.pidfd_open(os.getpid()))
    except OSError:
        return False
    return True


def main() -> None:
    """Collect the checks, then fork for each request until the parent is gone."""
    inbox, outbox = os.fdopen(os.dup(0), "rb"), own_stdout()  # pytest takes 0 and 1 for itself
    requests = messages(inbox)
    if (start := next(requests, None)) is None:
        return
    place = Path(start["place"])
    (place / "cwd").mkdir(parents=True, exist_ok=True)
    os.chdir(place / "cwd")
    os.environ.setdefault("RAYON_NUM_THREADS", "1")  # wasmtime's threads would cost more than they bring
    for name in READY:
        import_module(name)
    engine("wasmtime").find()  # what it finds, it remembers
    _Server(start, requests, inbox, outbox).serve(place / "scratch")


class _Server:
    """The standing session, and the fork that is at work."""

    def __init__(
        self, start: dict[str, Any], requests: Iterator[dict[str, Any]], inbox: IO[bytes], outbox: IO[bytes]
    ) -> None:
        self._start = start
        self._requests = requests
        self._inbox = inbox
        self._outbox = outbox
        self._limits = GradeLimits.from_json(start["limits"])
        self._is_fork = False

    def serve(self, scratch: Path) -> None:
        """Stand until the parent is gone; in a fork, run the checks and end the process."""
        from wasmlab.checks.standing import Standing, stand

        lesson = load_lesson(Path(self._start["lesson"]))
        judge = Standing(lesson, self._limits.calls, self._turn, lambda: self._over(judge))
        try:
            stand(Path(self._start["checks"]), self._start["engines"], judge, scratch)
            code = 0
        except UsageError as error:
            send(self._outbox, "refused", what=error.what, hint=error.hint)
            code = 0
        except BaseException as error:  # a fork must never go on as if it were the server
            what = error.what if isinstance(error, WasmlabError) else f"{type(error).__name__}: {error}"
            send(self._outbox, "broken", what=what)
            code = _FAILED
        if self._is_fork:
            os._exit(code)

    def _turn(self, judge: Any) -> bool:
        gc.collect()
        gc.freeze()  # nothing that stands here is looked at again, nor copied for it
        send(self._outbox, "ready")
        for request in self._requests:
            if (child := os.fork()) == 0:
                self._begin(judge, request)
                return True
            if not self._watch(child, self._limits.seconds):
                break
        return False

    def _begin(self, judge: Any, request: dict[str, Any]) -> None:
        self._is_fork = True
        gc.disable()  # it is gone before that would pay
        self._inbox.close()
        _bound(self._limits.seconds)
        judge.take(replace(judge.lesson, root=Path(request["lesson"])), self._tell)

    def _over(self, judge: Any) -> None:
        """End a fork whose checks have run: what pytest would tidy up goes with the process."""
        if judge.verdicts:
            os._exit(0)

    def _tell(self, verdict: Verdict) -> None:
        send(self._outbox, "verdict", verdict=verdict.to_json())

    def _watch(self, child: int, seconds: float) -> bool:
        """Wait for the fork, end it when its time is over, and return whether the parent is still there."""
        handle = os.pidfd_open(child)
        try:
            waiting = select.poll()
            waiting.register(handle, select.POLLIN)
            waiting.register(self._inbox, 0)  # tells only that its other end is gone
            found = [fd for fd, _ in waiting.poll(seconds * 1000)]
            if handle not in found:
                end_with_all(child)
            _, status = os.waitpid(child, 0)
        finally:
            os.close(handle)
        with suppress(OSError):
            send(self._outbox, "over", code=os.waitstatus_to_exitcode(status), hung=not found)
        return self._inbox.fileno() not in found


def _bound(seconds: float) -> None:
    """Bound the processor's time too, should nobody be left to watch; no core is written."""
    import resource

    busy = int(seconds * (os.cpu_count() or 1)) + 5
    for kind, most in ((resource.RLIMIT_CPU, busy), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # a smaller limit is there already
            resource.setrlimit(kind, (most, most))


if __name__ == "__main__":
    main()
