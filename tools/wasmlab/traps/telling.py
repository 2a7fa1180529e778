"""Explains the traps of round trips through a module."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wasmlab.errors import WasmlabError
from wasmlab.roundtrip import RoundTrip, Trap, Value
from wasmlab.traps.explanation import Explanation, explain_trap, tells_address
from wasmlab.traps.writing import read_table

_AGAIN = 2.0  # seconds for a call that a browser has ended in less


def explain_trips(
    wasm: bytes, root: Path, trips: Sequence[RoundTrip]
) -> list[tuple[RoundTrip, Explanation | None]]:
    """Return each round trip through the module `wasm` with its trap's explanation, None without one.

    `root` is the folder that the sources lie in. What only wasmtime tells is added to what the browsers say:
    the address of an access out of bounds, and in WebKit the instruction.
    """
    if not any(trip.trap for trip in trips):
        return [(trip, None) for trip in trips]
    told = [trip.trap for trip in trips if trip.trap and _tells_all(trip.trap)]
    traps: list[Trap | None] = []
    for trip in trips:
        trap = trip.trap
        if trap and trap.frames and not _tells_all(trap):
            known = next((other for other in told if _same(other, trap)), None)
            trap = known or _asked_wasmtime(wasm, trip) or trap
        traps.append(trap)
    table = read_table(wasm, root, [frame.offset for trap in traps if trap for frame in trap.frames])
    pairs = zip(trips, traps, strict=True)
    return [(trip, explain_trap(table, trap) if trap else None) for trip, trap in pairs]


def _tells_all(trap: Trap) -> bool:
    """Whether an engine told the instruction, which WebKit does not, and of an access its address."""
    places = any(frame.offset for frame in trap.frames)
    return places and (trap.kind != "memory access out of bounds" or tells_address(trap))


def _same(first: Trap, second: Trap) -> bool:
    """Whether both traps are one: of a kind, in one function, at one instruction where that is told."""
    if first.kind != second.kind or not first.frames or not second.frames:
        return False
    one, other = first.frames[0], second.frames[0]
    return one.index == other.index and (one.offset == other.offset or not one.offset or not other.offset)


def _asked_wasmtime(wasm: bytes, trip: RoundTrip) -> Trap | None:
    """Make the same call in wasmtime, the hosts answering alike; None where it does not end alike."""
    from wasmlab.engines import session
    from wasmlab.engines.contract import Limits

    if trip.output is not None:  # a WASI program: what it was given is not in its round trip
        return None
    answers: dict[str, list[tuple[Value, ...]]] = {}
    for crossing in trip.crossings:
        if crossing.kind == "host return":
            answers.setdefault(crossing.name, []).append(crossing.values)
    try:
        with session("wasmtime", Limits(seconds=_AGAIN)) as started:
            trap = started.open(wasm, answers).call(trip.function, trip.crossings[0].values).trap
    except WasmlabError:
        return None
    return trap if trap and trip.trap and _same(trap, trip.trap) else None


def told(explained: Sequence[tuple[RoundTrip, Explanation | None]]) -> str:
    """Return the explanations as text: once where the engines' are the same, as they should be."""
    texts: dict[str, list[str]] = {}
    for trip, explanation in explained:
        if explanation is not None:
            texts.setdefault(str(explanation), []).append(trip.engine)
    if len(texts) == 1:
        return next(iter(texts))
    return "\n\n".join(f"{', '.join(engines)}:\n{text}" for text, engines in texts.items())
