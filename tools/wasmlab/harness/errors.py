"""An error as a learner can read it: their own lines only, the place, and plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from traceback import FrameSummary, TracebackException
from typing import Any

from .explanations import Clue, Explanation, explain
from .mimebundle import shortened
from .origins import Sources, is_library
from .result import ErrorInfo
from .views import type_name

MESSAGE = 10_000  # characters of an error's message
LINES = 60  # of a traceback; a deep recursion shows its two ends
LINE = 1_000  # characters of one of them


@dataclass(frozen=True)
class Place:
    """Where in a source: lines count from 1, columns from 0."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    function: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return `{file, name, line, column, endLine, endColumn}`."""
        return {
            "file": self.file,
            "name": self.function,
            "line": self.line,
            "column": self.column,
            "endLine": self.end_line,
            "endColumn": self.end_column,
        }


@dataclass(frozen=True)
class Problem:
    """An error that ended a run, the learner's frames from the outermost in, and the line to mark."""

    ename: str
    evalue: str
    traceback: list[str]
    frames: list[Place] = field(default_factory=list)
    mark: Place | None = None
    explanation: Explanation | None = None

    def to_event(self) -> dict[str, Any]:
        """Return the `error` event; the place is null where no line of this run is known."""
        place = self.mark.to_json() if self.mark else {}
        return {
            "type": "error",
            "ename": self.ename,
            "evalue": self.evalue,
            "traceback": self.traceback,
            **{name: place.get(name) for name in ("line", "column", "endLine", "endColumn")},
            "frames": [each.to_json() for each in self.frames],
            "explanation": self.explanation.to_json() if self.explanation else None,
        }

    def to_info(self) -> ErrorInfo:
        """Return what the run's result says of it."""
        return ErrorInfo(self.ename, self.evalue, "\n".join(self.traceback))


def describe(error: BaseException, sources: Sources, run: str = "") -> Problem:
    """Return the error for the learner; one that cannot even be read says that.

    `run` is the file name of the run that ends: of its lines one is marked, though the error may lie
    deeper, in a function of an earlier run.
    """
    name = type_name(error)
    message = _message(error)
    try:
        return _described(error, name, message, sources, run)
    except KeyboardInterrupt:
        raise
    except BaseException as failure:  # an error class may misbehave in every way
        return unshown(error, message, failure)


def unshown(error: BaseException, message: str, failure: BaseException) -> Problem:
    """Return an error of which nothing but its name and message can be shown."""
    name = type_name(error)
    last = f"{name}: {message}" if message else name
    return Problem(name, message, [f"{last} (its traceback cannot be shown: {type_name(failure)})"])


def _message(error: BaseException) -> str:
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        return shortened(str.__str__(text), MESSAGE)
    except KeyboardInterrupt:
        raise
    except BaseException as failure:  # a learner's __str__ may raise anything
        return f"<the message cannot be shown: its __str__ raised {type_name(failure)}>"


def _described(error: BaseException, name: str, message: str, sources: Sources, run: str) -> Problem:
    sources.publish()
    if isinstance(error, SyntaxError):
        _add_text(error, sources)
    told = TracebackException(type(error), error, error.__traceback__, compact=True)
    for each in _all(told):
        _keep_learners(each)
    lines = _bounded("".join(told.format()).rstrip("\n").split("\n"))
    frames = _frames(told, error, sources)
    mark = next((each for each in reversed(frames) if each.file == run), None)
    return Problem(name, message, lines, frames, mark, _explained(error, name, message, frames, sources))


def _add_text(error: SyntaxError, sources: Sources) -> None:
    """Give an error of the compiler the source line that only the parser's errors carry."""
    if error.text is None and sources.owns(error.filename) and error.lineno:
        error.text = sources.line(str(error.filename), error.lineno)


def _all(told: TracebackException) -> Iterator[TracebackException]:
    """Yield the error, its causes and the members of its groups."""
    todo = [told]
    while todo:
        each = todo.pop()
        yield each
        todo.extend(more for more in (each.__cause__, each.__context__) if more is not None)
        todo.extend(getattr(each, "exceptions", None) or ())


def _keep_learners(told: TracebackException) -> None:
    kept = [frame for frame in told.stack if not is_library(frame.filename)]
    told.stack[:] = kept


def _bounded(lines: list[str]) -> list[str]:
    if len(lines) > LINES:
        half = LINES // 2
        left_out = f"  ... {len(lines) - LINES} lines left out ..."
        lines = [*lines[:half], left_out, *lines[-half:]]
    return [shortened(line, LINE) for line in lines]


def _frames(told: TracebackException, error: BaseException, sources: Sources) -> list[Place]:
    frames = [_place(frame, sources) for frame in [*told.stack[:LINES], *told.stack[LINES:][-LINES:]]]
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        column = max((error.offset or 1) - 1, 0)
        end_line = error.end_lineno or error.lineno
        end_column = (error.end_offset or 0) - 1
        at_least = column + 1 if end_line == error.lineno else 0
        frames.append(Place(error.filename, error.lineno, column, end_line, max(end_column, at_least)))
    return frames


def _place(frame: FrameSummary, sources: Sources) -> Place:
    line = frame.lineno or 0
    end_line = frame.end_lineno or line
    column = _characters(sources.line(frame.filename, line), frame.colno)
    end_column = _characters(sources.line(frame.filename, end_line), frame.end_colno)
    at_least = column + 1 if end_line == line else 0
    return Place(frame.filename, line, column, end_line, max(end_column, at_least), frame.name)


def _characters(line: str, column: int | None) -> int:
    """Turn a column in UTF-8 bytes into one in characters; without one, it is where the text begins."""
    if column is None:
        return len(line) - len(line.lstrip())
    return len(line.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "ignore"))


def _explained(
    error: BaseException, name: str, message: str, frames: list[Place], sources: Sources
) -> Explanation | None:
    last = frames[-1] if frames else None
    line = sources.line(last.file, last.line) if last else ""
    spot = line[last.column : last.end_column] if last and last.end_line == last.line else line
    try:
        return explain(Clue.of(error, name, message, line, spot))
    except Exception:  # help that fails must not hide the error itself
        return None
