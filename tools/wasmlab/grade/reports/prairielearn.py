"""PrairieLearn's results.json: one submission; what cannot be graded costs the student no attempt."""

from __future__ import annotations

import json
from typing import Any

from wasmlab.grade.outcome import Batch, Graded
from wasmlab.grade.reports.rows import Row, cut, public_rows, said

_UNGRADABLE = ("not-built", "refused", "error")
_WHOLE, _TEST = 64 << 10, 8 << 10  # characters; PrairieLearn takes 1 MB


def render(batch: Batch, graded: Graded) -> str:
    """Return the document that lies at /grade/results/results.json."""
    gradable = graded.outcome not in _UNGRADABLE
    possible = batch.possible
    document: dict[str, Any] = {
        "gradable": gradable,
        "score": round(graded.earned / possible, 6) if gradable and possible else 0,
        "message": graded.why or graded.outcome,
        "output": cut(said(graded), _WHOLE),
        "images": [],
        "tests": [_test(row) for row in public_rows(graded) if row.state != "left-out"] if gradable else [],
    }
    if not gradable:
        document["format_errors"] = [cut(said(graded) or graded.outcome, _TEST)]
    return json.dumps(document, indent=1) + "\n"


def _test(row: Row) -> dict[str, Any]:
    told = f"waits for {row.waits_for}" if row.waits_for else row.told
    return {
        "name": row.line,
        "description": row.check.replace("_", " "),
        "points": round(row.earned, 6),
        "max_points": round(row.possible, 6),
        "message": cut(told, _TEST),
        "output": "",
    }
