"""wasmtime: the engine without a browser, bounded by an epoch deadline and a memory limit."""

from __future__ import annotations

import atexit
import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import wasmtime

from wasmlab import wasmfile
from wasmlab.engines import bridge
from wasmlab.engines.border import (
    check_range,
    exported_memory,
    host_answers,
    memory_name,
    memory_trap,
    refuse_values,
    signature_of,
)
from wasmlab.engines.confined import Confined
from wasmlab.engines.contract import KEPT, OPENING, Found, Hosts, Instance, Limits
from wasmlab.engines.module_globals import global_type
from wasmlab.engines.trap_kinds import KINDS_OF_CODES, TIME, same_for_all
from wasmlab.engines.vetting import is_harmless
from wasmlab.engines.wasmtime_traps import frames_of, kind_of_text, why
from wasmlab.errors import CallRefused, ModuleUnreadable
from wasmlab.roundtrip import Crossing, Kind, RoundTrip, Trap, Value
from wasmlab.signature import Signature

# How often the epoch moves: a limit is kept to within this.
_TICK = 0.01


class Wasmtime:
    """The engine's entry in the dict."""

    name = "wasmtime"

    def find(self) -> Found:
        """Return the wheel's version; it is a dependency, so it is always there."""
        return Found(version("wasmtime"), str(wasmtime.__file__), "wasmtime wheel")

    @contextmanager
    def start(self, limits: Limits) -> Iterator[WasmtimeSession]:
        """Start an engine; nothing of it outlives the `with` block."""
        session = WasmtimeSession(limits)
        try:
            yield session
        finally:
            session.close()


class WasmtimeSession:
    """One wasmtime Engine, and the thread whose ticks end calls that run too long."""

    name = "wasmtime"

    def __init__(self, limits: Limits, *, confined: bool = False) -> None:
        self._confined = None if confined else Confined(limits)
        self.version = version("wasmtime")
        self.limits = limits
        config = wasmtime.Config()
        config.epoch_interruption = True
        config.cranelift_nan_canonicalization = True
        config.wasm_exceptions = True
        self.engine = wasmtime.Engine(config)
        self._closed = threading.Event()
        self._ticker = threading.Thread(target=self._tick, name="wasmtime ticks", daemon=True)
        self._ticker.start()
        atexit.register(self.close)  # a tick must not meet an engine that the interpreter is taking apart

    def open(self, wasm: bytes, hosts: Hosts | None = None) -> Instance:
        """Compile and instantiate; see the contract."""
        shape = wasmfile.read_module(wasm)  # also keeps text away, which wasmtime would take
        host_answers(shape.imports, hosts)
        if self._confined and not is_harmless(wasm, shape):
            return self._confined.open(wasm, shape, hosts)
        try:
            module = wasmtime.Module(self.engine, wasm)
        except wasmtime.WasmtimeError as error:
            raise ModuleUnreadable(f"not a valid module: {why(error)}", "build it again") from error
        return WasmtimeInstance(self, wasm, shape, module, hosts)

    def close(self) -> None:
        """End the ticks, and the processes of modules that could not be trusted to end."""
        if self._confined:
            self._confined.close()
        self._closed.set()
        self._ticker.join()
        atexit.unregister(self.close)

    def ticks(self) -> int:
        """Return the time limit in ticks; the current one is already under way."""
        return int(self.limits.seconds / _TICK) + 2

    def _tick(self) -> None:
        while not self._closed.wait(_TICK):
            self.engine.increment_epoch()


