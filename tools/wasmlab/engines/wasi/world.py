"""What a program finds around it: its arguments, streams, files, clocks, and its end."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from wasmlab.engines.contract import Limits, Program
from wasmlab.engines.trap_kinds import OUTPUT, TIME
from wasmlab.engines.wasi import errno
from wasmlab.engines.wasi.errno import Errno
from wasmlab.engines.wasi.files import CHARACTERS, File, Folder, Open, Stream, Tree
from wasmlab.errors import CallRefused
from wasmlab.roundtrip import Output, Trap

_DESCRIPTORS = 1024


class Memory(Protocol):
    """The program's memory; a range outside of it is a CallRefused."""

    def read(self, start: int, length: int) -> bytes:
        """Return bytes."""

    def write(self, start: int, data: bytes) -> None:
        """Put bytes."""


class Exit(Exception):
    """The program has ended itself."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.code = code


class Stopped(Exception):
    """The program has been stopped: it wrote too much, or wanted to sleep beyond its time."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.trap = Trap(kind, message)


Function = Callable[..., int]


class World:
    """One program's surroundings; `functions` are WASI's, by name, each given the memory first."""

    def __init__(self, program: Program, limits: Limits, left: Callable[[], float]) -> None:
        from wasmlab.engines.wasi.calls import bound

        self.program = program
        self.limits = limits
        self.left = left
        """How many seconds the call under way still has."""
        self.tree = Tree(program.files, limits.files, limits.file_count)
        root = Open(self.tree.root, preopened="/")
        streams = (bytearray(program.stdin), bytearray(), bytearray())
        self.streams = [Stream(number, data) for number, data in enumerate(streams)]
        self.open: dict[int, Open | Stream] = {**dict(enumerate(self.streams)), 3: root}
        self.code: int | None = None
        self._random = (program.seed ^ 0x9E3779B9) & 0xFFFFFFFF or 1
        self._began = time.monotonic_ns()
        self.functions: dict[str, Function] = bound(self)

    def begin(self) -> None:
        """Begin a call: what is printed from now on is its own."""
        self.code = None
        for stream in self.streams[1:]:
            stream.data.clear()

    def call(self, name: str, memory: Memory, args: Sequence[int]) -> int:
        """Do what the function `name` does, and return its errno."""
        try:
            return self.functions[name](memory, *args) or errno.SUCCESS
        except Errno as error:
            return error.number
        except CallRefused:
            return errno.FAULT

    def output(self) -> Output:
        """Return what the program has said and left so far."""
        _, out, err = self.streams
        return Output(bytes(out.data), bytes(err.data), self.code, self.tree.files())

    def descriptor(self, number: int) -> Open | Stream:
        """Return what is open under `number`."""
        found = self.open.get(number)
        if found is None:
            raise Errno(errno.BADF)
        return found

    def opened(self, number: int) -> Open:
        """Return the file or folder that is open under `number`."""
        found = self.descriptor(number)
        if isinstance(found, Stream):
            raise Errno(errno.BADF)
        return found

    def add(self, opened: Open) -> int:
        """Give the lowest free number to what has been opened."""
        number = next((n for n in range(_DESCRIPTORS) if n not in self.open), None)
        if number is None:
            raise Errno(errno.NOSPC)
        self.open[number] = opened
        return number

    def say(self, stream: Stream, data: bytes) -> None:
        """Write to a stream.

        Raises:
            Stopped: the two streams together would be longer than they may.
        """
        room = self.limits.output - sum(len(one.data) for one in self.streams[1:])
        stream.data.extend(data[:room])
        if len(data) > room:
            raise Stopped(OUTPUT, f"it wrote more than {self.limits.output} bytes")

    def random(self, length: int) -> bytes:
        """Return the next bytes of a sequence that is the same in every run (Marsaglia's xorshift)."""
        made = bytearray()
        state = self._random
        for _ in range(length):
            state ^= (state << 13) & 0xFFFFFFFF
            state ^= state >> 17
            state ^= (state << 5) & 0xFFFFFFFF
            made.append(state & 0xFF)
        self._random = state
        return bytes(made)

    def now(self, clock: int) -> int:
        """Return nanoseconds: of the calendar, or since the start.

        Raises:
            Errno: there is no such clock.
        """
        if clock == 0:
            return time.time_ns()
        if clock > 3:
            raise Errno(errno.INVAL)
        return time.monotonic_ns() - self._began

    def sleep(self, nanoseconds: int) -> None:
        """Wait.

        Raises:
            Stopped: the program's time is over before.
        """
        left = self.left()
        time.sleep(max(0.0, min(nanoseconds / 1e9, left)))
        if nanoseconds / 1e9 >= left:
            raise Stopped(TIME, f"still asleep after {self.limits.seconds:g} s")


def file_status(size: int, inode: int, type: int) -> bytes:
    """Return WASI's `filestat`: nothing here has a time of day."""
    return struct.pack("<QQB7xQQQQQ", 0, inode, type, 1, size, 0, 0, 0)


def stream_type(opened: Open | Stream) -> int:
    """Return WASI's number for the kind of a descriptor."""
    return CHARACTERS if isinstance(opened, Stream) else opened.node.type


def node_status(node: File | Folder | None) -> bytes:
    """Return the `filestat` of a file or a folder, and without one that of a stream."""
    if node is None:
        return file_status(0, 0, 2)
    size = len(node.data) if isinstance(node, File) else 0
    return file_status(size, node.inode, node.type)
