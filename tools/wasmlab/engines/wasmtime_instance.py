"""One module at work in wasmtime, in a store of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import wasmtime

from wasmlab.engines import bridge
from wasmlab.engines.border import (
    exported_memory,
    memory_trap,
    needs_parts,
    refuse_element,
    refuse_values,
    refuse_write,
    signature_of,
)
from wasmlab.engines.contract import OPENING, TABLE_ELEMENTS, Hosts, Program
from wasmlab.engines.module_parts import Parts, read_parts
from wasmlab.engines.trap_kinds import KINDS_OF_CODES, TIME, same_for_all
from wasmlab.engines.wasi.interface import INITIALIZE, START, uses_wasi
from wasmlab.engines.wasi.world import Exit, Stopped, World
from wasmlab.engines.wasmtime_hosts import Givings, Tape
from wasmlab.engines.wasmtime_traps import frames_of, kind_of_text, why
from wasmlab.engines.wasmtime_values import results_of, to_engine
from wasmlab.errors import CallRefused
from wasmlab.roundtrip import Crossing, Output, RoundTrip, Trap, Value
from wasmlab.signature import Signature
from wasmlab.wasmfile import Module

if TYPE_CHECKING:
    from wasmlab.engines.wasmtime import WasmtimeSession


class WasmtimeInstance:
    """An instance with its own store; everything that crosses is recorded."""

    def __init__(
        self,
        session: WasmtimeSession,
        wasm: bytes,
        shape: Module,
        module: wasmtime.Module,
        hosts: Hosts | None,
        program: Program | None,
    ) -> None:
        self.session = session
        self.wasm = wasm
        self.shape = shape
        self.module = module
        self.hosts = hosts
        self.program = program or Program()
        self._renew()

    @cached_property
    def parts(self) -> Parts:
        """The types of the globals, tables and memories."""
        return read_parts(self.wasm)

    def _renew(self) -> None:
        """Make a new store and instance, everything in it as at the start."""
        limits = self.session.limits
        self.store = wasmtime.Store(self.session.engine)
        self.store.set_limits(memory_size=limits.memory, table_elements=TABLE_ELEMENTS)
        tape = Tape()
        left = partial(_left, limits.seconds, tape)
        self.world = World(self.program, limits, left) if uses_wasi(self.shape.imports) else None
        parts = self.parts if needs_parts(self.shape) else Parts()
        self.givings = Givings(self.store, limits, self.shape, parts, self.hosts, self.world, tape)
        self.instance: wasmtime.Instance | None = None
        self.callables: dict[str, Any] = {}
        self.signatures: dict[str, Signature] = {}
        self.over = False
        self.opening = self._recorded(OPENING, (), self._instantiate)

    def _instantiate(self) -> tuple[Value, ...]:
        if trap := memory_trap(self.shape, self.session.limits):
            raise Stopped(trap.kind, trap.message)
        externs = [self.givings.extern(needed) for needed in self.shape.imports]
        instance = wasmtime.Instance(self.store, self.module, externs)
        exports = instance.exports(self.store)
        if name := exported_memory(self.shape):
            self.givings.view.memory = exports[name]  # type: ignore[assignment]
        if self.world and self.shape.export(INITIALIZE):
            exports[INITIALIZE](self.store)  # type: ignore[operator]
        self.instance = instance
        return ()

    def call(self, name: str, args: Sequence[Value]) -> RoundTrip:
        """Call the export `name`; see the contract."""
        known = self.signatures.get(name)
        signature = known or signature_of(self.shape, name)
        if known is None or signature.params or args:
            refuse_values(signature, name, args)
        if (ended := self._ended(name)) is not None:
            return ended
        function = self.callables.get(name) or self._callable(name, signature)
        return self._called(name, signature, function, args, ())

    def call_element(self, table: str, index: int, signature: Signature, args: Sequence[Value]) -> RoundTrip:
        """Call an element of a table; see the contract."""
        name = f"{table}[{index}]"
        space = refuse_element(self.parts, table, index, signature)
        refuse_values(signature, name, args)
        if (ended := self._ended(name)) is not None:
            return ended
        wasm = bridge.into_table(signature, wide=space.wide)
        function = self.givings.bridged(wasm, self._export(table))
        place = Value("i64" if space.wide else "i32", index)
        return self._called(name, signature, function, args, (place,))

    def _ended(self, name: str) -> RoundTrip | None:
        """Make a new instance where the last one was ended; return the answer of one that never began."""
        if self.over:
            self._renew()
        if self.opening.trap is None:
            return None
        crossings = self.opening.crossings
        return RoundTrip("wasmtime", name, crossings, (), self.opening.trap, output=self._output())

    def _called(
        self, name: str, signature: Signature, function: Any, args: Sequence[Value], more: tuple[Value, ...]
    ) -> RoundTrip:
        def work() -> tuple[Value, ...]:
            return results_of(signature.results, function(self.store, *map(to_engine, (*args, *more))))

        return self._recorded(name, tuple(args), work)

    def _callable(self, name: str, signature: Signature) -> Any:
        function = self._export(name)
        if bridge.needs_bridge(signature):
            function = self.givings.bridged(bridge.into_module(signature), function)
        self.callables[name] = function
        self.signatures[name] = signature
        return function

    def memory(self, start: int, length: int) -> bytes:
        """Read the memory; see the contract."""
        self._stand()
        return self.givings.view.read(start, length)

    def write_memory(self, start: int, data: bytes) -> None:
        """Write into the memory; see the contract."""
        self._stand()
        self.givings.view.write(start, data)

    def read_global(self, name: str) -> Value:
        """Read an exported global; see the contract."""
        part = self.parts.global_type(name)
        wasm = bridge.into_global(part.type, mutable=part.mutable)
        function = self.givings.bridged(wasm, self._export(name), "get")
        return results_of((part.type,), function(self.store))[0]

    def write_global(self, name: str, value: Value) -> None:
        """Change an exported global; see the contract."""
        part = refuse_write(self.parts, name, value)
        wasm = bridge.into_global(part.type, mutable=True)
        self.givings.bridged(wasm, self._export(name), "set")(self.store, to_engine(value))

    def table_size(self, name: str) -> int:
        """Return an exported table's size; see the contract."""
        self.parts.table_type(name)
        return int(self._export(name).size(self.store))

    def fuel_left(self) -> int:
        """Return what the last call has left of its fuel, where that is limited: wasmtime alone counts."""
        return int(self.store.get_fuel())

    def _export(self, name: str) -> Any:
        return self._stand().exports(self.store)[name]

    def _stand(self) -> wasmtime.Instance:
        if self.over:
            self._renew()
        if self.instance is None:
            kind = self.opening.trap.kind if self.opening.trap else ""
            raise CallRefused("the module did not start", f"it ended in a trap: {kind}")
        return self.instance

    def _recorded(
        self, name: str, args: tuple[Value, ...], work: Callable[[], tuple[Value, ...]]
    ) -> RoundTrip:
        """Do `work` within the time limit and write down how it ended."""
        tape = self.givings.tape
        tape.start(name, args)
        if self.world:
            self.world.begin()
        self.store.set_epoch_deadline(self.session.ticks())
        if (fuel := self.session.limits.fuel) is not None:
            self.store.set_fuel(fuel)
        results: tuple[Value, ...] = ()
        trap = None
        try:
            results = work()
            if self.world and name == START:
                self.world.code = 0  # it came back by itself
        except wasmtime.Trap as error:
            trap = self._trap(error)
        except Stopped as stopped:
            trap = stopped.trap
        except Exit:
            pass  # the world knows the code
        except wasmtime.WasmtimeError as error:
            trap = Trap(kind_of_text(str(error)), why(error))
        seconds = time.perf_counter() - tape.began
        self.over = bool(trap and trap.kind == TIME)
        tape.crossings.append(Crossing("trap" if trap else "return", name, results, 0, seconds * 1e6))
        crossings, digest = tuple(tape.crossings), "" if self.over else self.givings.view.hash()
        return RoundTrip(
            "wasmtime", name, crossings, results, trap, seconds, tape.missed, digest, self._output()
        )

    def _output(self) -> Output | None:
        return self.world.output() if self.world else None

    def _trap(self, error: wasmtime.Trap) -> Trap:
        code = error.trap_code.name if error.trap_code else ""
        frames = frames_of(error, self.wasm)
        kind = KINDS_OF_CODES.get(code) or kind_of_text(str(error))
        return Trap(same_for_all(kind, self.wasm, frames), why(error), frames)


def _left(seconds: float, tape: Tape) -> float:
    return seconds - (time.perf_counter() - tape.began)
