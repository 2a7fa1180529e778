"""A round trip as a Mermaid sequence diagram, for a Markdown page."""

from __future__ import annotations

from wasmlab.roundtrip.record import Crossing, RoundTrip
from wasmlab.roundtrip.wording import host_name, label, more, pointed_words, shortened

_ARROWS = {"call": "->>", "host call": "->>", "host return": "-->>", "return": "-->>", "trap": "--x"}


def as_mermaid(trip: RoundTrip, host: str = "", note: str = "") -> str:
    """Return the diagram's text; `host` names the side that is not Wasm, `note` stands below."""
    lines = [
        "sequenceDiagram",
        f"  participant JS as {_safe(host or host_name(trip))}",
        "  participant W as WebAssembly",
    ]
    for step in shortened(trip):
        if isinstance(step, int):
            lines.append(f"  Note over JS,W: {more(step)}")
        else:
            lines.append(f"  {_arrow(step)}: {_safe(label(step, trip))}")
            lines += [f"  Note left of W: {_safe(pointed_words(pointed))}" for pointed in step.memory]
    if note:
        lines.append(f"  Note over JS,W: {_safe(note)}")
    return "\n".join(lines)


def _arrow(crossing: Crossing) -> str:
    start, end = ("JS", "W") if crossing.into_wasm else ("W", "JS")
    return f"{start}{_ARROWS[crossing.kind]}{end}"


def _safe(text: str) -> str:
    """Return `text` with everything that Mermaid or HTML could read as their own written by its number."""
    return "".join(char if char.isalnum() or char in " _.,()+-:/'=*" else f"#{ord(char)};" for char in text)
