"""The process of a confined module, from its parent's side: asked, watched, and ended."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from wasmlab.engines.confined.wire import Calling, Raised, Returned, messages, send
from wasmlab.engines.contract import Host, HostMemory, Limits
from wasmlab.engines.trap_kinds import MEMORY_LIMIT, OTHER, TIME
from wasmlab.errors import ToolBroken, WasmlabError
from wasmlab.process import Command, converse, end
from wasmlab.roundtrip import Trap

COMPILING = 768 << 20
"""Bytes that a child may use beside the module's own memory."""
NO_MEMORY = 3
"""The exit code of a child that was refused memory."""

_CHILD = "wasmlab.engines.confined.child"
_LOOK = 0.05  # seconds between two looks at the child's memory
_STARTING = 60.0
_READY = 5.0  # seconds for a child that has nothing to do to say so
_ABORTED = (NO_MEMORY, -6, 0xC0000409)  # Rust ends the process when an allocation fails


class Ended(Exception):
    """The child had to be ended, or ended by itself; `trap` says why."""

    def __init__(self, trap: Trap) -> None:
        super().__init__(trap.message)
        self.trap = trap


class Child:
    """One process with one module at a time in it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        command = Command((sys.executable, "-P", "-m", _CHILD), Path(__file__).parent)
        self._process = converse(command)
        self._answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        assert self._process.stdin is not None
        self._in = self._process.stdin
        threading.Thread(target=self._read, name="confined answers", daemon=True).start()
        self._ended = False
        try:
            self.ask(_STARTING, limits)
        except Ended as ended:
            raise ToolBroken(
                f"modules cannot be run in a process of their own: {ended}", "wasmlab doctor"
            ) from ended

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return not self._ended and self._process.poll() is None

    def ready(self) -> bool:
        """Return whether it answers; the system may have ended it and not told us yet."""
        try:
            self.ask(_READY, ("ready",))
        except Ended:
            return False
        return True

    def _read(self) -> None:
        assert self._process.stdout is not None
        for message in messages(self._process.stdout):
            self._answers.put((message,))
        self._answers.put(None)

    def ask(self, seconds: float, request: Any, hosts: Mapping[str, Host] | None = None) -> Any:
        """Return the child's answer; what its module asks of `hosts` meanwhile, their functions give.

        Raises:
            Ended: it gave none within `seconds`, or used too much memory, or died.
        """
        deadline = time.monotonic() + seconds
        failure: Exception | None = None
        try:
            answer = self.tell(request, deadline)
            while isinstance(answer, Calling):
                try:
                    said: Returned | Raised = Returned(
                        _given((hosts or {})[answer.name], answer.args, _View(self, deadline))
                    )
                except Ended:
                    raise
                except Exception as error:  # raised again when the module has been left
                    failure, said = error, Raised()
                answer = self.tell(said, deadline)
        except BaseException:  # Ctrl-C too: whatever the child is at, nobody waits for it now
            self.kill()
            raise
        if failure and isinstance(answer, Raised):
            raise failure
        return answer

    def tell(self, message: Any, deadline: float) -> Any:
        """Say one thing and return what the child says to it; the errors are those of `ask`."""
        try:
            send(self._in, message)
        except OSError:
            raise Ended(self._why_gone()) from None
        return self._answer(deadline)

    def _answer(self, deadline: float) -> Any:
        while True:
            try:
                found = self._answers.get(timeout=_LOOK)
            except queue.Empty:
                if time.monotonic() > deadline:
                    raise Ended(Trap(TIME, "still at work long after its time was over, and ended")) from None
                self._look_at_memory()
                continue
            if found is None:
                raise Ended(self._why_gone())
            return found[0]

    def _look_at_memory(self) -> None:
        bound = self._limits.memory + COMPILING
        try:
            used = psutil.Process(self._process.pid).memory_info().rss
        except psutil.Error:
            return  # it is gone, which its pipe will say
        if used > bound:
            raise Ended(Trap(MEMORY_LIMIT, f"more than {bound >> 20} MiB used, and ended"))

    def _why_gone(self) -> Trap:
        self.kill()
        code = self._process.returncode
        if code in _ABORTED:
            return Trap(MEMORY_LIMIT, "there was no more memory for it")
        return Trap(OTHER, f"the process that ran the module ended by itself, with {code}")

    def kill(self) -> None:
        """End the process; nothing happens where it has ended."""
        self._ended = True
        end(self._process)


class _View:
    """The module's memory, for a host function that runs here while the module waits there."""

    def __init__(self, child: Child, deadline: float) -> None:
        self._child = child
        self._deadline = deadline

    def read(self, start: int, length: int) -> bytes:
        """Return bytes; see the contract."""
        return bytes(self._told("read", start, length))

    def write(self, start: int, data: bytes) -> None:
        """Put bytes; see the contract."""
        self._told("write", start, data)

    def _told(self, *message: Any) -> Any:
        reply = self._child.tell(message, self._deadline)
        if isinstance(reply, WasmlabError):
            raise reply
        return reply


def _given(host: Host, args: Sequence[float], memory: HostMemory) -> Any:
    assert host.function is not None
    return host.function(memory, *args) if host.with_memory else host.function(*args)
