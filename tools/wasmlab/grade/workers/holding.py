"""Tells how much memory a process holds with all that it has started: a browser bounds none of its pages."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from wasmlab.grade.workers.ending import family

_SECONDS, _LONGEST = 0.25, 1.0
_SHARE = 50  # a look takes a millisecond or two, and longer where thousands of processes run
_OWN = (b"RssAnon:", b"RssShmem:", b"VmSwap:")


class Watch:
    """Looks now and then at what a process and its descendants hold; what that costs is not felt."""

    def __init__(self, pid: int, most: int) -> None:
        self._pid = pid
        self._most = most
        self.due = time.monotonic() + _SECONDS
        """When to look next."""

    def finds_too_much(self) -> bool:
        """Look, and return whether they hold more than the `most` bytes that they may."""
        begun = time.monotonic()
        held = held_by(self._pid)
        now = time.monotonic()
        self.due = now + min(max(_SECONDS, _SHARE * (now - begun)), _LONGEST)
        return held > self._most


def held_by(pid: int) -> int:
    """Return the bytes that a process and its descendants hold; none where it is gone."""
    return sum(map(_own, family(pid)))


def _own(process: Any) -> int:
    """Return the bytes of a process that no file backs: else each would count the browser's code once more.

    What processes share without a file counts: a canvas of Firefox is nothing else. How much of it is whose
    is not asked, since that is slow, and the system tells it of no process that is in a sandbox.
    """
    import psutil

    with suppress(psutil.Error, OSError, ValueError):
        if sys.platform == "linux":
            lines = Path(f"/proc/{process.pid}/status").read_bytes().splitlines()
            return sum(int(line.split()[1]) << 10 for line in lines if line.startswith(_OWN))
        told = process.memory_info()
        return int(getattr(told, "private", told.rss))  # the first is what Windows has promised it
    return 0
