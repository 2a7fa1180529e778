"""check50's JSON: one submission; that it compiles is its first check, for which all others wait."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from wasmlab import __version__
from wasmlab.grade.outcome import Batch, Graded
from wasmlab.grade.reports.rows import Row, never_ran, public_rows, said

_BUILDS = "builds"
_PASSED = {"passed": True, "failed": False, "waits": None, "left-out": None}


def render(batch: Batch, graded: Graded) -> str:
    """Return the document."""
    if graded.outcome == "error":
        error = {"type": "GraderError", "value": said(graded), "traceback": [], "data": {}, "actions": {}}
        return json.dumps({"slug": batch.lesson, "error": error, "version": __version__}, indent=2) + "\n"
    shown = public_rows(graded)
    results = [_builds(graded), *(_result(row, _awaited(row, shown)) for row in shown)]
    return json.dumps({"slug": batch.lesson, "results": results, "version": __version__}, indent=2) + "\n"


def _builds(graded: Graded) -> dict[str, Any]:
    good = not never_ran(graded)
    cause = None if good else {"rationale": graded.why or graded.outcome, "help": graded.hint or None}
    log = graded.log.splitlines()
    return _made(_BUILDS, "it is taken and built", True if good else False, log, cause, None)  # noqa: SIM210


def _name(row: Row) -> str:
    return f"{row.check}_{row.number}"


def _awaited(row: Row, shown: Sequence[Row]) -> str:
    """Return the result that a check waits for: of several with one name the first that did not pass."""
    before = [each for each in shown if each.check == row.waits_for]
    before.sort(key=lambda each: each.state == "passed")
    return _name(before[0]) if before else _BUILDS


def _result(row: Row, dependency: str) -> dict[str, Any]:
    cause: dict[str, Any] | None = None
    if row.state == "failed":
        cause = {"rationale": row.message or row.expected or "it did not pass", "help": row.help or None}
        if row.expected or row.came:
            cause |= {"expected": row.expected, "actual": row.came}
    elif row.state != "passed":
        cause = {"rationale": row.message or "it waits for what comes before it", "help": None}
    return _made(_name(row), row.line, _PASSED[row.state], [], cause, dependency)


def _made(
    name: str, line: str, passed: bool | None, log: list[str], cause: Any, dependency: str | None
) -> dict[str, Any]:
    return {
        "name": name,
        "description": line,
        "passed": passed,
        "log": log,
        "cause": cause,
        "data": {},
        "dependency": dependency,
    }
