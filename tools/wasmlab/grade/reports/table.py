"""CSV: one row a submission, for a spreadsheet; no cell of it is a formula."""

from __future__ import annotations

import csv
import io

from wasmlab.grade.outcome import Batch, Graded, as_text

_COLUMNS = ("name", "outcome", "earned", "possible", "why", "same_as", "seconds", "digest")


def render(batch: Batch) -> str:
    """Return the table, with one column more for each check: its points."""
    checks = list(dict.fromkeys(score.check for graded in batch.graded for score in graded.scores))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_COLUMNS, *(check.removeprefix("test_") for check in checks)])
    for graded in batch.graded:
        writer.writerow([_harmless(cell) for cell in _cells(graded, batch, checks)])
    return out.getvalue()


def _cells(graded: Graded, batch: Batch, checks: list[str]) -> list[str]:
    points = dict.fromkeys(checks, 0.0)
    for score in graded.scores:
        points[score.check] += score.earned
    facts = [graded.name, graded.outcome, as_text(graded.earned), as_text(batch.possible), graded.why]
    rest = [graded.same_as, f"{graded.seconds:.3f}", graded.digest]
    return [*facts, *rest, *(as_text(points[check]) for check in checks)]


def _harmless(text: str) -> str:
    """A spreadsheet takes a cell that begins so for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
