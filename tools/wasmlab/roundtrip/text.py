"""A round trip as text: two lanes, and an arrow between them for each crossing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass

from wasmlab.roundtrip.record import Crossing, Output, RoundTrip
from wasmlab.roundtrip.wording import host_name, label, more, pointed_words, printable, shortened

# A label that is longer is cut: the JSON has all of it.
_LONGEST = 72
_WASM = "WebAssembly"


@dataclass(frozen=True)
class Pen:
    """The characters a drawing is made of: a lane, a line, a broken line, and where they meet."""

    lane: str
    line: str
    broken: str
    left: str
    right: str
    trap: str


LINES = Pen("│", "─", "╌", "├", "┤", "\N{BOX DRAWINGS LIGHT DIAGONAL CROSS}")
ASCII = Pen("|", "-", " -", "|", "|", "x")


def pen_for(encoding: str | None) -> Pen:
    """Return the pen whose characters can be written in `encoding`."""
    try:
        "".join(astuple(LINES)).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return LINES


def as_text(trip: RoundTrip, engines: Sequence[str] = (), pen: Pen = LINES, *, times: bool = False) -> str:
    """Return the round trip as a drawing of two lanes; `engines` are those that gave this answer.

    With `times`, each arrow says when it happened.
    """
    steps = shortened(trip)
    drawn = [step for step in steps if isinstance(step, Crossing)]
    words = [text for step in drawn for text in (_cut(label(step, trip)), *_pointed(step))]
    width = max([24, *map(len, words)]) + 10
    lines = [", ".join(engines) or trip.engine, _heading(host_name(trip), width)]
    for step in steps:
        if isinstance(step, int):
            lines.append(f"    {pen.lane}{more(step).center(width)}{pen.lane}")
        else:
            lines.append(_arrow(step, trip, width, pen) + (_time(step) if times else ""))
            lines += [f"    {pen.lane}{words.center(width)}{pen.lane}" for words in _pointed(step)]
    if trip.trap:
        lines.append(f"  trap: {trip.trap.kind}: {printable(trip.trap.message)}")
    return "\n".join([*lines, *(_said(trip.output) if trip.output else ())])


def _said(output: Output) -> list[str]:
    """Return what a program said, each stream below its name, and how it exited."""
    streams = (("standard output", output.stdout), ("standard error", output.stderr))
    lines = []
    for name, raw in streams:
        if text := raw.decode("utf-8", "replace"):
            lines += [f"  {name}:", *(f"    {printable(line)}" for line in text.splitlines())]
    return [*lines, f"  exit code: {output.code}"] if output.code is not None else lines


def _heading(host: str, width: int) -> str:
    middle = len("    ") + width + 1  # where the right lane is
    return f"  {host}".ljust(middle - len(_WASM) // 2) + _WASM


def _arrow(crossing: Crossing, trip: RoundTrip, width: int, pen: Pen) -> str:
    returns = crossing.kind not in ("call", "host call")
    words = f" {_cut(label(crossing, trip))} "
    shaft = pen.broken if returns else pen.line
    room = width - 1 - len(words)
    before, after = (_shaft(shaft, room // 2), _shaft(shaft, room - room // 2))
    if crossing.into_wasm:
        return f"    {pen.left}{before}{words}{after}>{pen.lane}"
    end = pen.trap if crossing.kind == "trap" else pen.right
    return f"    {pen.lane}<{before}{words}{after}{end}"


def _shaft(piece: str, length: int) -> str:
    return (piece * length)[:length]


def _time(crossing: Crossing) -> str:
    return f"  {crossing.microseconds:>8,.0f} us"


def _pointed(crossing: Crossing) -> list[str]:
    return [_cut(pointed_words(pointed)) for pointed in crossing.memory]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
