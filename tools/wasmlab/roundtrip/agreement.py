"""What every engine must agree on, and the table of where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from wasmlab.roundtrip.record import Crossing, RoundTrip
from wasmlab.roundtrip.values import Value, values_text
from wasmlab.roundtrip.wording import label, printable

# So many host calls are shown in a cell of the table, so many characters of it, and of a hash.
_SHOWN = 5
_WIDEST = 60
_DIGITS = 8

# Where such a trap falls depends on an engine's speed and stack, so only the way there can be compared.
_WHEREVER = ("time limit", "call stack exhausted")


def agree(first: RoundTrip, second: RoundTrip) -> bool:
    """Return whether two engines gave the same answer to the same call.

    A NaN agrees with every NaN: which bits arithmetic gives one is left to the engine. A memory of which
    nothing is known agrees with every memory.
    """
    return not differences(first, second)


def differences(first: RoundTrip, second: RoundTrip) -> list[str]:
    """Return in what two round trips of one call differ, as words: nothing where they agree."""
    first, second = _plain(first), _plain(second)
    if _ended_wherever(first, second):
        pairs = zip(first.crossings[:-1], second.crossings[:-1], strict=False)
        return [] if all(one == other for one, other in pairs) else ["host calls"]
    parts = {
        "function": (first.function, second.function),
        "result": (first.results, second.results),
        "trap": (_trap(first), _trap(second)),
        "host calls": (_between(first), _between(second)),
        "memory": (first.memory_hash or second.memory_hash, second.memory_hash or first.memory_hash),
        "output": (first.output and first.output.to_json(), second.output and second.output.to_json()),
    }
    return [name for name, (one, other) in parts.items() if one != other]


def _ended_wherever(first: RoundTrip, second: RoundTrip) -> bool:
    return first.function == second.function and _trap(first) == _trap(second) and _trap(first) in _WHEREVER


def _trap(trip: RoundTrip) -> str:
    return trip.trap.kind if trip.trap else ""


def _between(trip: RoundTrip) -> tuple[list[Crossing], int]:
    """Return the crossings without the end, which the result and the trap tell."""
    return [each for each in trip.crossings if each.kind not in ("return", "trap")], trip.missed


def _plain(trip: RoundTrip) -> RoundTrip:
    crossings = tuple(replace(one, values=_plain_values(one.values)) for one in trip.crossings)
    return replace(trip, crossings=crossings, results=_plain_values(trip.results))


def _plain_values(values: tuple[Value, ...]) -> tuple[Value, ...]:
    return tuple(value.plain_nan() for value in values)


def disagreement(trips: Sequence[RoundTrip]) -> str:
    """Return a table of where engines differ, or an empty text where all agree."""
    if all(agree(trips[0], trip) for trip in trips[1:]):
        return ""
    return parity_table(trips)


def parity_table(trips: Sequence[RoundTrip]) -> str:
    """Return a table of what each engine answered, and below it in what each differs from the first."""
    rows = [_HEADINGS, *(_row(trip) for trip in trips)]
    used = [place for place, cells in enumerate(zip(*rows, strict=True)) if set(cells[1:]) != {""}]
    widths = [max(len(row[place]) for row in rows) for place in used]
    lines = [
        "  ".join(row[place].ljust(width) for place, width in zip(used, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([*lines, *_verdicts(trips)])


def _verdicts(trips: Sequence[RoundTrip]) -> list[str]:
    first = trips[0]
    found = [(trip.engine, _told(first, trip)) for trip in trips[1:]]
    told = [f"{engine} differs from {first.engine}: {', '.join(words)}" for engine, words in found if words]
    return told or ([f"the same in all {len(trips)}"] if len(trips) > 1 else [])


def _told(first: RoundTrip, second: RoundTrip) -> list[str]:
    told = differences(first, second)
    return [*told, _where(first, second)] if "host calls" in told else told


def _where(first: RoundTrip, second: RoundTrip) -> str:
    """Return the first crossing that is not the same in both."""
    pairs = zip_longest(_plain(first).crossings, _plain(second).crossings)
    for number, (one, other) in enumerate(pairs, 1):
        if one != other:
            words = [label(each, trip) if each else "none" for each, trip in ((other, second), (one, first))]
            return f"crossing {number} is {_cut(words[0])}, not {_cut(words[1])}"
    return "in the number of crossings"


_HEADINGS = ("engine", "result", "trap", "host calls", "memory", "output", "ms")


def _row(trip: RoundTrip) -> tuple[str, ...]:
    calls = [f"{printable(call.name)}({values_text(call.values)})" for call in trip.host_calls]
    if len(calls) > _SHOWN:
        calls = [*calls[:_SHOWN], f"and {len(calls) - _SHOWN + trip.missed // 2} more"]
    said = trip.output.stdout.decode("utf-8", "replace") if trip.output else ""
    return (
        trip.engine,
        _cut(values_text(trip.results)) or "-",
        _trap(trip) or "-",
        _cut("; ".join(calls)) or "-",
        trip.memory_hash[:_DIGITS],
        _cut(printable(said)),
        f"{trip.seconds * 1000:.2f}",
    )


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 3]}..."
