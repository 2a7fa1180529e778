"""A round trip as data: one call into Wasm with every crossing back out of it, in order."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["call", "host call", "host return", "return", "trap"]


@dataclass(frozen=True)
class Value:
    """One Wasm value as it crosses: `bits` is the exact pattern, so NaNs and -0.0 compare."""

    type: str
    bits: int

    @classmethod
    def of(cls, type: str, value: float) -> Value:
        """Make the value of a Python number (integers wrap to the type's width)."""
        if type == "f32":
            return cls(type, struct.unpack("<I", struct.pack("<f", value))[0])
        if type == "f64":
            return cls(type, struct.unpack("<Q", struct.pack("<d", value))[0])
        return cls(type, int(value) & ((1 << (64 if type == "i64" else 32)) - 1))

    @property
    def number(self) -> int | float:
        """The value as a Python number; integers are signed, as C and JavaScript show them."""
        if self.type == "f32":
            return float(struct.unpack("<f", struct.pack("<I", self.bits))[0])
        if self.type == "f64":
            return float(struct.unpack("<d", struct.pack("<Q", self.bits))[0])
        width = 64 if self.type == "i64" else 32
        return self.bits - (1 << width) if self.bits >> (width - 1) else self.bits

    def __str__(self) -> str:
        number = self.number
        if isinstance(number, float) and math.isnan(number):
            return f"nan:0x{self.bits:x}"
        return repr(number)

    def to_json(self) -> dict[str, Any]:
        """Return `{type, value}`; i64 and floats as text, which no JSON reader rounds."""
        if self.type == "i32":
            return {"type": self.type, "value": self.number}
        return {"type": self.type, "value": str(self), **self._bits_field()}

    def _bits_field(self) -> dict[str, str]:
        return {"bits": f"0x{self.bits:x}"} if self.type in ("f32", "f64") else {}


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
    """One step over the border between host and Wasm; `depth` 0 is the call itself."""

    kind: Kind
    name: str
    values: tuple[Value, ...]
    depth: int

    @property
    def into_wasm(self) -> bool:
        """Whether this crossing goes from the host into Wasm."""
        return self.kind in ("call", "host return")

    def to_json(self) -> dict[str, Any]:
        """Return the crossing as plain data."""
        direction = "host -> wasm" if self.into_wasm else "wasm -> host"
        values = [value.to_json() for value in self.values]
        return {
            "kind": self.kind,
            "direction": direction,
            "name": self.name,
            "values": values,
            "depth": self.depth,
        }


@dataclass(frozen=True)
class RoundTrip:
    """One call as one engine made it."""

    engine: str
    function: str
    crossings: tuple[Crossing, ...]
    results: tuple[Value, ...]
    trap: Trap | None = None
    seconds: float = 0.0

    @property
    def host_calls(self) -> tuple[Crossing, ...]:
        """The calls that Wasm made to its imports, in order."""
        return tuple(crossing for crossing in self.crossings if crossing.kind == "host call")

    def answer(self) -> dict[str, Any]:
        """Return what every engine must agree on: not the engine's name, words or time."""
        return {
            "function": self.function,
            "crossings": [crossing.to_json() for crossing in self.crossings],
            "results": [value.to_json() for value in self.results],
            "trap": self.trap.kind if self.trap else None,
        }

    def to_json(self) -> dict[str, Any]:
        """Return the answer with the engine's name, its words for a trap and its time."""
        trap = {"kind": self.trap.kind, "message": self.trap.message} if self.trap else None
        return {
            "engine": self.engine,
            **self.answer(),
            "trap": trap,
            "milliseconds": round(self.seconds * 1000, 3),
        }

    def __str__(self) -> str:
        return "\n".join(_drawn(self))


_IN_STACK = re.compile(r"wasm-function\[(\d+)\]:0x([0-9a-f]+)")


def stack_frames(stack: str) -> tuple[StackFrame, ...]:
    """Return the Wasm frames in a JavaScript error's `stack`, as V8 and SpiderMonkey write them."""
    return tuple(StackFrame(int(index), int(offset, 16)) for index, offset in _IN_STACK.findall(stack))


def values_text(values: Iterable[Value]) -> str:
    """Return values as one writes them between parentheses."""
    return ", ".join(str(value) for value in values)


def _drawn(trip: RoundTrip) -> list[str]:
    lines = [f"{trip.engine}"]
    for crossing in trip.crossings:
        lines.append(f"  {'  ' * crossing.depth}{_crossing_line(crossing)}")
    if trip.trap:
        lines.append(f"  trap: {trip.trap.kind}: {trip.trap.message}")
    return lines


def _crossing_line(crossing: Crossing) -> str:
    inside = values_text(crossing.values)
    match crossing.kind:
        case "call":
            return f"JS -> Wasm  {crossing.name}({inside})"
        case "host call":
            return f"Wasm -> JS  {crossing.name}({inside})"
        case "host return":
            return f"JS -> Wasm  {crossing.name} returns {inside or 'nothing'}"
        case "return":
            return f"Wasm -> JS  {crossing.name} returns {inside or 'nothing'}"
        case _:
            return f"Wasm -> JS  {crossing.name} traps"


def disagreement(trips: list[RoundTrip]) -> str:
    """Return a table of where engines differ, or an empty text where all agree."""
    answers = [trip.answer() for trip in trips]
    if all(answer == answers[0] for answer in answers):
        return ""
    rows = [f"{'engine':<10} {'result':<20} {'trap':<26} host calls"]
    for trip in trips:
        calls = "; ".join(f"{c.name}({values_text(c.values)})" for c in trip.host_calls)
        trap = trip.trap.kind if trip.trap else "-"
        rows.append(f"{trip.engine:<10} {values_text(trip.results) or '-':<20} {trap:<26} {calls or '-'}")
    return "\n".join(rows)
