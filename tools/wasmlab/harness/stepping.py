"""Records the steps of a run: line by line, with frames and values, bounded in number and size."""

from __future__ import annotations

from types import CodeType, FrameType
from typing import Any

from .events import Emit, Event
from .options import Limits
from .origins import Sources
from .streams import Outbox
from .tracing import make_tracer
from .views import Viewer, type_name

COMPREHENSIONS = ("<listcomp>", "<dictcomp>", "<setcomp>")  # frames of their own only before 3.12


class Recorder:
    """Takes what a tracer sees, and keeps and emits one step for each; at the limit it stops tracing."""

    def __init__(self, sources: Sources, outbox: Outbox, emit: Emit, limits: Limits) -> None:
        self.steps: list[Event] = []
        self._sources = sources
        self._outbox = outbox
        self._emit = emit
        self._limits = limits
        self._viewer = Viewer(limits)
        self._raised: BaseException | None = None
        self.tracer = make_tracer(self)

    def wants(self, code: CodeType) -> bool:
        """Whether the steps of this code are recorded."""
        return self._sources.owns(code.co_filename) and code.co_name not in COMPREHENSIONS

    def line(self, frame: FrameType) -> bool:
        """Record that a line is about to run; False where no more steps are wanted."""
        self._raised = None
        return self._add("line", frame)

    def call(self, frame: FrameType) -> bool:
        """Record that a function has been entered."""
        return frame.f_code.co_name == "<module>" or self._add("call", frame)

    def leave(self, frame: FrameType, value: object) -> bool:
        """Record that a function gives back (or yields) a value."""
        return frame.f_code.co_name == "<module>" or self._add("return", frame, value=value)

    def error(self, frame: FrameType, error: BaseException) -> bool:
        """Record that a line raises; the same error on its way out is one step."""
        if error is self._raised:
            return True
        self._raised = error
        return self._add("exception", frame, error=error)

    def finish(self) -> None:
        """Let go of what was held for comparing."""
        self._raised = None

    def _add(self, event: str, frame: FrameType, **more: Any) -> bool:
        full = len(self.steps) >= self._limits.steps or self._viewer.spent >= self._limits.values
        step: Event = {
            "type": "step",
            "index": len(self.steps),
            "event": "limit" if full else event,
            "line": frame.f_lineno,
            "run": frame.f_code.co_filename,
            "outputLength": self._outbox.length,
            "frames": [] if full else self._frames(frame),
        }
        if not full and "value" in more:
            step["value"] = self._viewer.view(more["value"])
        if not full and "error" in more:
            step["exception"] = {"name": type_name(more["error"]), "message": self._message(more["error"])}
        self.steps.append(step)
        self._outbox.flush(force=False)
        self._emit(step)
        return not full

    def _message(self, error: BaseException) -> str:
        first = error.args[0] if type(error.args) is tuple and error.args else ""
        return first[: self._limits.text] if type(first) is str else str(self._viewer.view(first)["text"])

    def _frames(self, frame: FrameType | None) -> list[dict[str, Any]]:
        """Return the learner's frames from the outermost in; of very many the two ends."""
        found: list[FrameType] = []
        while frame is not None:
            if self.wants(frame.f_code):
                found.append(frame)
                if frame.f_code.co_name == "<module>":
                    break
            frame = frame.f_back
        found.reverse()
        if len(found) > self._limits.frames:
            half = self._limits.frames // 2
            found = [*found[:half], *found[-half:]]
        self._viewer.renew()
        made = [self._frame(each) for each in reversed(found)]  # the innermost gets its values first
        made.reverse()
        return made

    def _frame(self, frame: FrameType) -> dict[str, Any]:
        names = [name for name in list(frame.f_locals) if type(name) is str and _is_shown(name)]
        values = frame.f_locals
        shown = names[: self._limits.items]
        return {
            "name": frame.f_code.co_name,
            "line": frame.f_lineno,
            "run": frame.f_code.co_filename,
            "locals": {name: self._viewer.view(values[name]) for name in shown if name in values},
        }


def _is_shown(name: str) -> bool:
    return not (name.startswith("__") and name.endswith("__")) and not name.startswith(".")
