"""The process in which a module that may hang runs: requests come on its stdin, answers go to its stdout."""

from __future__ import annotations

import gc
import os
import queue
import sys
import threading
from contextlib import suppress
from typing import IO, Any

from wasmlab.engines.confined import COMPILING, NO_MEMORY
from wasmlab.engines.contract import Limits
from wasmlab.engines.wasmtime import WasmtimeSession
from wasmlab.engines.wire import messages, receive, send
from wasmlab.errors import ToolBroken, WasmlabError

_SLACK = 256 << 20  # the parent ends us before the system refuses memory
_METHODS = (
    "call",
    "call_element",
    "memory",
    "read_global",
    "table_size",
    "write_global",
    "write_memory",
)


def main() -> None:
    """Answer until the parent is gone."""
    out = _own_stdout()
    limits: Limits = receive(sys.stdin.buffer)
    _bound(limits.memory + COMPILING + _SLACK)
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, inbox), daemon=True).start()
    work = _Work(WasmtimeSession(limits, confined=True))
    send(out, "ready")
    while True:
        send(out, work.answer(*inbox.get()))


def _own_stdout() -> IO[bytes]:
    """Keep the pipe for us: what anybody prints goes nowhere."""
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    return out


def _read(pipe: IO[bytes], inbox: queue.SimpleQueue[Any]) -> None:
    for message in messages(pipe):
        inbox.put(message)
    os._exit(0)  # the parent is gone; the main thread may be compiling, and would for minutes


def _bound(memory: int) -> None:
    """Let the system refuse memory beyond `memory` bytes, and write no core file."""
    if sys.platform == "win32":
        return
    import resource

    for kind, most in ((resource.RLIMIT_DATA, memory), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # a smaller limit is there already
            resource.setrlimit(kind, (most, most))


class _Work:
    """The one instance that is at work here."""

    def __init__(self, session: WasmtimeSession) -> None:
        self.session = session
        self.instance: Any = None

    def answer(self, method: str, *args: Any) -> Any:
        """Do what a request says; an error is an answer too."""
        try:
            if method == "open":
                return self._open(*args)
            if method in _METHODS:
                return getattr(self.instance, method)(*args)
            return ToolBroken(f"unknown request {method!r}", "install wasmlab again")
        except WasmlabError as error:
            return error
        except MemoryError:
            os._exit(NO_MEMORY)

    def _open(self, *args: Any) -> Any:
        self.instance = None
        gc.collect()  # an instance and its host functions hold each other
        self.instance = self.session.open(*args)
        return self.instance.opening


if __name__ == "__main__":
    main()
