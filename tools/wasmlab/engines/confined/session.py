"""Modules that could hang this process run in one of their own, which is ended when time or memory is over.

The child compiles and runs; what crosses the pipe is data (see `wire`). No compiled module is ever taken
from it: that would be code.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Sequence
from typing import Any

from wasmlab.engines.border import refuse_element, refuse_values, signature_of
from wasmlab.engines.confined.process import Child, Ended
from wasmlab.engines.confined.wire import Asked
from wasmlab.engines.contract import OPENING, Host, Hosts, Limits, Program
from wasmlab.engines.hosting import as_host
from wasmlab.engines.module_parts import read_parts
from wasmlab.errors import CallRefused, ToolBroken, WasmlabError
from wasmlab.roundtrip import Crossing, RoundTrip, Trap, Value
from wasmlab.signature import Signature
from wasmlab.wasmfile import Module

_GRACE = 0.5  # seconds: the child itself ends a call at its limit, with a better answer
_COMPILING = 1.5  # seconds more for a module to open: its call has not begun
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
        while self._free:
            if (child := self._free.pop()).ready():
                return child
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


def _portable(host: Host) -> Host | Asked:
    """Return what goes to the child for one import: its answers, or that it has to ask."""
    return host if host.function is None else Asked(host.with_memory, host.pointers)


class ConfinedInstance:
    """An instance in a child; a new child takes over when the old one was ended."""

    def __init__(
        self, session: Confined, wasm: bytes, shape: Module, hosts: Hosts | None, program: Program | None
    ) -> None:
        self._session = session
        self._wasm = wasm
        self._shape = shape
        self._hosts = {name: as_host(given) for name, given in (hosts or {}).items()}
        self._program = program
        self._held: list[Child] = []
        weakref.finalize(self, session.give_back, self._held)
        self._open()

    def _open(self) -> None:
        start = time.perf_counter()
        portable = {name: _portable(host) for name, host in self._hosts.items()}
        try:
            self.opening: RoundTrip = self._ask("open", self._wasm, portable, self._program)
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

    def _run(self, name: str, args: Sequence[Value], method: str, *request: Any) -> RoundTrip:
        if not self._held and not self.opening.trap:
            self._open()
        if not self._held:  # it did not even compile: it would not the next time
            trap = self.opening.trap
            return RoundTrip("wasmtime", name, self.opening.crossings, (), trap, self.opening.seconds)
        start = time.perf_counter()
        try:
            trip: RoundTrip = self._ask(method, *request)
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

    def fuel_left(self) -> int:
        """Return what the last call has left of its fuel; see WasmtimeInstance."""
        return int(self._look("fuel_left"))

    def _look(self, method: str, *args: Any) -> Any:
        if not self._held and not self.opening.trap:
            self._open()
        if not self._held:
            raise CallRefused("the module did not start", f"it ended in a trap: {self.opening.trap}")
        try:
            return self._ask(method, *args)
        except Ended as ended:
            raise ToolBroken(f"wasmtime: {ended}", "run the command again") from ended

    def _ask(self, method: str, *args: Any) -> Any:
        if not self._held:
            self._held.append(self._session.take())
        seconds = self._session.limits.seconds + _GRACE + (_COMPILING if method == "open" else 0)
        child = self._held[0]
        try:
            answer = child.ask(seconds, (method, *args), self._hosts)
        finally:
            if not child.alive:
                self._held.clear()
        if isinstance(answer, WasmlabError):
            raise answer
        return answer


def _ended_trip(name: str, args: tuple[Value, ...], trap: Trap, seconds: float) -> RoundTrip:
    crossings = (Crossing("call", name, args, 0), Crossing("trap", name, (), 0))
    return RoundTrip("wasmtime", name, crossings, (), trap, seconds)
