"""The words of a crossing, the same in every drawing, and which crossings of a long trip are drawn."""

from __future__ import annotations

from wasmlab.roundtrip.record import Crossing, Pointed, RoundTrip
from wasmlab.roundtrip.values import values_text

# A drawing of a long trip keeps so many crossings at its start and at its end.
HEAD = 30
TAIL = 10


def printable(text: str) -> str:
    """Return `text` with what does no printing, or turns the writing round, as `\\u{..}`.

    Names come out of a module, so they may hold whatever moves a terminal's cursor.
    """
    return "".join(char if char.isprintable() else f"\\u{{{ord(char):x}}}" for char in text)


def label(crossing: Crossing, trip: RoundTrip) -> str:
    """Return what stands on a crossing's arrow."""
    inside = values_text(crossing.values)
    match crossing.kind:
        case "call" | "host call":
            return f"{printable(crossing.name)}({inside})"
        case "host return" | "return":
            return f"returns {inside or 'nothing'}"
        case _:
            return f"trap: {trip.trap.kind if trip.trap else 'none'}"


def pointed_words(pointed: Pointed) -> str:
    """Return what memory holds at the place that an argument points at, as C would write it."""
    text = "".join(_as_in_c(byte) for byte in pointed.data)
    more = "" if len(pointed.data) == pointed.length else "..."
    return f'{pointed.length} byte{"" if pointed.length == 1 else "s"} at {pointed.start}: "{text}"{more}'


def _as_in_c(byte: int) -> str:
    plain = {0x0A: "\\n", 0x09: "\\t", 0x22: '\\"', 0x5C: "\\\\"}
    return plain.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}")


def host_name(trip: RoundTrip) -> str:
    """Return what to call the side that is not Wasm: in a browser it is JavaScript."""
    return "host" if trip.engine == "wasmtime" else "JavaScript"


def shortened(trip: RoundTrip, head: int = HEAD, tail: int = TAIL) -> list[Crossing | int]:
    """Return the crossings to draw, in their order; a number stands for so many that are left out."""
    every = list(trip.crossings)
    left = len(every) - head - tail
    if left > 1:
        return [*every[:head], left + trip.missed, *every[-tail:]]
    return [*every[:-1], trip.missed, *every[-1:]] if trip.missed else [*every]


def more(count: int) -> str:
    """Return the words for crossings that are left out."""
    return f"... {count:,} more crossing{'' if count == 1 else 's'} ..."
