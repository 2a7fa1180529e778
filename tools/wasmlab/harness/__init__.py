"""Runs a learner's Python, the same in a browser's worker, in the local kernel and on a server.

Only the standard library is used and only relative imports, so the folder works under any name:

    session = Session(emit)                  # emit(event): see events.py
    result = await session.run(code, {"trace": True, "watch": ["x"]})
"""

from __future__ import annotations

from .events import Event, notebook_outputs
from .options import Limits, RunOptions
from .result import ErrorInfo, ExecutionResult
from .session import Session
from .statements import Statement, split

__all__ = [
    "ErrorInfo",
    "Event",
    "ExecutionResult",
    "Limits",
    "RunOptions",
    "Session",
    "Statement",
    "notebook_outputs",
    "split",
]
