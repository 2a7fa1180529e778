"""A round trip as data: one call into Wasm with every crossing back out of it, in order."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

Kind = Literal["call", "host call", "host return", "return", "trap"]


@dataclass(frozen=True)
class Value:
    """One Wasm value as it crosses: `bits` is the exact pattern, so NaNs and -0.0 compare.

    Of a reference, 0 is null; an `externref` n is the host's object number n, and a `funcref` 1 is
    some function.
    """

    type: str
    bits: int

    @classmethod
    def of(cls, type: str, value: float) -> Value:
        """Make the value of a Python number (integers wrap to the type's width)."""
        if type == "f32":
            return cls(type, struct.unpack("<I", struct.pack("<f", value))[0])
        if type == "f64":
            return cls(type, struct.unpack("<Q", struct.pack("<d", value))[0])
        if type.endswith("ref"):
            return cls(type, int(value))
        return cls(type, int(value) & ((1 << (64 if type == "i64" else 32)) - 1))

    @property
    def number(self) -> int | float:
        """The value as a Python number; integers are signed, as C and JavaScript show them."""
        if self.type == "f32":
            return float(struct.unpack("<f", struct.pack("<I", self.bits))[0])
        if self.type == "f64":
            return float(struct.unpack("<d", struct.pack("<Q", self.bits))[0])
        if self.is_reference:
            return self.bits
        width = 64 if self.type == "i64" else 32
        return self.bits - (1 << width) if self.bits >> (width - 1) else self.bits

    def plain_nan(self) -> Value:
        """Return the value with the usual bits where it is a NaN."""
        number = self.number
        return Value.of(self.type, math.nan) if isinstance(number, float) and math.isnan(number) else self

    @property
    def is_reference(self) -> bool:
        """Whether the value is a reference, not a number."""
        return self.type.endswith("ref")

    def __str__(self) -> str:
        if self.is_reference:
            return (
                "null" if not self.bits else "function" if self.type == "funcref" else f"object {self.bits}"
            )
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
            "crossings": [crossing.to_json() for crossing in self.crossings],
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
    steps = [f"  {'  ' * crossing.depth}{_crossing_line(crossing)}" for crossing in trip.crossings]
    if trip.missed:
        steps.insert(-1, f"    ... {trip.missed} more crossings")
    lines = [trip.engine, *steps]
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


# Where such a trap falls depends on an engine's speed and stack, so only the way there can be compared.
_WHEREVER = ("time limit", "call stack exhausted")


def agree(first: RoundTrip, second: RoundTrip) -> bool:
    """Return whether two engines gave the same answer to the same call.

    A NaN agrees with every NaN: which bits arithmetic gives one is left to the engine.
    """
    first, second = _plain(first), _plain(second)
    if first.trap and second.trap and first.trap.kind == second.trap.kind in _WHEREVER:
        pairs = zip(first.crossings[:-1], second.crossings[:-1], strict=False)
        return first.function == second.function and all(one == other for one, other in pairs)
    return first.answer() == second.answer()


def _plain(trip: RoundTrip) -> RoundTrip:
    crossings = tuple(replace(one, values=_plain_values(one.values)) for one in trip.crossings)
    return replace(trip, crossings=crossings, results=_plain_values(trip.results))


def _plain_values(values: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(value.plain_nan() for value in values)


def disagreement(trips: list[RoundTrip]) -> str:
    """Return a table of where engines differ, or an empty text where all agree."""
    if all(agree(trips[0], trip) for trip in trips[1:]):
        return ""
    rows = [("engine", "result", "trap", "host calls"), *(_row(trip) for trip in trips)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _row(trip: RoundTrip) -> tuple[str, str, str, str]:
    calls = [f"{call.name}({values_text(call.values)})" for call in trip.host_calls]
    shown = (
        calls if len(calls) <= _SHOWN else [*calls[:_SHOWN], f"and {len(calls) - _SHOWN + trip.missed} more"]
    )
    trap = trip.trap.kind if trip.trap else "-"
    return trip.engine, values_text(trip.results) or "-", trap, "; ".join(shown) or "-"


_SHOWN = 5
