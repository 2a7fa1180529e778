"""A fork that does one thing after another as it is told, from both of its sides."""

from __future__ import annotations

import os
import select
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from wasmlab.grade.workers.ending import end_with_all
from wasmlab.grade.workers.wire import messages, send

_DONE = b"."


@dataclass(frozen=True)
class Ended:
    """How one order came to its end; `alone` says that nobody waits for it any more."""

    code: int
    hung: bool
    alone: bool


class Orders:
    """What a fork is told, and says, from its own side."""

    def __init__(self, orders: int, done: int, said: int) -> None:
        self._orders: Iterator[dict[str, Any]] = messages(os.fdopen(orders, "rb"))
        self._done = done
        self._said = os.fdopen(said, "wb", buffering=0)
        self.taken = 0

    def take(self) -> dict[str, Any] | None:
        """Wait for the next order; None where whoever has forked us is gone, or wants no more."""
        self.taken += 1
        return next(self._orders, None)

    def say(self, kind: str, **fields: Any) -> None:
        """Say something to whoever waits for the end: it is kept whatever becomes of this process."""
        send(self._said, kind, **fields)

    def done(self) -> None:
        """Say that the last one is carried out."""
        os.write(self._done, _DONE)


class Fork:
    """A fork from the side of the process that has made it."""

    def __init__(self, pid: int, orders: IO[bytes], done: tuple[int, int], said: int) -> None:
        self._pid = pid
        self._said = said
        self._orders = orders
        self._done = done  # both ends: else it would tell of the fork's end too, and too early
        self._handle = os.pidfd_open(pid)
        self._is_reaped = False

    @property
    def alive(self) -> bool:
        """Whether it takes orders."""
        return not self._is_reaped and not self._poll(0)

    def order(self, order: dict[str, Any]) -> None:
        """Tell it what to do next; one that is gone by now is found so by who waits."""
        with suppress(OSError):
            send(self._orders, **order)

    def wait(self, inbox: int, seconds: float) -> Ended:
        """Wait until it is done, or ends, or its time is over, or the other end of `inbox` is gone."""
        found = self._poll(seconds, inbox)
        alone = inbox in found
        if self._done[0] in found:
            os.read(self._done[0], 1)
            return Ended(0, hung=False, alone=alone)
        if self._handle not in found:
            end_with_all(self._pid)
        return Ended(self._reap(), hung=not found, alone=alone)

    def said(self) -> bytes:
        """Return what it has said since this was asked last."""
        length = os.lseek(self._said, 0, os.SEEK_CUR)
        found = os.pread(self._said, length, 0)
        os.lseek(self._said, 0, os.SEEK_SET)  # of the fork too: both ends have one place
        os.ftruncate(self._said, 0)
        return found

    def _poll(self, seconds: float, inbox: int | None = None) -> set[int]:
        waiting = select.poll()
        waiting.register(self._handle, select.POLLIN)
        if inbox is not None:
            waiting.register(self._done[0], select.POLLIN)
            waiting.register(inbox, 0)  # tells only that its other end is gone
        return {fd for fd, _ in waiting.poll(seconds * 1000)}

    def _reap(self) -> int:
        _, status = os.waitpid(self._pid, 0)
        self._is_reaped = True
        return os.waitstatus_to_exitcode(status)

    def close(self) -> None:
        """Let go of one that is not alive."""
        if not self._is_reaped:
            self._reap()
        with suppress(OSError):
            self._orders.close()
        for fd in (*self._done, self._said, self._handle):
            os.close(fd)


def start_fork() -> Fork | Orders:
    """Fork; return the fork to the process that is here, and to the fork its orders."""
    (orders, order), done = os.pipe(), os.pipe()
    said = os.memfd_create("said")  # memory, and no pipe: nobody is woken by each word
    if (pid := os.fork()) == 0:
        os.close(order)
        return Orders(orders, done[1], said)
    os.close(orders)
    return Fork(pid, os.fdopen(order, "wb"), done, said)
