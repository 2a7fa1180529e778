"""The events of a run as plain data: Jupyter's names and fields, and ours beside them.

Every event is a dict that JSON can carry, with its name under `type`:

    stream {name, text}                          stdout and stderr, batched
    display_data {data, metadata, transient?}    display(), figures
    update_display_data {data, metadata, transient}
    execute_result {data, metadata, execution_count}
    clear_output {wait}
    error {ename, evalue, traceback, line, column, endLine, endColumn, frames, explanation}
    statement {index, lineStart, lineEnd, isExpr}    after the statement has finished
    variable {name, value, old, change}              change is set, mutate or delete
    step {index, event, line, run, frames, outputLength, value?, exception?}
    status {state, prompt?, password?}               state is busy, input or idle
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .statements import Statement

Event = dict[str, Any]
Emit = Callable[[Event], object]

OUTPUTS = ("stream", "display_data", "execute_result", "error")
NOTEBOOK_FIELDS = {
    "stream": ("name", "text"),
    "display_data": ("data", "metadata"),
    "execute_result": ("data", "metadata", "execution_count"),
    "error": ("ename", "evalue", "traceback"),
}


def stream(name: str, text: str) -> Event:
    """Return the event for text on `stdout` or `stderr`."""
    return {"type": "stream", "name": name, "text": text}


def display_data(
    data: dict[str, Any], metadata: dict[str, Any], display_id: str | None = None, *, update: bool = False
) -> Event:
    """Return the event for a value that is shown, or (`update`) shown anew in its old place."""
    transient = {"transient": {"display_id": display_id}} if display_id else {}
    kind = "update_display_data" if update else "display_data"
    return {"type": kind, "data": data, "metadata": metadata, **transient}


def execute_result(data: dict[str, Any], metadata: dict[str, Any], count: int) -> Event:
    """Return the event for the value of an expression."""
    return {"type": "execute_result", "data": data, "metadata": metadata, "execution_count": count}


def statement(done: Statement) -> Event:
    """Return the event for a statement that has finished."""
    return {
        "type": "statement",
        "index": done.node_index,
        "lineStart": done.line_start,
        "lineEnd": done.line_end,
        "isExpr": done.is_expr,
    }


def variable(name: str, value: Any, old: Any, change: str) -> Event:
    """Return the event for a watched variable that has changed."""
    return {"type": "variable", "name": name, "value": value, "old": old, "change": change}


def status(state: str, **more: Any) -> Event:
    """Return the event for what the session is doing now."""
    return {"type": "status", "state": state, **more}


def notebook_outputs(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return the outputs of a notebook cell (nbformat 4) that these events make."""
    outputs: list[dict[str, Any]] = []
    for event in events:
        kind = event["type"]
        if kind == "clear_output":
            outputs.clear()
        if kind not in OUTPUTS:
            continue
        last = outputs[-1] if outputs else {}
        if kind == "stream" and last.get("output_type") == kind and last.get("name") == event["name"]:
            last["text"] += event["text"]
            continue
        outputs.append({"output_type": kind, **{name: event[name] for name in NOTEBOOK_FIELDS[kind]}})
    return outputs
