"""The process in which the checks stand ready: it forks one that runs them, on one submission after another.

A fork in which a submission's checks have left anything but what they found ends with that submission, and
one that hangs is ended here. This process has one thread, and no engine of its own: what a fork takes along
is only what was imported.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import IO, Any

from wasmlab.checks.verdicts import Verdict
from wasmlab.engines import engine
from wasmlab.errors import UsageError, WasmlabError
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.workers.forks import Fork, Orders, start_fork
from wasmlab.grade.workers.wire import messages, own_stdout, send
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
_TIDIED = 10  # submissions: so often is looked for what holds itself
_TURNS = 100  # submissions: then a new fork begins with little memory


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
    try:
        (place / "cwd").mkdir(exist_ok=True)
        os.chdir(place / "cwd")
    except FileNotFoundError:  # our worker was ended, and its folder removed, while we began
        return
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
        self._fork: Fork | None = None
        self._own: Orders | None = None  # of this process, where it is a fork

    def serve(self, scratch: Path) -> None:
        """Stand until the parent is gone; in a fork, run the checks and end the process."""
        from wasmlab.checks.runs.standing import Standing, stand

        lesson, checks = load_lesson(Path(self._start["lesson"])), Path(self._start["checks"])
        judge = Standing(
            lesson,
            checks,
            self._limits.calls,
            self._turn,
            lambda: self._over(judge),
            patience=self._limits.patience,
        )
        try:
            stand(checks, self._start["engines"], judge, scratch)
            code = 0
        except UsageError as error:
            self._say("refused", what=error.what, hint=error.hint)
            code = 0
        except BaseException as error:  # a fork must never go on as if it were the server
            what = error.what if isinstance(error, WasmlabError) else f"{type(error).__name__}: {error}"
            self._say("broken", what=what)
            code = _FAILED
        if self._own:
            os._exit(code)

    def _turn(self, judge: Any) -> bool:
        gc.collect()
        gc.freeze()  # nothing that stands here is looked at again, nor copied for it
        send(self._outbox, "ready")
        for request in self._requests:
            if self._fork is None or not self._fork.alive:
                started = self._start_fork()
                if isinstance(started, Orders):
                    self._own = started
                    return self._take(judge)
                self._fork = started
            self._fork.order(request)
            if not self._watch(self._fork):
                break
        return False

    def _start_fork(self) -> Fork | Orders:
        if self._fork is not None:
            self._fork.close()
        started = start_fork()
        if isinstance(started, Orders):
            self._fork = None
            gc.disable()  # it is called where that pays
            self._inbox.close()
        return started

    def _take(self, judge: Any) -> bool:
        """Prepare for the next submission; where there is none the process ends."""
        assert self._own is not None
        request = self._own.take()
        if request is None:
            os._exit(0)
        _bound(self._limits.seconds)
        judge.take(replace(judge.lesson, root=Path(request["lesson"])), self._tell)
        return True

    def _over(self, judge: Any) -> bool:
        """Go on with a fork that is as it was; any other one ends, and what pytest would tidy up with it."""
        if not judge.verdicts:
            return False
        assert self._own is not None
        has_failed = any(verdict.verdict in ("failed", "error") for verdict in judge.verdicts)
        if self._own.taken >= _TURNS or not judge.renew():
            os._exit(0)
        if has_failed or self._own.taken % _TIDIED == 0:  # an error may hold the module whose call it ended
            gc.collect()
        self._own.done()
        return self._take(judge)

    def _say(self, kind: str, **fields: Any) -> None:
        if self._own:
            self._own.say(kind, **fields)
        else:
            send(self._outbox, kind, **fields)

    def _tell(self, verdict: Verdict) -> None:
        assert self._own is not None
        self._own.say("verdict", verdict=verdict.to_json())

    def _watch(self, fork: Fork) -> bool:
        """Wait till the fork is done, and end it when its time is over; return whether the parent is here."""
        ended = fork.wait(self._inbox.fileno(), self._limits.seconds)
        with suppress(OSError):
            self._outbox.write(fork.said())
            send(self._outbox, "over", code=ended.code, hung=ended.hung)
        return not ended.alone


def _bound(seconds: float) -> None:
    """Bound the processor's time of the next submission, should nobody be left to watch; write no core."""
    import resource

    busy = int(time.process_time() + seconds * (os.cpu_count() or 1)) + 5
    for kind, most in ((resource.RLIMIT_CPU, busy), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # a smaller limit is there already
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


if __name__ == "__main__":
    main()
