"""A case of the contract: a script, and what its run must tell, in brief."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OUTPUTS = ("stream", "display_data", "update_display_data", "clear_output", "execute_result", "error")


@dataclass(frozen=True)
class Case:
    """One or several runs of one session, and what the last of them must tell, in brief."""

    name: str
    code: str | tuple[str, ...]
    expected: list[tuple[Any, ...]]
    options: dict[str, Any] = field(default_factory=dict)
    kinds: tuple[str, ...] = OUTPUTS


def brief(events: list[dict[str, Any]], kinds: tuple[str, ...] = OUTPUTS) -> list[tuple[Any, ...]]:
    """Return the events of these kinds as short tuples; neighbouring pieces of one stream are one."""
    short: list[tuple[Any, ...]] = []
    for event in events:
        if event["type"] not in kinds:
            continue
        one = SHORT[event["type"]](event)
        if event["type"] == "stream" and short and short[-1][0] == one[0]:
            short[-1] = (one[0], short[-1][1] + one[1])
        else:
            short.append(one)
    return short


def _data(event: dict[str, Any]) -> Any:
    data = event["data"]
    return data["text/plain"] if set(data) == {"text/plain"} else data


def _text(view: Any) -> Any:
    return view and view["text"]


SHORT = {
    "stream": lambda event: (event["name"], event["text"]),
    "display_data": lambda event: ("display", _data(event)),
    "update_display_data": lambda event: ("update", _data(event)),
    "clear_output": lambda event: ("clear", event["wait"]),
    "execute_result": lambda event: ("result", _data(event)),
    "error": lambda event: ("error", event["ename"], event["evalue"], event["line"]),
    "statement": lambda event: (
        "done",
        event["index"],
        event["lineStart"],
        event["lineEnd"],
        event["isExpr"],
    ),
    "variable": lambda event: (event["change"], event["name"], _text(event["old"]), _text(event["value"])),
    "step": lambda event: (event["event"], event["line"]),
    "status": lambda event: (event["state"],),
}


async def run_case(harness: Any, case: Case) -> list[tuple[Any, ...]]:
    """Run a case in a session of its own and return what its last run tells, in brief."""
    events: list[dict[str, Any]] = []
    session = harness.Session(events.append)
    codes = (case.code,) if isinstance(case.code, str) else case.code
    for code in codes:
        events.clear()
        await session.run(code, case.options)
    return brief(events, case.kinds)
