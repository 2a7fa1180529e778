"""The record of a round trip: its crossings, its results, its trap."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Literal

from wasmlab.roundtrip.values import Value

Kind = Literal["call", "host call", "host return", "return", "trap"]


@dataclass(frozen=True)
class StackFrame:
    """One Wasm function that was running: its `index`, and the `offset` in the module's bytes."""

    index: int
    offset: int


@dataclass(frozen=True)
class Trap:
    """Why Wasm stopped: `kind` is the same word in every engine, `message` the engine's own.

    `frames` are the Wasm functions that were running, the innermost first.
    """

    kind: str
    message: str
    frames: tuple[StackFrame, ...] = ()


@dataclass(frozen=True)
class Pointed:
    """What an argument points at: `length` bytes of memory at `start`, of which `data` are the first."""

    start: int
    length: int
    data: bytes

    def to_json(self) -> dict[str, Any]:
        """Return the place, and its bytes in hexadecimal."""
        return {"start": self.start, "length": self.length, "bytes": self.data.hex()}


@dataclass(frozen=True)
class Crossing:
    """One step over the border between host and Wasm; `depth` 0 is the call itself.

    `microseconds` is the time since the call began, by the engine's own clock; it is nobody's answer,
    so crossings that differ in nothing else are equal. `memory` is what the arguments of a host call
    point at, where a rule says that they do.
    """

    kind: Kind
    name: str
    values: tuple[Value, ...]
    depth: int
    microseconds: float = field(default=0.0, compare=False)
    memory: tuple[Pointed, ...] = ()

    @property
    def into_wasm(self) -> bool:
        """Whether this crossing goes from the host into Wasm."""
        return self.kind in ("call", "host return")

    def answer(self) -> dict[str, Any]:
        """Return what every engine must agree on, as plain data: all but the time."""
        direction = "host -> wasm" if self.into_wasm else "wasm -> host"
        values = [value.to_json() for value in self.values]
        memory = [pointed.to_json() for pointed in self.memory]
        return {
            "kind": self.kind,
            "direction": direction,
            "name": self.name,
            "values": values,
            "depth": self.depth,
            **({"memory": memory} if memory else {}),
        }

    def to_json(self) -> dict[str, Any]:
        """Return the crossing as plain data."""
        return {**self.answer(), "microseconds": round(self.microseconds, 1)}


@dataclass(frozen=True)
class Output:
    """What a WASI program said and left: `code` is its exit code, None where it did not exit by itself.

    `files` are all files under its one folder, by their paths in it.
    """

    stdout: bytes = b""
    stderr: bytes = b""
    code: int | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the output as plain data; of a file, only how large it is and its SHA-256."""
        return {
            "stdout": self.stdout.decode("utf-8", "replace"),
            "stderr": self.stderr.decode("utf-8", "replace"),
            "code": self.code,
            "files": {
                name: {"size": len(data), "sha256": sha256(data).hexdigest()}
                for name, data in sorted(self.files.items())
            },
        }


@dataclass(frozen=True)
class RoundTrip:
    """One call as one engine made it.

    `crossings` holds the first `KEPT` of an engine's contract, and the last; `missed` counts those between.
    `memory_hash` is that of the exported memory after the call; empty where there is none, and
    after a time limit. `output` is there for modules that import WASI.
    """

    engine: str
    function: str
    crossings: tuple[Crossing, ...]
    results: tuple[Value, ...]
    trap: Trap | None = None
    seconds: float = 0.0
    missed: int = 0
    memory_hash: str = ""
    output: Output | None = None

    @property
    def result(self) -> int | float | tuple[int | float, ...] | None:
        """The result as Python has it: a number, None, or a tuple of several."""
        numbers = tuple(value.number for value in self.results)
        return numbers if len(numbers) > 1 else numbers[0] if numbers else None

    @property
    def host_calls(self) -> tuple[Crossing, ...]:
        """The calls that Wasm made to its imports, in order."""
        return tuple(crossing for crossing in self.crossings if crossing.kind == "host call")

    def answer(self) -> dict[str, Any]:
        """Return what every engine must agree on: not the engine's name, words or time."""
        return {
            "function": self.function,
            "crossings": [crossing.answer() for crossing in self.crossings],
            "results": [value.to_json() for value in self.results],
            "trap": self.trap.kind if self.trap else None,
            "missed": self.missed,
            "memory_hash": self.memory_hash,
            **({"output": self.output.to_json()} if self.output else {}),
        }

    def to_json(self) -> dict[str, Any]:
        """Return the answer with the engine's name, its words for a trap and its time."""
        trap = {"kind": self.trap.kind, "message": self.trap.message} if self.trap else None
        return {
            "engine": self.engine,
            **self.answer(),
            "crossings": [crossing.to_json() for crossing in self.crossings],
            "trap": trap,
            "milliseconds": round(self.seconds * 1000, 3),
        }

    def __str__(self) -> str:
        from wasmlab.roundtrip.text import as_text

        return as_text(self)


_IN_STACK = re.compile(r"wasm-function\[(\d+)\]:0x([0-9a-f]+)")


def stack_frames(stack: str) -> tuple[StackFrame, ...]:
    """Return the Wasm frames in a JavaScript error's `stack`, as V8 and SpiderMonkey write them."""
    return tuple(StackFrame(int(index), int(offset, 16)) for index, offset in _IN_STACK.findall(stack))
