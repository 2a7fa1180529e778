"""The process from which compilers start: it confines itself first, and what it starts is confined too.

It has one thread, so that what a child does between fork and exec is safe. Requests come on its stdin.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

from wasmlab.grade.confining import landlock

_CHUNK = 1 << 16
TIME, OUTPUT = "time", "output"
_CHILD_SUBREAPER = 36


def main() -> None:
    """Confine this process as the first message says, then run commands until the parent is gone."""
    inbox, outbox = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    start = json.loads(inbox.readline())
    "".encode("utf-8", "replace").decode("utf-8", "replace")  # what is imported later could not be read
    if start["landlock"]:
        landlock.restrict([Path(p) for p in start["readable"]], [Path(p) for p in start["writable"]])
    _take_in_orphans()
    _say(outbox, {"ready": True})
    for line in inbox:
        _say(outbox, _run(json.loads(line)))


def _say(pipe: IO[bytes], message: dict[str, Any]) -> None:
    pipe.write(json.dumps(message).encode() + b"\n")
    pipe.flush()


def _take_in_orphans() -> None:
    """Be the parent of whatever loses its own: who watches us finds it, though it has a new session."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)


def _bury_orphans() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _run(request: dict[str, Any]) -> dict[str, Any]:
    _bury_orphans()
    try:
        child = subprocess.Popen(
            request["argv"],
            cwd=request["cwd"],
            env=request["env"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
            preexec_fn=lambda: _bound(request),  # this process has no other thread
        )
    except (OSError, subprocess.SubprocessError) as error:
        return {"broken": str(error)}
    said, why = _listen(child, time.monotonic() + request["seconds"], request["output"])
    _end(child)
    texts = {name: bytes(said[name]).decode("utf-8", "replace") for name in said}
    return {"code": child.returncode, "why": why, **texts}


def _bound(request: dict[str, Any]) -> None:
    import resource

    seconds = int(request["seconds"]) + 1
    bounds = (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_DATA, request["memory"]),  # not of addresses: Node reserves many and uses few
        (resource.RLIMIT_FSIZE, request["file"]),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, most in bounds:
        with contextlib.suppress(ValueError, OSError):  # a smaller limit is there already
            resource.setrlimit(kind, (most, most))


def _listen(child: subprocess.Popen[bytes], deadline: float, most: int) -> tuple[dict[str, bytearray], str]:
    """Read both outputs until they end, the time is over, or they are too long."""
    said = {"stdout": bytearray(), "stderr": bytearray()}
    with selectors.DefaultSelector() as pipes:
        for name in said:
            pipes.register(getattr(child, name), selectors.EVENT_READ, name)
        while pipes.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                return said, TIME
            for key, _ in pipes.select(left):
                got = os.read(key.fd, _CHUNK)
                said[key.data] += got
                if not got:
                    pipes.unregister(key.fileobj)
                if len(said[key.data]) > most:
                    return said, OUTPUT
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return said, TIME
    return said, ""


def _end(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    for pipe in (child.stdout, child.stderr):
        if pipe:
            pipe.close()


if __name__ == "__main__":
    import resource  # noqa: F401  # before the files of Python are out of reach

    main()