class WasmtimeInstance:
    """An instance with its own store, and host functions that record every crossing."""

    def __init__(
        self,
        session: WasmtimeSession,
        wasm: bytes,
        shape: wasmfile.Module,
        module: wasmtime.Module,
        hosts: Hosts | None,
    ) -> None:
        self.session = session
        self.wasm = wasm
        self.shape = shape
        self.module = module
        self.hosts = hosts
        self._renew()

    def _renew(self) -> None:
        """Make a new store and instance, everything in it as at the start."""
        self.store = wasmtime.Store(self.session.engine)
        self.store.set_limits(memory_size=self.session.limits.memory, table_elements=10_000_000)
        self.answers = host_answers(self.shape.imports, self.hosts)
        self.instance: wasmtime.Instance | None = None
        self.callables: dict[str, Any] = {}
        self.over = False
        self.opening = self._recorded(OPENING, (), self._instantiate)

    def _instantiate(self) -> tuple[Value, ...]:
        if trap := memory_trap(self.shape, self.session.limits):
            raise _Refused(trap)
        functions = [
            self._host(extern.type, needed)
            for extern, needed in zip(self.module.imports, self.shape.imports, strict=True)
        ]
        self.instance = wasmtime.Instance(self.store, self.module, functions)
        return ()

    def call(self, name: str, args: Sequence[Value]) -> RoundTrip:
        """Call the export `name`; see the contract."""
        signature = signature_of(self.shape, name)
        refuse_values(signature, name, args)
        if self.over:
            self._renew()
        if self.opening.trap:
            return RoundTrip("wasmtime", name, self.opening.crossings, (), self.opening.trap)
        function = self.callables.get(name) or self._callable(name, signature)
        inner = bridge.as_bits(signature)

        def work() -> tuple[Value, ...]:
            given = (_to_engine(type, value.bits) for type, value in zip(inner.params, args, strict=True))
            return _values(signature.results, function(self.store, *given))

        return self._recorded(name, tuple(args), work)

    def memory(self, start: int, length: int) -> bytes:
        """Read the exported memory; see the contract."""
        memory = self._export(memory_name(self.shape))
        check_range(start, length, memory.data_len(self.store))
        return bytes(memory.read(self.store, start, start + length))

    def read_global(self, name: str) -> Value:
        """Read an exported global; see the contract."""
        type = global_type(self.wasm, name)
        return Value.of(type, self._export(name).value(self.store)).plain_nan()  # as in JavaScript

    def _export(self, name: str) -> Any:
        if self.over:
            self._renew()
        if self.instance is None:
            raise CallRefused("the module did not start", f"it ended in a trap: {self.opening.trap}")
        return self.instance.exports(self.store)[name]

    def _callable(self, name: str, signature: Signature) -> Any:
        function = self._export(name)
        if bridge.needs_bridge(signature):
            function = self._bridged(bridge.into_module(signature), function)
        self.callables[name] = function
        return function

    def _bridged(self, wasm: bytes, inner: Any) -> Any:
        module = wasmtime.Module(self.session.engine, wasm)
        return wasmtime.Instance(self.store, module, [inner]).exports(self.store)["f"]

    def _recorded(
        self, name: str, args: tuple[Value, ...], work: Callable[[], tuple[Value, ...]]
    ) -> RoundTrip:
        """Do `work` within the time limit and write down how it ended."""
        self.crossings, self.depth, self.missed = [Crossing("call", name, args, 0)], 0, 0
        self.store.set_epoch_deadline(self.session.ticks())
        start = self.began = time.perf_counter()
        results: tuple[Value, ...] = ()
        trap = None
        try:
            results = work()
        except wasmtime.Trap as error:
            trap = self._trap(error)
        except _Refused as refused:
            trap = refused.trap
        except wasmtime.WasmtimeError as error:
            trap = Trap(kind_of_text(str(error)), why(error))
        seconds = time.perf_counter() - start
        self.over = bool(trap and trap.kind == TIME)
        self.crossings.append(Crossing("trap" if trap else "return", name, results, 0, seconds * 1e6))
        crossings, digest = tuple(self.crossings), self._memory_hash()
        return RoundTrip("wasmtime", name, crossings, results, trap, seconds, self.missed, digest)

    def _memory_hash(self) -> str:
        name = exported_memory(self.shape)
        if self.over or not name or self.instance is None:
            return ""
        memory: Any = self.instance.exports(self.store)[name]
        return hashlib.sha256(memory.get_buffer_ptr(self.store)).hexdigest()

    def _trap(self, error: wasmtime.Trap) -> Trap:
        code = error.trap_code.name if error.trap_code else ""
        frames = frames_of(error, self.wasm)
        kind = KINDS_OF_CODES.get(code) or kind_of_text(str(error))
        return Trap(same_for_all(kind, self.wasm, frames), why(error), frames)

    def _host(self, type: Any, needed: wasmfile.Import) -> wasmtime.Func:
        signature = needed.signature or Signature((), ())
        if not bridge.needs_bridge(signature):
            return wasmtime.Func(self.store, type, self._recorder(needed.full_name, signature))
        bits = bridge.as_bits(signature)
        type = wasmtime.FuncType([_TYPES[t]() for t in bits.params], [_TYPES[t]() for t in bits.results])
        inner = wasmtime.Func(self.store, type, self._recorder(needed.full_name, signature))
        function: wasmtime.Func = self._bridged(bridge.out_of_module(signature), inner)
        return function

    def _recorder(self, name: str, signature: Signature) -> Callable[..., Any]:
        answers = self.answers[name]
        bits = bridge.as_bits(signature)

        def host(*raw: Any) -> Any:
            self.depth += 1
            values = tuple(_of_engine(t, given) for t, given in zip(signature.params, raw, strict=True))
            self._note("host call", name, values)
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            self._note("host return", name, answer)
            self.depth -= 1
            given = [_to_engine(t, value.bits) for t, value in zip(bits.results, answer, strict=True)]
            return given if len(given) > 1 else given[0] if given else None

        return host

    def _note(self, kind: Kind, name: str, values: tuple[Value, ...]) -> None:
        if len(self.crossings) <= KEPT:
            microseconds = (time.perf_counter() - self.began) * 1e6
            self.crossings.append(Crossing(kind, name, values, self.depth, microseconds))
        else:
            self.missed += 1


class _Refused(Exception):
    """An instantiation that is not even tried."""

    def __init__(self, trap: Trap) -> None:
        super().__init__(trap.message)
        self.trap = trap


_TYPES: dict[str, Callable[[], wasmtime.ValType]] = {
    "i32": wasmtime.ValType.i32,
    "i64": wasmtime.ValType.i64,
    "funcref": wasmtime.ValType.funcref,
    "externref": wasmtime.ValType.externref,
}


def _to_engine(type: str, bits: int) -> Any:
    """Return what wasmtime takes for an integer or a reference of these bits."""
    value = Value(type, bits)
    if value.is_reference:
        return bits or None
    return value.number


def _of_engine(type: str, given: Any) -> Value:
    """Return the value for what wasmtime gave: floats come as integers of their bits."""
    if type == "funcref":
        return Value(type, 0 if given is None else 1)
    if type == "externref":
        return Value(type, given or 0)
    return Value(type, int(given) & ((1 << (64 if type in ("i64", "f64") else 32)) - 1))


def _values(types: Sequence[str], raw: Any) -> tuple[Value, ...]:
    given = [] if not types else [raw] if len(types) == 1 else raw
    return tuple(_of_engine(type, one) for type, one in zip(types, given, strict=True))


ENGINE = Wasmtime()
