"""Words what has come of a lesson's checks, for the author."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from wasmlab.checks.verdicts import Verdict
from wasmlab.dev.cases import Outcome


def failures(outcome: Outcome) -> Iterable[tuple[str, dict[str, str]]]:
    """Return what does not pass, by its name, with what is told of it."""
    if build := outcome.told.get("build"):
        return [("it does not build", build)]
    found: dict[str, dict[str, str]] = outcome.told.get("verdicts", {})
    return found.items()


def where(outcome: Outcome, name: str) -> str:
    """Return in which engines a check does not pass, where that are not all in which it was run."""
    ran = [each for each in outcome.verdicts if each.check.removeprefix("test_") == name]
    wrong = dict.fromkeys(each.engine for each in ran if each.verdict in ("failed", "error"))
    return f" in {' and '.join(wrong)}" if wrong.keys() < {each.engine for each in ran} else ""


def short(told: dict[str, str]) -> str:
    """Return in one line what is told of a check."""
    words = {"what": "", "message": "", "expected": "expected ", "came": "came ", "waits_for": "waits for "}
    return "; ".join(f"{said}{told[word]}" for word, said in words.items() if told.get(word))


def points_of(verdicts: Iterable[Verdict]) -> float:
    """Return what all checks are worth, each counted in the first engine that it ran in."""
    engine: dict[str, str] = {}
    worth = [v.points for v in verdicts if engine.setdefault(v.check, v.engine) == v.engine]
    return round(sum(worth), 6)


def differences(expected: Any, came: Any) -> list[tuple[str, str]]:
    """Return what differs, one line a check, by its name; the build has none."""
    if expected.get("build") or came.get("build"):
        return [("", f"expected {_of(expected)}, and this came: {_of(came)}")]
    old, new = expected.get("verdicts", {}), came.get("verdicts", {})
    return [
        (name, f"{name}: expected {_of(old.get(name))}, and this came: {_of(new.get(name))}")
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]


def _of(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False) if told else "passed"
