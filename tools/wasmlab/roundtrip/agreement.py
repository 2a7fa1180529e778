"""What every engine must agree on, and the table of where they do not."""

from __future__ import annotations

from dataclasses import replace

from wasmlab.roundtrip.record import RoundTrip
from wasmlab.roundtrip.values import Value, values_text

# So many host calls are shown in a cell of the table.
_SHOWN = 5

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
