"""What an engine can do: the same three Protocols for wasmtime and for every browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from wasmlab.roundtrip import RoundTrip, Value

PAGE = 65536


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
    """A module at work; one call at a time.

    `opening` is the round trip of its instantiation: the host calls of its start function, and the
    trap where that ended in one. Such an instance answers every call with that same trap. After a
    time limit the next call meets a new instance: its memory is as it was at the start.
    """

    @property
    def opening(self) -> RoundTrip:
        """The round trip of the instantiation, under the name `OPENING`."""

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

    def read_global(self, name: str) -> Value:
        """Return the value of an exported global.

        Raises:
            CallRefused: there is no such global, or its type does not cross the border.
        """


class Session(Protocol):
    """A started engine: opening modules in it is cheap."""

    name: str
    version: str

    def open(self, wasm: bytes, hosts: Hosts | None = None) -> Instance:
        """Instantiate a module, its imports answered by `hosts`.

        Raises:
            ModuleUnreadable: the engine refuses the bytes.
            CallRefused: an import is not a function, or a value of it cannot cross the border.
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


# The name of the round trip that an instantiation makes.
OPENING = "(start)"

# A round trip keeps so many host crossings; those after them are only counted.
KEPT = 10_000
