"""What a module in wasmtime is given: functions that record every crossing, memories, globals and tables."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable
from typing import Any

import wasmtime
from wasmtime import _ffi

from wasmlab.engines import bridge
from wasmlab.engines.border import check_range, least_and_most
from wasmlab.engines.contract import KEPT, PAGE, TABLE_ELEMENTS, Hosts, Limits
from wasmlab.engines.hosting import Answering, answer_imports, first_answer, written
from wasmlab.engines.module_parts import Global, Parts, Space
from wasmlab.engines.wasi.world import World
from wasmlab.engines.wasmtime_values import TYPES, function_type, of_engine, to_engine
from wasmlab.errors import CallRefused
from wasmlab.roundtrip import Crossing, Kind, Pointed, Value
from wasmlab.roundtrip.memory_hash import memory_hash
from wasmlab.wasmfile import Import, Module


class Tape:
    """Writes down what crosses during one call."""

    def __init__(self) -> None:
        self.start("", ())

    def start(self, name: str, args: tuple[Value, ...]) -> None:
        """Begin with a call from the host."""
        self.crossings = [Crossing("call", name, args, 0)]
        self.depth = self.missed = 0
        self.began = time.perf_counter()

    def note(
        self, kind: Kind, name: str, values: tuple[Value, ...], memory: tuple[Pointed, ...] = ()
    ) -> None:
        """Write down one crossing, or only count it where there are too many already."""
        if len(self.crossings) <= KEPT:
            microseconds = (time.perf_counter() - self.began) * 1e6
            self.crossings.append(Crossing(kind, name, values, self.depth, microseconds, memory))
        else:
            self.missed += 1


class _Shared(wasmtime.SharedMemory):
    """A shared memory that can be given to a module; wasmtime's own (version 50) points once too often."""

    def _as_extern(self) -> Any:
        union = _ffi.wasmtime_extern_union(sharedmemory=self.ptr())
        return _ffi.wasmtime_extern_t(_ffi.WASMTIME_EXTERN_SHAREDMEMORY, union)


class View:
    """The module's memory from outside: the one that it exports, else the one that it imports.

    Host functions hold it, and the store holds them: it must not hold the store, which would never go.
    """

    def __init__(self, store: wasmtime.Store) -> None:
        self._store = weakref.ref(store)
        self.memory: wasmtime.Memory | wasmtime.SharedMemory | None = None

    def _bytes(self) -> Any:
        """Return the memory itself, without a copy."""
        import ctypes

        memory, store = self.memory, self._store()
        if memory is None or store is None:
            raise CallRefused("the module exports no memory", "add --export-memory to link_flags")
        if isinstance(memory, wasmtime.Memory):
            return memory.get_buffer_ptr(store)
        kind = ctypes.c_ubyte * memory.data_len()
        return kind.from_address(ctypes.addressof(memory.data_ptr().contents))

    def read(self, start: int, length: int) -> bytes:
        """Return bytes; the errors are those of the contract."""
        raw = self._bytes()
        check_range(start, length, len(raw))
        return bytes(memoryview(raw)[start : start + length])

    def write(self, start: int, data: bytes) -> None:
        """Put bytes; the errors are those of the contract."""
        raw = self._bytes()
        check_range(start, len(data), len(raw))
        memoryview(raw).cast("B")[start : start + len(data)] = data

    def hash(self) -> str:
        """Return the hash of the whole memory, or an empty text without one."""
        return memory_hash(self._bytes()) if self.memory is not None else ""


class Givings:
    """All that one instance is given, in one store."""

    def __init__(
        self,
        store: wasmtime.Store,
        limits: Limits,
        shape: Module,
        parts: Parts,
        hosts: Hosts | None,
        world: World | None,
        tape: Tape,
    ) -> None:
        self.store = store
        self.limits = limits
        self.parts = parts
        self.hosts = hosts
        self.world = world
        self.tape = tape
        self.view = View(store)
        self.answering = answer_imports(shape, hosts)

    def extern(self, needed: Import) -> Any:
        """Return what answers one import."""
        if needed.kind == "func":
            return self._function(self.answering[needed.full_name])
        part = self.parts.imports[needed.full_name]
        if isinstance(part, Global):
            return self._global(needed.full_name, part)
        return self._memory(part) if needed.kind == "memory" else self._table(part)

    def bridged(self, wasm: bytes, inner: Any, name: str = "f") -> Any:
        """Return a function of a bridge that stands before `inner`."""
        module = wasmtime.Module(self.store.engine, wasm)
        return wasmtime.Instance(self.store, module, [inner]).exports(self.store)[name]

    def _function(self, answering: Answering) -> Any:
        signature = answering.signature
        recorder = self._recorder(answering)
        inner = wasmtime.Func(self.store, function_type(bridge.as_bits(signature)), recorder)
        if not bridge.needs_bridge(signature):
            return inner
        return self.bridged(bridge.out_of_module(signature), inner)

    def _recorder(self, answering: Answering) -> Callable[..., Any]:
        tape, view, world = self.tape, self.view, self.world  # not `self`, which holds the store
        name, types = answering.name, answering.signature.params

        def host(*raw: Any) -> Any:
            tape.depth += 1
            values = tuple(map(of_engine, types, raw))
            pointed = written(name, values, view) if answering.wasi else answering.pointed(values, view)
            tape.note("host call", name, values, pointed)
            answer = (
                _wasi(world, name, view, values)
                if world and answering.wasi
                else answering.answer(values, view)
            )
            tape.note("host return", name, answer)
            tape.depth -= 1
            given = [to_engine(value) for value in answer]
            return given if len(given) > 1 else given[0] if given else None

        return host

    def _memory(self, part: Space) -> wasmtime.Memory | wasmtime.SharedMemory:
        least, most = least_and_most(part, self.limits.memory // PAGE)
        type = wasmtime.MemoryType(wasmtime.Limits(least, most), part.wide, part.shared)
        if part.shared:
            shared = _Shared(self.store.engine, type)
            self.view.memory = self.view.memory or shared
            return shared
        made = wasmtime.Memory(self.store, type)
        self.view.memory = self.view.memory or made
        return made

    def _global(self, name: str, part: Global) -> wasmtime.Global:
        value = first_answer(self.hosts, name, part.type)
        type = wasmtime.GlobalType(TYPES[part.type](), part.mutable)
        return wasmtime.Global(self.store, type, None if value.is_reference else value.number)

    def _table(self, part: Space) -> wasmtime.Table:
        least, most = least_and_most(part, TABLE_ELEMENTS)
        type = wasmtime.TableType(TYPES[part.type](), wasmtime.Limits(least, most))
        return wasmtime.Table(self.store, type, None)


def _wasi(world: World, name: str, view: View, values: tuple[Value, ...]) -> tuple[Value, ...]:
    plain = [value.bits if value.type == "i32" else int(value.number) for value in values]
    return (Value("i32", world.call(name.partition(".")[2], view, plain)),)
