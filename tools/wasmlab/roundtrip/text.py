"""A round trip as text: one line a crossing, deeper ones further in."""

from __future__ import annotations

from wasmlab.roundtrip.record import Crossing, RoundTrip
from wasmlab.roundtrip.values import values_text


def as_text(trip: RoundTrip) -> str:
    """Return the round trip as one writes it down by hand."""
    steps = [f"  {'  ' * crossing.depth}{_crossing_line(crossing)}" for crossing in trip.crossings]
    if trip.missed:
        steps.insert(-1, f"    ... {trip.missed} more crossings")
    lines = [trip.engine, *steps]
    if trip.trap:
        lines.append(f"  trap: {trip.trap.kind}: {trip.trap.message}")
    return "\n".join(lines)


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
