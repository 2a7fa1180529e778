"""The record of a round trip: its crossings, its results, its trap."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
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
class Crossing:
    """One step over the border between host and Wasm; `depth` 0 is the call itself.

    `microseconds` is the time since the call began, by the engine's own clock; it is nobody's answer,
    so crossings that differ in nothing else are equal.
    """

    kind: Kind
    name: str
    values: tuple[Value, ...]
    depth: int
    microseconds: float = field(default=0.0, compare=False)

    @property
    def into_wasm(self) -> bool:
        """Whether this crossing goes from the host into Wasm."""
        return self.kind in ("call", "host return")

    def answer(self) -> dict[str, Any]:
        """Return what every engine must agree on, as plain data: all but the time."""
        direction = "host -> wasm" if self.into_wasm else "wasm -> host"
        values = [value.to_json() for value in self.values]
        return {
            "kind": self.kind,
            "direction": direction,
            "name": self.name,
            "values": values,
            "depth": self.depth,
        }

    def to_json(self) -> dict[str, Any]:
        """Return the crossing as plain data."""
        return {**self.answer(), "microseconds": round(self.microseconds, 1)}


@dataclass(frozen=True)
class RoundTrip:
    """One call as one engine made it.

    `crossings` holds the first `KEPT` of an engine's contract, and the last; `missed` counts those between.
    """

    engine: str
    function: str
    crossings: tuple[Crossing, ...]
    results: tuple[Value, ...]
    trap: Trap | None = None
    seconds: float = 0.0
    missed: int = 0

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
