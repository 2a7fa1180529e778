"""Exercism's results.json, version 3: one submission, its checks in their order."""

from __future__ import annotations

import json
from typing import Any

from wasmlab.grade.outcome import Batch, Graded
from wasmlab.grade.reports.rows import Row, cut, never_ran, public_rows, said

_MESSAGE, _OUTPUT = 60_000, 500


def render(batch: Batch, graded: Graded) -> str:
    """Return the document; what does not build, or was refused, is an error and has no tests."""
    document: dict[str, Any] = {"version": 3, "status": _status(graded)}
    if document["status"] == "error":
        document["message"] = cut(said(graded) or f"{batch.lesson} could not be graded", _MESSAGE)
    else:
        document["tests"] = [_test(row) for row in public_rows(graded) if row.state != "left-out"]
    return json.dumps(document, indent=2) + "\n"


def _status(graded: Graded) -> str:
    if graded.is_good:
        return "pass"
    return "error" if graded.outcome == "error" or never_ran(graded) else "fail"


def _test(row: Row) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": row.line,
        "status": "pass" if row.state == "passed" else "fail",
        "test_code": row.check,
    }
    if row.state != "passed":
        why = f"waits for {row.waits_for}" if row.waits_for else row.told
        made["message"] = cut(why or "this check did not pass", _MESSAGE)
    if row.came:
        made["output"] = cut(row.came, _OUTPUT)
    return made
