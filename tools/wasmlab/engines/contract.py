"""What an engine can do: the same three Protocols for wasmtime and for every browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from wasmlab.roundtrip import RoundTrip, Value
from wasmlab.signature import Signature

PAGE = 65536
TABLE_ELEMENTS = 10_000_000
"""No table grows beyond this."""


@dataclass(frozen=True)
class Limits:
    """How much one call may use: `seconds` of time, and `memory` in bytes.

    `fuel` is how many instructions, which wasmtime alone counts: the same number on every machine.
    A WASI program may write `output` bytes to its streams, and have `file_count` files and folders
    with `files` bytes in them.
    """

    seconds: float = 10.0
    memory: int = 256 << 20
    output: int = 1 << 20
    files: int = 64 << 20
    file_count: int = 10_000
    fuel: int | None = None


@dataclass(frozen=True)
class Found:
    """An engine on this machine: what is shown by `wasmlab doctor`."""

    version: str
    path: str
    origin: str


class HostMemory(Protocol):
    """The module's memory, as a host function sees it during a call."""

    def read(self, start: int, length: int) -> bytes:
        """Return bytes.

        Raises:
            CallRefused: the range is outside of the memory, or the module shows none.
        """

    def write(self, start: int, data: bytes) -> None:
        """Put bytes; the errors are those of `read`."""


@dataclass(frozen=True)
class Pointer:
    """Says that an argument of a host function, by its place, points into the module's memory.

    `length` is the place of the argument that says how many bytes; without one it is a text that
    ends with a zero.
    """

    argument: int
    length: int | None = None


# What an imported function answers, call by call, the last one staying. Data, not code, so that one and
# the same host runs in Python and in a page. A number is the first result, the others being zero; values
# are all of them, to the bit.
Answers = Sequence[float | tuple[Value, ...]]


@dataclass(frozen=True)
class Host:
    """One imported function: it gives its `answers`, or does what `function` does.

    `function` gets plain numbers and returns one, or a tuple, or None for zeros; where `with_memory`
    is set, it gets a HostMemory before them. What the `pointers` point at is kept with each call.
    """

    answers: Answers = (0,)
    function: Callable[..., Any] | None = None
    with_memory: bool = False
    pointers: tuple[Pointer, ...] = ()


# What is given to a module, by `module.name`. Without an entry a function answers zero, a global is
# zero, a memory is empty and of its least size, a table has only nulls; an imported global takes the
# first of its answers.
Hosts = Mapping[str, Answers | Callable[..., Any] | Host]


@dataclass(frozen=True)
class Program:
    """What a WASI program is given; `files` lie in its one folder, by paths like `data/in.txt`.

    The random numbers that it gets follow from `seed`, so that every engine gives it the same.
    """

    argv: tuple[str, ...] = ("program",)
    stdin: bytes = b""
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    seed: int = 0


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
        """Return bytes of the memory that the module exports, else of the one that it imports.

        Raises:
            CallRefused: there is no memory, or the range is outside of it.
        """

    def write_memory(self, start: int, data: bytes) -> None:
        """Put bytes into the memory; the errors are those of `memory`."""

    def read_global(self, name: str) -> Value:
        """Return the value of an exported global, to the bit.

        Raises:
            CallRefused: there is no such global, or its type does not cross the border.
        """

    def write_global(self, name: str, value: Value) -> None:
        """Change an exported global.

        Raises:
            CallRefused: as `read_global`, or it never changes, or the value is of another type.
        """

    def table_size(self, name: str) -> int:
        """Return how many elements an exported table has.

        Raises:
            CallRefused: there is no such table.
        """

    def call_element(self, table: str, index: int, signature: Signature, args: Sequence[Value]) -> RoundTrip:
        """Call an element of an exported table of functions as one of this type, as C calls a pointer.

        A null, a place outside of the table and a function of another type are traps.

        Raises:
            CallRefused: there is no such table of functions, or the arguments are not of those types.
        """


class Session(Protocol):
    """A started engine: opening modules in it is cheap."""

    name: str
    version: str

    def open(self, wasm: bytes, hosts: Hosts | None = None, program: Program | None = None) -> Instance:
        """Instantiate a module, its imports answered by `hosts`, those of WASI for `program`.

        Raises:
            ModuleUnreadable: the engine refuses the bytes.
            CallRefused: an import is a tag, or a value of it cannot cross the border, or it does not
                fit what is given.
        """

    def probe(self, feature: str) -> bool:
        """Return whether JavaScript has its part of a feature, where it takes one; see `features`."""


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
