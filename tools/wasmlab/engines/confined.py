"""Modules that could hang this process run in one of their own, which is ended when time or memory is over.

The child compiles and runs; what crosses the pipe is data (see `wire`). No compiled module is ever taken
from it: that would be code.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from wasmlab.engines.border import refuse_element, refuse_values, signature_of
from wasmlab.engines.contract import OPENING, Hosts, Limits, Program
from wasmlab.engines.module_parts import read_parts
from wasmlab.engines.trap_kinds import MEMORY_LIMIT, OTHER, TIME
from wasmlab.engines.wire import messages, send
from wasmlab.errors import CallRefused, ToolBroken, WasmlabError
from wasmlab.process import Command, converse, end
from wasmlab.roundtrip import Crossing, RoundTrip, Trap, Value
from wasmlab.signature import Signature
from wasmlab.wasmfile import Module

COMPILING = 768 << 20
"""Bytes that a child may use beside the module's own memory."""
NO_MEMORY = 3
"""The exit code of a child that was refused memory."""

_CHILD = "wasmlab.engines.confined_child"
_GRACE = 0.5  # seconds: the child itself ends a call at its limit, with a better answer
_LOOK = 0.05  # seconds between two looks at the child's memory
_STARTING = 60.0
_ABORTED = (NO_MEMORY, -6, 0xC0000409)  # Rust ends the process when an allocation fails
_SPARES = 2


class Confined:
    """The children of one session; one that is free again is used for the next module."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._all: list[Child] = []
        self._free: list[Child] = []

    def open(
        self, wasm: bytes, shape: Module, hosts: Hosts | None, program: Program | None
    ) -> ConfinedInstance:
        """Compile and instantiate in a child; the errors are those of the contract."""
        return ConfinedInstance(self, wasm, shape, hosts, program)

    def take(self) -> Child:
        """Return a child that has nothing to do."""
        if self._free:
            return self._free.pop()
        child = Child(self.limits)
        self._all.append(child)
        return child

    def give_back(self, held: list[Child]) -> None:
        """Take back the child of an instance that nobody needs any more."""
        for child in held:
            if child.alive and len(self._free) < _SPARES:
                self._free.append(child)
            else:
                child.kill()

    def close(self) -> None:
        """End every child."""
        for child in self._all:
            child.kill()


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
        self.alive = True
        try:
            self.ask(_STARTING, limits)
        except Ended as ended:
            raise ToolBroken(
                f"modules cannot be run in a process of their own: {ended}", "wasmlab doctor"
            ) from ended

    def _read(self) -> None:
        assert self._process.stdout is not None
        for message in messages(self._process.stdout):
            self._answers.put((message,))
        self._answers.put(None)

    def ask(self, seconds: float, request: Any) -> Any:
        """Return the child's answer.

        Raises:
            Ended: it gave none within `seconds`, or used too much memory, or died.
        """
        try:
            send(self._in, request)
            return self._answer(time.monotonic() + seconds, seconds)
        except OSError:
            raise Ended(self._why_gone()) from None
        except BaseException:  # Ctrl-C too: whatever the child is at, nobody waits for it now
            self.kill()
            raise

    def _answer(self, deadline: float, seconds: float) -> Any:
        while True:
            try:
                found = self._answers.get(timeout=_LOOK)
            except queue.Empty:
                if time.monotonic() > deadline:
                    raise Ended(Trap(TIME, f"still at work after {seconds:g} s, and ended")) from None
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
        self.alive = False
        end(self._process)


class ConfinedInstance:
    """An instance in a child; a new child takes over when the old one was ended."""

    def __init__(
        self, session: Confined, wasm: bytes, shape: Module, hosts: Hosts | None, program: Program | None
    ) -> None:
        self._session = session
        self._wasm = wasm
        self._shape = shape
        self._hosts = hosts
        self._program = program
        self._held: list[Child] = []
        weakref.finalize(self, session.give_back, self._held)
        self._open()

    def _open(self) -> None:
        start = time.perf_counter()
        try:
            self.opening: RoundTrip = self._ask("open", self._wasm, self._hosts, self._program)
        except Ended as ended:
            self.opening = _ended_trip(OPENING, (), ended.trap, time.perf_counter() - start)

    def call(self, name: str, args: Sequence[Value]) -> RoundTrip:
        """Call an export; see the contract."""
        refuse_values(signature_of(self._shape, name), name, args)
        return self._run(name, args, "call", name, args)

    def call_element(self, table: str, index: int, signature: Signature, args: Sequence[Value]) -> RoundTrip:
        """Call an element of a table; see the contract."""
        name = f"{table}[{index}]"
        refuse_element(read_parts(self._wasm), table, index, signature)
        refuse_values(signature, name, args)
        return self._run(name, args, "call_element", table, index, signature, args)

    def _run(self, name: str, args: Sequence[Value], *request: Any) -> RoundTrip:
        if not self._held and not self.opening.trap:
            self._open()
        if not self._held:  # it did not even compile: it would not the next time
            trap = self.opening.trap
            return RoundTrip("wasmtime", name, self.opening.crossings, (), trap, self.opening.seconds)
        start = time.perf_counter()
        try:
            trip: RoundTrip = self._ask(*request)
        except Ended as ended:
            trip = _ended_trip(name, tuple(args), ended.trap, time.perf_counter() - start)
        return trip

    def memory(self, start: int, length: int) -> bytes:
        """Read the exported memory; see the contract."""
        return bytes(self._look("memory", start, length))

    def read_global(self, name: str) -> Value:
        """Read an exported global; see the contract."""
        value: Value = self._look("read_global", name)
        return value

    def write_memory(self, start: int, data: bytes) -> None:
        """Write into the memory; see the contract."""
        self._look("write_memory", start, data)

    def write_global(self, name: str, value: Value) -> None:
        """Change an exported global; see the contract."""
        self._look("write_global", name, value)

    def table_size(self, name: str) -> int:
        """Return an exported table's size; see the contract."""
        return int(self._look("table_size", name))

    def _look(self, *request: Any) -> Any:
        if not self._held and not self.opening.trap:
            self._open()
        if not self._held:
            raise CallRefused("the module did not start", f"it ended in a trap: {self.opening.trap}")
        try:
            return self._ask(*request)
        except Ended as ended:
            raise ToolBroken(f"wasmtime: {ended}", "run the command again") from ended

    def _ask(self, *request: Any) -> Any:
        if not self._held:
            self._held.append(self._session.take())
        seconds = self._session.limits.seconds + _GRACE
        try:
            answer = self._held[0].ask(seconds, request)
        except BaseException:
            self._held.clear()
            raise
        if isinstance(answer, WasmlabError):
            raise answer
        return answer


def _ended_trip(name: str, args: tuple[Value, ...], trap: Trap, seconds: float) -> RoundTrip:
    crossings = (Crossing("call", name, args, 0), Crossing("trap", name, (), 0))
    return RoundTrip("wasmtime", name, crossings, (), trap, seconds)
