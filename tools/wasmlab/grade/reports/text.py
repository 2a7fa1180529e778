"""The report that a terminal shows: a line a submission, and below it what did not pass."""

from __future__ import annotations

from wasmlab.checks.verdicts import lines_of
from wasmlab.grade.outcome import Batch, Graded, as_text


def render(batch: Batch) -> str:
    """Return the report; a single submission is shown with all its verdicts."""
    lines = [line for one in batch.graded for line in _lines(one, batch, alone=len(batch.graded) == 1)]
    return "\n".join([*lines, *_closing(batch)])


def _lines(graded: Graded, batch: Batch, *, alone: bool) -> list[str]:
    points = f"{as_text(graded.earned, 2)} of {as_text(batch.possible, 2)}"
    same = f"  the same files as {graded.same_as}" if graded.same_as else ""
    lines = [f"{graded.outcome:<10}  {points:>10}  {graded.name}{same}"]
    if graded.why:
        lines.append(f"{'':24}{graded.why}")
    if alone:
        lines += [f"{'':24}{line}" for line in graded.log.splitlines()]
        lines += [line for verdict in graded.verdicts for line in lines_of(verdict)]
        lines += [f"{'':24}{note}" for note in graded.notes]
    return lines


def _closing(batch: Batch) -> list[str]:
    counts = ", ".join(f"{number} {word}" for word, number in batch.counts.items() if number)
    lines = [f"{len(batch.graded)} graded: {counts or 'nothing'}"]
    if batch.left_out:
        count = len(batch.left_out)
        left = "1 check was" if count == 1 else f"{count} checks were"
        lines.append(f"{left} left out: a page needs a browser: --engine chromium")
    weak = "" if batch.confined else " (it can read what you can)"
    lines.append(f"compiler: {batch.confinement}{weak}")
    if not batch.complete:
        lines.append("stopped before all were graded: --resume goes on")
    return lines
