"""wasmtime: the engine without a browser, bounded by an epoch deadline and a memory limit."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import wasmtime

from wasmlab import wasmfile
from wasmlab.engines.contract import Found, Hosts, Limits, host_answers, signature_of
from wasmlab.errors import CallRefused, ModuleUnreadable
from wasmlab.roundtrip import Crossing, RoundTrip, StackFrame, Trap, Value

_TRAPS = {
    "UNREACHABLE": "unreachable",
    "MEMORY_OUT_OF_BOUNDS": "memory access out of bounds",
    "TABLE_OUT_OF_BOUNDS": "table access out of bounds",
    "INDIRECT_CALL_TO_NULL": "indirect call to null",
    "BAD_SIGNATURE": "indirect call type mismatch",
    "INTEGER_OVERFLOW": "integer overflow",
    "INTEGER_DIVISION_BY_ZERO": "integer division by zero",
    "BAD_CONVERSION_TO_INTEGER": "invalid conversion to integer",
    "STACK_OVERFLOW": "call stack exhausted",
    "INTERRUPT": "time limit",
}


class Wasmtime:
    """The engine's entry in the dict."""

    name = "wasmtime"

    def find(self) -> Found:
        """Return the wheel's version; it is a dependency, so it is always there."""
        return Found(version("wasmtime"), str(wasmtime.__file__), "wasmtime wheel")

    @contextmanager
    def start(self, limits: Limits) -> Iterator[WasmtimeSession]:
        """Start an engine; nothing of it outlives the `with` block."""
        yield WasmtimeSession(limits)


class WasmtimeSession:
    """One wasmtime Engine."""

    name = "wasmtime"

    def __init__(self, limits: Limits) -> None:
        self.version = version("wasmtime")
        self.limits = limits
        config = wasmtime.Config()
        config.epoch_interruption = True
        config.cranelift_nan_canonicalization = True
        self.engine = wasmtime.Engine(config)

    def open(self, wasm: bytes, hosts: Hosts | None = None) -> WasmtimeInstance:
        """Compile and instantiate.

        Raises:
            ModuleUnreadable: wasmtime refuses the bytes.
            CallRefused: the module imports something that is not a function.
        """
        shape = wasmfile.read_module(wasm)  # also keeps text away, which wasmtime would take
        try:
            module = wasmtime.Module(self.engine, wasm)
        except wasmtime.WasmtimeError as error:
            raise ModuleUnreadable(f"not a valid module: {_first(error)}", "build it again") from error
        return WasmtimeInstance(self, wasm, shape, module, hosts)


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
        self.crossings: list[Crossing] = []
        self.depth = 0
        self.store = wasmtime.Store(session.engine)
        self.store.set_limits(memory_size=session.limits.memory)
        answers = host_answers(shape.imports, hosts)
        functions = [
            wasmtime.Func(self.store, extern.type, self._host(needed, answers[needed.full_name]))
            for extern, needed in zip(module.imports, shape.imports, strict=True)
            if isinstance(extern.type, wasmtime.FuncType)
        ]
        with self._deadline():
            self.instance = wasmtime.Instance(self.store, module, functions)

    def call(self, name: str, args: Sequence[Value]) -> RoundTrip:
        """Call the export `name`; see the contract."""
        signature = signature_of(self.shape, name)
        self.crossings, self.depth = [Crossing("call", name, tuple(args), 0)], 0
        function: Any = self.instance.exports(self.store)[name]
        trap = None
        results: tuple[Value, ...] = ()
        start = time.perf_counter()
        try:
            with self._deadline():
                raw = function(self.store, *(value.number for value in args))
            results = _values(signature.results, raw)
            self.crossings.append(Crossing("return", name, results, 0))
        except wasmtime.Trap as error:
            code = error.trap_code.name if error.trap_code else ""
            trap = Trap(_TRAPS.get(code, "trap"), _first(error), _frames(error, self.wasm))
            self.crossings.append(Crossing("trap", name, (), 0))
        seconds = time.perf_counter() - start
        return RoundTrip("wasmtime", name, tuple(self.crossings), results, trap, seconds)

    def memory(self, start: int, length: int) -> bytes:
        """Read the exported memory; see the contract."""
        memory = self.instance.exports(self.store).get("memory")
        if not isinstance(memory, wasmtime.Memory):
            raise CallRefused("the module exports no memory", "add --export-memory to link_flags")
        if start < 0 or start + length > memory.data_len(self.store):
            raise CallRefused(f"bytes {start} to {start + length} are outside the memory", "read less")
        return bytes(memory.read(self.store, start, start + length))

    def _host(self, needed: wasmfile.Import, answers: list[Value]) -> Callable[..., Any]:
        params = needed.signature.params if needed.signature else ()

        def host(*raw: float) -> int | float | None:
            self.depth += 1
            values = tuple(Value.of(type, number) for type, number in zip(params, raw, strict=True))
            self.crossings.append(Crossing("host call", needed.full_name, values, self.depth))
            answer = answers.pop(0) if len(answers) > 1 else (answers[0] if answers else None)
            given = (answer,) if answer is not None else ()
            self.crossings.append(Crossing("host return", needed.full_name, given, self.depth))
            self.depth -= 1
            return None if answer is None else answer.number

        return host

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        self.store.set_epoch_deadline(1)
        timer = threading.Timer(self.session.limits.seconds, self.session.engine.increment_epoch)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _values(types: Sequence[str], raw: Any) -> tuple[Value, ...]:
    numbers = [] if not types else [raw] if len(types) == 1 else raw
    return tuple(Value.of(type, number) for type, number in zip(types, numbers, strict=True))


def _frames(trap: wasmtime.Trap, wasm: bytes) -> tuple[StackFrame, ...]:
    """Return the innermost frames; a recursion without end has tens of thousands."""
    frames = [(frame.func_index, frame.module_offset or 0) for frame in trap.frames[:64]]
    return tuple(
        StackFrame(index, offset if depth else _behind_branch(wasm, offset))
        for depth, (index, offset) in enumerate(frames)
    )


def _behind_branch(wasm: bytes, offset: int) -> int:
    """Return where the browsers see a trap: wasmtime names the `br_if` around an `unreachable`."""
    end = offset + 1
    if wasm[offset : offset + 1] != b"\x0d":
        return offset
    while wasm[end : end + 1] >= b"\x80":
        end += 1
    return end + 1 if wasm[end + 1 : end + 2] == b"\0" else offset


def _first(error: Exception) -> str:
    """Return the lines that say why: the trap's name and, where one is known, the address."""
    lines = [re.sub(r"^\d+: ", "", line.strip()) for line in str(error).splitlines() if line.strip()]
    told = [line for line in reversed(lines) if "wasm trap" in line or "memory fault" in line]
    return "; ".join(told) or (lines[0] if lines else "")


ENGINE = Wasmtime()
