"""wasmtime: the engine without a browser, bounded by an epoch deadline and a memory limit."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from importlib.metadata import version
from time import sleep  # a program of Python in this process may have another `time.sleep`

import wasmtime

from wasmlab import wasmfile
from wasmlab.engines.border import needs_parts, refuse_imports
from wasmlab.engines.confined.session import Confined
from wasmlab.engines.contract import Found, Hosts, Instance, Limits, Program
from wasmlab.engines.hosting import answer_imports
from wasmlab.engines.module_parts import read_parts
from wasmlab.engines.vetting import is_harmless
from wasmlab.engines.wasmtime_instance import WasmtimeInstance
from wasmlab.engines.wasmtime_traps import why
from wasmlab.errors import ModuleUnreadable

# How often the epoch moves: a limit is kept to within this.
_TICK = 0.01
TICKS = "wasmtime ticks"
"""The name of the thread that stays."""


@cache
def _version() -> str:
    """Return the wheel's version: to read it takes longer than to start the engine."""
    return version("wasmtime")


class Wasmtime:
    """The engine's entry in the dict."""

    name = "wasmtime"

    def find(self) -> Found:
        """Return the wheel's version; it is a dependency, so it is always there."""
        return Found(_version(), str(wasmtime.__file__), "wasmtime wheel")

    @contextmanager
    def start(self, limits: Limits) -> Iterator[WasmtimeSession]:
        """Start an engine; nothing of it outlives the `with` block."""
        session = WasmtimeSession(limits)
        try:
            yield session
        finally:
            session.close()


class _Ticker:
    """The thread whose ticks end calls that run too long; it stays: to start one costs more than a call."""

    def __init__(self) -> None:
        self._engines: list[wasmtime.Engine] = []
        self._lock = threading.Lock()
        self._wanted = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, engine: wasmtime.Engine) -> None:
        """Let an engine's time move."""
        with self._lock:
            self._engines.append(engine)
            self._wanted.set()
            if self._thread is None or not self._thread.is_alive():  # a fork takes no thread along
                self._thread = threading.Thread(target=self._run, name=TICKS, daemon=True)
                self._thread.start()

    def remove(self, engine: wasmtime.Engine) -> None:
        """Stop it: no tick comes after this."""
        with self._lock:
            if engine in self._engines:
                self._engines.remove(engine)
            if not self._engines:
                self._wanted.clear()

    def _run(self) -> None:
        while self._wanted.wait():
            sleep(_TICK)
            with self._lock:
                for engine in self._engines:
                    engine.increment_epoch()

    def end(self) -> None:
        """Forget all engines: a tick must not meet one that the interpreter is taking apart."""
        with self._lock:
            self._engines.clear()
            self._wanted.clear()


_TICKER = _Ticker()
atexit.register(_TICKER.end)


class WasmtimeSession:
    """One wasmtime Engine whose time moves."""

    name = "wasmtime"

    def __init__(self, limits: Limits, *, confined: bool = False) -> None:
        self._confined = None if confined else Confined(limits)
        self.version = _version()
        self.limits = limits
        config = wasmtime.Config()
        config.epoch_interruption = True
        config.cranelift_nan_canonicalization = True
        config.wasm_exceptions = True
        config.wasm_threads = True
        config.shared_memory = True
        config.consume_fuel = limits.fuel is not None
        config.parallel_compilation = confined  # for what is small, to start threads takes longer
        self.engine = wasmtime.Engine(config)
        self._last: _Known | None = None
        _TICKER.add(self.engine)

    def open(self, wasm: bytes, hosts: Hosts | None = None, program: Program | None = None) -> Instance:
        """Compile and instantiate; see the contract."""
        if self._last is None or self._last.wasm != wasm:
            self._last = _Known(wasm)
        known = self._last
        answer_imports(known.shape, hosts)
        if needs_parts(known.shape):
            refuse_imports(known.shape, read_parts(wasm))
        if self._confined and not known.is_harmless:
            return self._confined.open(wasm, known.shape, hosts, program)
        return WasmtimeInstance(self, wasm, known.shape, known.compiled(self.engine), hosts, program)

    def probe(self, feature: str) -> bool:
        """Return whether JavaScript has its part of a feature: there is none here."""
        return feature != "jspi"

    def close(self) -> None:
        """End the ticks, and the processes of modules that could not be trusted to end."""
        if self._confined:
            self._confined.close()
        _TICKER.remove(self.engine)

    def ticks(self) -> int:
        """Return the time limit in ticks; the current one is already under way."""
        return int(self.limits.seconds / _TICK) + 2


class _Known:
    """The module that was opened last: a lesson's checks open the same one over and over."""

    def __init__(self, wasm: bytes) -> None:
        self.wasm = wasm
        self.shape = wasmfile.read_module(wasm)  # also keeps text away, which wasmtime would take
        self._module: wasmtime.Module | None = None

    @cached_property
    def is_harmless(self) -> bool:
        """Whether it may run in this process."""
        return is_harmless(self.wasm, self.shape)

    def compiled(self, engine: wasmtime.Engine) -> wasmtime.Module:
        """Compile it, once."""
        if self._module is None:
            try:
                self._module = wasmtime.Module(engine, self.wasm)
            except wasmtime.WasmtimeError as error:
                raise ModuleUnreadable(f"not a valid module: {why(error)}", "build it again") from error
        return self._module


ENGINE = Wasmtime()
