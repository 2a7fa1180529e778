"""What an engine can do: the same three Protocols for wasmtime and for every browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from wasmlab.errors import CallRefused
from wasmlab.names import did_you_mean
from wasmlab.roundtrip import RoundTrip, Value
from wasmlab.signature import Signature
from wasmlab.wasmfile import Import, Module


@dataclass(frozen=True)
class Limits:
    """How much one call may use: `seconds` of time, and `memory` in bytes."""

    seconds: float = 10.0
    memory: int = 256 << 20


@dataclass(frozen=True)
class Found:
    """An engine on this machine: what is shown by `wasmlab doctor`."""

    version: str
    path: str
    origin: str


# What an imported function answers, by its `module.name`: a list of values is used up one a
# call, the last one staying; without an entry the answer is zero. Data, not code, so that one
# and the same host runs in Python and in a page.
Hosts = Mapping[str, Sequence[float]]


class Instance(Protocol):
    """An instantiated module; one call at a time."""

    def call(self, name: str, args: Sequence[Value]) -> RoundTrip:
        """Call an export and record every crossing; a trap is in the round trip, not raised.

        Raises:
            CallRefused: the name or the arguments do not fit. A time limit is a trap.
        """

    def memory(self, start: int, length: int) -> bytes:
        """Return bytes of the exported memory.

        Raises:
            CallRefused: there is no memory, or the range is outside of it.
        """


class Session(Protocol):
    """A started engine: opening modules in it is cheap."""

    name: str
    version: str

    def open(self, wasm: bytes, hosts: Hosts | None = None) -> Instance:
        """Instantiate a module, its imports answered by `hosts`.

        Raises:
            ModuleUnreadable: the engine refuses the bytes.
            CallRefused: an import is not a function.
        """


class Engine(Protocol):
    """One kind of engine."""

    name: str

    def find(self) -> Found:
        """Return where it is.

        Raises:
            ToolMissing: it is not on this machine; the hint is the command that gets it.
        """

    def start(self, limits: Limits) -> AbstractContextManager[Session]:
        """Start it for the length of a `with` block; nothing of it outlives the block."""


def signature_of(module: Module, name: str) -> Signature:
    """Return the type of the exported function `name`.

    Raises:
        CallRefused: nothing of that name is exported, or it is not a function.
    """
    export = module.export(name)
    functions = [e.name for e in module.exports if e.kind == "func"]
    if export is None:
        raise CallRefused(f"the module exports no {name!r}", did_you_mean(name, functions))
    if export.kind != "func" or export.signature is None:
        raise CallRefused(f"{name!r} is a {export.kind}, not a function", did_you_mean(name, functions))
    return export.signature


def read_arguments(signature: Signature, texts: Sequence[str]) -> tuple[Value, ...]:
    """Turn words from a command line into values of the signature's types.

    Raises:
        CallRefused: too many or too few, or one is not a number of its type.
    """
    wanted = signature.params
    if len(texts) != len(wanted):
        raise CallRefused(
            f"{len(texts)} arguments given, {len(wanted)} wanted", f"the function is {signature}"
        )
    return tuple(_value(type, text) for type, text in zip(wanted, texts, strict=True))


def _value(type: str, text: str) -> Value:
    try:
        number = float(text) if type in ("f32", "f64") else int(text, 0)
    except ValueError as error:
        raise CallRefused(f"{text!r} is not a number of type {type}", "write it like 12 or 1.5") from error
    width = {"i32": 32, "i64": 64}.get(type)
    if width and not -(1 << (width - 1)) <= number < (1 << width):
        raise CallRefused(f"{text} does not fit into {width} bits", "write a smaller number")
    return Value.of(type, number)


def host_answers(imports: Sequence[Import], hosts: Hosts | None) -> dict[str, list[Value]]:
    """Return for each imported function the values that it answers in turn.

    Raises:
        CallRefused: the module needs an import that is not a function.
    """
    answers: dict[str, list[Value]] = {}
    for needed in imports:
        if needed.kind != "func" or needed.signature is None:
            raise CallRefused(
                f"the module imports the {needed.kind} {needed.full_name!r}", "only functions are given to it"
            )
        results = needed.signature.results
        given = (hosts or {}).get(needed.full_name) or [0]
        answers[needed.full_name] = [Value.of(results[0], number) for number in given] if results else []
    return answers
