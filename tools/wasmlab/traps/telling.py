"""Explains the traps of round trips through a module."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wasmlab.roundtrip import RoundTrip
from wasmlab.traps.explanation import Explanation, explain_trap
from wasmlab.traps.writing import read_table


def explain_trips(
    wasm: bytes, root: Path, trips: Sequence[RoundTrip]
) -> list[tuple[RoundTrip, Explanation | None]]:
    """Return each round trip through the module `wasm` with its trap's explanation, None without one.

    `root` is the folder that the sources lie in.
    """
    if not any(trip.trap for trip in trips):
        return [(trip, None) for trip in trips]
    offsets = [frame.offset for trip in trips if trip.trap for frame in trip.trap.frames]
    table = read_table(wasm, root, offsets)
    return [(trip, explain_trap(table, trip.trap) if trip.trap else None) for trip in trips]


def told(explained: Sequence[tuple[RoundTrip, Explanation | None]]) -> str:
    """Return the explanations as text: once where the engines' are the same, as they should be."""
    texts: dict[str, list[str]] = {}
    for trip, explanation in explained:
        if explanation is not None:
            texts.setdefault(str(explanation), []).append(trip.engine)
    if len(texts) == 1:
        return next(iter(texts))
    return "\n\n".join(f"{', '.join(engines)}:\n{text}" for text, engines in texts.items())
