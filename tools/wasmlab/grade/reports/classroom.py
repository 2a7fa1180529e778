"""GitHub Classroom: one submission's result as base64 of JSON, the value of a step's output."""

from __future__ import annotations

import base64
import json
from typing import Any

from wasmlab.grade.outcome import Batch, Graded
from wasmlab.grade.reports.github import command
from wasmlab.grade.reports.rows import Row, public_rows, said

_STATUS = {"passed": "pass", "failed": "fail", "waits": "fail"}


def document(batch: Batch, graded: Graded) -> dict[str, Any]:
    """Return what is encoded."""
    found = [row for row in public_rows(graded) if row.state != "left-out"]
    status = "pass" if graded.is_good else "error" if graded.outcome in ("error", "not-built") else "fail"
    tests = [_test(row) for row in found]
    if graded.why:
        first = {"name": graded.outcome, "status": status, "message": said(graded), "score": 0}
        tests.insert(0, {**first, "test_code": "", "line_no": 0})
    return {"version": 1, "status": status, "max_score": batch.possible, "tests": tests}


def _test(row: Row) -> dict[str, Any]:
    return {
        "name": row.line,
        "status": _STATUS[row.state],
        "message": row.told or None,
        "test_code": row.check,
        "line_no": 0,
        "score": row.earned,
    }


def render(batch: Batch, graded: Graded) -> str:
    """Return the base64 text alone."""
    return base64.b64encode(json.dumps(document(batch, graded)).encode()).decode("ascii") + "\n"


def notice(batch: Batch, graded: Graded) -> str:
    """Return the workflow command in which Classroom looks for the points."""
    points = json.dumps({"totalPoints": graded.earned, "maxPoints": batch.possible})
    return (
        command("notice", points, title="Autograding complete")
        + "\n"
        + command("notice", points, title="Autograding report")
    )
