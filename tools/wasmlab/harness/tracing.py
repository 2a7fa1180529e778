"""Sees the learner's lines go by: `sys.monitoring` where Python has it, else `sys.settrace`."""

from __future__ import annotations

import sys
from opcode import opmap
from threading import get_ident
from types import CodeType, FrameType
from typing import Any, Protocol

_monitoring: Any = getattr(sys, "monitoring", None)
_settrace = sys.settrace
_gettrace = sys.gettrace
_frame = sys._getframe
_ENDS = (opmap.get("SEND"), opmap.get("FOR_ITER"))
TOOL_NAME = "wasmlab"
_FREE_TOOLS = (4, 3, 2)  # debugger, coverage and optimizer have ids of their own


class Watcher(Protocol):
    """What a tracer tells; each answer says whether tracing goes on."""

    def wants(self, code: CodeType) -> bool:
        """Whether this code is to be traced at all."""

    def line(self, frame: FrameType) -> bool:
        """Hear that a line is about to run."""

    def call(self, frame: FrameType) -> bool:
        """Hear that a function is entered, or entered again after a yield."""

    def leave(self, frame: FrameType, value: object) -> bool:
        """Hear that a function returns or yields `value`."""

    def error(self, frame: FrameType, error: BaseException) -> bool:
        """Hear that an error is raised in this frame or passes through it."""


class Tracer(Protocol):
    """Traces what runs inside its `with`; it may be entered many times."""

    def __enter__(self) -> object: ...
    def __exit__(self, *_: object) -> None: ...
    def close(self) -> None:
        """Give back what the tracer has taken of the interpreter."""


def make_tracer(watcher: Watcher) -> Tracer:
    """Return the fastest tracer that this Python has."""
    tool = _free_tool()
    return SetTrace(watcher) if tool is None else Monitoring(watcher, tool)


def _free_tool() -> int | None:
    if _monitoring is None:
        return None
    return next((tool for tool in _FREE_TOOLS if _monitoring.get_tool(tool) is None), None)


class SetTrace:
    """The way of every Python: a function that is called for every line and every call."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._on = True
        self._raising: FrameType | None = None
        self._before: Any = None

    def __enter__(self) -> object:
        self._before = _gettrace()
        if self._on:
            _settrace(self._enter)
        return self

    def __exit__(self, *_: object) -> None:
        _settrace(self._before)
        self._raising = None

    def close(self) -> None:
        """Forget the last frame."""
        self._raising = None

    def _enter(self, frame: FrameType, _event: str, _value: Any) -> Any:
        if not self._on or not self._watcher.wants(frame.f_code):
            return None
        if not self._watcher.call(frame):
            return self._stop(frame)
        return self._inside

    def _inside(self, frame: FrameType, event: str, value: Any) -> Any:
        goes_on = True
        if event == "line":
            self._raising = None
            goes_on = self._watcher.line(frame)
        elif event == "exception" and not _only_ends(frame, value[1]):
            self._raising = frame
            goes_on = self._watcher.error(frame, value[1])
        elif event == "return" and frame is not self._raising:
            goes_on = self._watcher.leave(frame, value)
        return self._inside if goes_on else self._stop(frame)

    def _stop(self, frame: FrameType | None) -> None:
        self._on = False
        _settrace(None)
        while frame is not None:
            frame.f_trace = None
            frame = frame.f_back


def _only_ends(frame: FrameType, error: BaseException) -> bool:
    """Whether a StopIteration only says that an `await` or a `for` has come to its end."""
    return isinstance(error, StopIteration) and frame.f_code.co_code[frame.f_lasti] in _ENDS


class Monitoring:
    """The way since 3.12: only the learner's own code is slowed, libraries run at full speed."""

    def __init__(self, watcher: Watcher, tool: int) -> None:
        self._watcher = watcher
        self._tool = tool
        self._on = True
        self._thread = get_ident()
        self._wanted: dict[int, CodeType] = {}  # by id: equal code objects are not the same one
        _monitoring.use_tool_id(tool, TOOL_NAME)
        seen = _monitoring.events
        for event, function in (
            (seen.PY_START, self._start),
            (seen.PY_RESUME, self._start),
            (seen.PY_RETURN, self._return),
            (seen.PY_YIELD, self._return),
            (seen.LINE, self._line),
            (seen.RAISE, self._raise),
        ):
            _monitoring.register_callback(tool, event, function)
        self._local = seen.LINE | seen.PY_RESUME | seen.PY_RETURN | seen.PY_YIELD

    def __enter__(self) -> object:
        if self._on:
            for code in self._wanted.values():
                _monitoring.set_local_events(self._tool, code, self._local)
            _monitoring.set_events(self._tool, _monitoring.events.PY_START | _monitoring.events.RAISE)
        return self

    def __exit__(self, *_: object) -> None:
        self._quiet()

    def close(self) -> None:
        """Give the tool's number back, so that the next run can take it."""
        if _monitoring.get_tool(self._tool) != TOOL_NAME:
            return
        self._quiet()
        events = _monitoring.events
        for event in (
            events.PY_START,
            events.PY_RESUME,
            events.PY_RETURN,
            events.PY_YIELD,
            events.LINE,
            events.RAISE,
        ):
            _monitoring.register_callback(self._tool, event, None)
        _monitoring.free_tool_id(self._tool)

    def _quiet(self) -> None:
        _monitoring.set_events(self._tool, 0)
        for code in self._wanted.values():
            _monitoring.set_local_events(self._tool, code, 0)

    def _start(self, code: CodeType, _offset: int) -> Any:
        if id(code) not in self._wanted:
            if not self._watcher.wants(code):
                return _monitoring.DISABLE
            self._wanted[id(code)] = code
            _monitoring.set_local_events(self._tool, code, self._local)
        return self._go_on(self._watcher.call(_frame(1))) if self._mine() else None

    def _return(self, _code: CodeType, _offset: int, value: object) -> Any:
        return self._go_on(self._watcher.leave(_frame(1), value)) if self._mine() else None

    def _line(self, _code: CodeType, _number: int) -> Any:
        return self._go_on(self._watcher.line(_frame(1))) if self._mine() else None

    def _raise(self, code: CodeType, _offset: int, error: BaseException) -> Any:
        if id(code) not in self._wanted or not self._mine():
            return None
        return self._go_on(self._watcher.error(_frame(1), error))

    def _mine(self) -> bool:
        return self._on and get_ident() == self._thread

    def _go_on(self, goes_on: bool) -> None:
        if not goes_on:
            self._on = False
            self._quiet()
