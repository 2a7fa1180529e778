"""What every run gives back, whatever became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ErrorInfo:
    """The error that ended a run: its class name, its message and its traceback as text."""

    name: str
    message: str
    stack: str = ""

    def to_json(self) -> dict[str, str]:
        """Return `{name, message, stack?}`."""
        stack = {"stack": self.stack} if self.stack else {}
        return {"name": self.name, "message": self.message, **stack}


@dataclass(frozen=True)
class ExecutionResult:
    """A run's end: what it printed, its steps where they were asked for, its time in milliseconds."""

    output: str
    runtime: float
    startTimestamp: float
    callstack: list[dict[str, Any]] = field(default_factory=list)
    error: ErrorInfo | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain data; `error` is there only where there was one."""
        error = {"error": self.error.to_json()} if self.error else {}
        return {
            "output": self.output,
            "callstack": self.callstack,
            "runtime": self.runtime,
            "startTimestamp": self.startTimestamp,
            **error,
        }
