"""The process in which a module that may hang runs: requests come on its stdin, answers go to its stdout."""

from __future__ import annotations

import gc
import os
import queue
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import IO, Any

from wasmlab.engines.confined.process import COMPILING, NO_MEMORY
from wasmlab.engines.confined.wire import Asked, Calling, Raised, Returned, messages, receive, send
from wasmlab.engines.contract import Host, HostMemory, Limits, Program
from wasmlab.engines.wasmtime import WasmtimeSession
from wasmlab.errors import ToolBroken, WasmlabError

_SLACK = 256 << 20  # the parent ends us before the system refuses memory
_METHODS = (
    "call",
    "call_element",
    "fuel_left",
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
    work = _Work(WasmtimeSession(limits, confined=True), _Parent(out, inbox))
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


class _HostRaised(Exception):
    """A host function ended in an exception; the parent has it."""


class _Parent:
    """The one who runs host functions."""

    def __init__(self, out: IO[bytes], inbox: queue.SimpleQueue[Any]) -> None:
        self._out = out
        self._inbox = inbox

    def host(self, name: str, given: Host | Asked) -> Host:
        """Return what answers an import here."""
        if isinstance(given, Host):
            return given
        return Host(function=partial(self._call, name), with_memory=True, pointers=given.pointers)

    def _call(self, name: str, memory: HostMemory, *args: float) -> Any:
        send(self._out, Calling(name, args))
        while not isinstance(said := self._inbox.get(), (Returned, Raised)):
            send(self._out, _looked(memory, *said))
        if isinstance(said, Raised):
            raise _HostRaised
        return said.value


def _looked(memory: HostMemory, method: str, start: int, what: Any) -> Any:
    try:
        return memory.read(start, what) if method == "read" else memory.write(start, what)
    except WasmlabError as error:
        return error


class _Work:
    """The one instance that is at work here."""

    def __init__(self, session: WasmtimeSession, parent: _Parent) -> None:
        self.session = session
        self.parent = parent
        self.instance: Any = None

    def answer(self, method: str, *args: Any) -> Any:
        """Do what a request says; an error is an answer too."""
        try:
            if method == "ready":
                return True
            if method == "open":
                return self._open(*args)
            if method in _METHODS:
                return getattr(self.instance, method)(*args)
            return ToolBroken(f"unknown request {method!r}", "install wasmlab again")
        except WasmlabError as error:
            return error
        except _HostRaised:
            return Raised()
        except MemoryError:
            os._exit(NO_MEMORY)

    def _open(self, wasm: bytes, hosts: Mapping[str, Host | Asked], program: Program | None) -> Any:
        self.instance = None
        gc.collect()  # an instance and its host functions hold each other
        answering = {name: self.parent.host(name, given) for name, given in hosts.items()}
        self.instance = self.session.open(wasm, answering, program)
        return self.instance.opening


if __name__ == "__main__":
    main()
