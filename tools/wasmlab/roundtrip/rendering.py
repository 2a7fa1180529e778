"""Round trips of one call in the format that was asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence

from wasmlab.roundtrip.agreement import agree
from wasmlab.roundtrip.mermaid import as_mermaid
from wasmlab.roundtrip.record import RoundTrip
from wasmlab.roundtrip.svg import as_svg
from wasmlab.roundtrip.text import LINES, Pen, as_text


def groups(trips: Sequence[RoundTrip]) -> list[list[RoundTrip]]:
    """Return the trips by their answer: one group where all engines agree."""
    found: list[list[RoundTrip]] = []
    for trip in trips:
        for group in found:
            if agree(group[0], trip):
                group.append(trip)
                break
        else:
            found.append([trip])
    return found


def as_drawing(
    format: str, trips: Sequence[RoundTrip], note: str = "", pen: Pen = LINES, *, times: bool = False
) -> str:
    """Return a drawing of each answer that was given, with the engines that gave it.

    `format` is text, mermaid or svg. An SVG is one picture, so it shows the first answer alone. `note`
    is what there is to say of a trap.
    """
    drawn = []
    for group in groups(trips):
        first, engines = group[0], [trip.engine for trip in group]
        match format:
            case "svg":
                return as_svg(first, engines, note, times=times)
            case "mermaid":
                drawn.append(as_mermaid(first, note=note))
            case _:
                drawn.append(as_text(first, engines, pen, times=times))
    return "\n".join(drawn)


def as_json(trips: Sequence[RoundTrip], explanations: Sequence[object]) -> str:
    """Return all trips as one list; each with its trap's explanation, where that is not None."""
    plain = [
        {**trip.to_json(), **({"explanation": why} if why is not None else {})}
        for trip, why in zip(trips, explanations, strict=True)
    ]
    return json.dumps(plain, indent=2)
