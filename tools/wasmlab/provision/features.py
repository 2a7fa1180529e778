"""What the engines of this machine can do, as a table."""

from __future__ import annotations

from wasmlab.engines import ENGINES, OPTIONAL, session
from wasmlab.engines.features import FEATURES, features_of
from wasmlab.errors import ToolBroken, ToolMissing, UsageError


def engine_features() -> dict[str, dict[str, bool]]:
    """Start every engine that is here, and return of each feature whether it has it."""
    found = {}
    for name in (*ENGINES, *OPTIONAL):
        try:
            with session(name) as started:
                found[name] = features_of(started)
        except (ToolMissing, ToolBroken, UsageError):
            continue  # the findings say so
    return found


def feature_lines(found: dict[str, dict[str, bool]]) -> list[str]:
    """Return the table: a line for each feature, a column for each engine."""
    if not found:
        return []
    width = max(map(len, FEATURES))
    lines = ["", f"{'':<{width}}  {'  '.join(found)}"]
    for feature in FEATURES:
        marks = ("yes" if has[feature] else "-" for has in found.values())
        cells = (mark.ljust(len(engine)) for mark, engine in zip(marks, found, strict=True))
        lines.append(f"{feature:<{width}}  {'  '.join(cells)}".rstrip())
    return lines
