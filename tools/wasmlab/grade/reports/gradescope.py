"""Gradescope's results.json: one submission; a hidden check is there for the staff alone."""

from __future__ import annotations

import json
from typing import Any

from wasmlab.grade.outcome import Batch, Graded
from wasmlab.grade.reports.rows import Row, cut, public_rows, rows, said

_LONGEST = 64 << 10


def render(batch: Batch, graded: Graded) -> str:
    """Return the document that lies at /autograder/results/results.json."""
    document = {
        "score": round(graded.earned, 4),
        "execution_time": round(graded.seconds),
        "output": cut(_output(graded), _LONGEST),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(row) for row in _rows(graded) if row.state != "left-out"],
        "extra_data": {
            "outcome": graded.outcome,
            "possible": batch.possible,
            "confinement": graded.confinement or batch.confinement,
        },
    }
    return json.dumps(document, indent=1) + "\n"


def _output(graded: Graded) -> str:
    return "\n".join([said(graded), *graded.notes]).strip()


def _rows(graded: Graded) -> list[Row]:
    """Return a hidden check as the staff sees it, and any other as a student may."""
    pairs = zip(rows(graded), public_rows(graded), strict=True)
    return [row if row.hidden else public for row, public in pairs]


def _test(row: Row) -> dict[str, Any]:
    told = f"waits for {row.waits_for}" if row.state == "waits" else row.told
    return {
        "name": row.line,
        "name_format": "text",
        "number": str(row.number),
        "score": round(row.earned, 4),
        "max_score": round(row.possible, 4),
        "status": "passed" if row.state == "passed" else "failed",
        "output": cut(told, _LONGEST),
        "output_format": "text",
        "visibility": "hidden" if row.hidden else "visible",
    }
