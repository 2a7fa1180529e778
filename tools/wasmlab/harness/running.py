"""One run: its statements one by one, their values, their errors."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine, Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from inspect import CO_COROUTINE
from types import CodeType
from typing import Any

from . import events
from .display import Shower
from .errors import Problem, describe
from .events import Emit
from .figures import show as show_figures
from .options import Results, RunOptions
from .origins import Sources
from .statements import FUTURE_FLAGS, Statement, check_whole, compile_one, select
from .stepping import Recorder
from .streams import PER_SECOND, Outbox
from .watching import Watcher
from .world import World

EXIT_GOOD = (None, 0, False)


@dataclass
class Place:
    """What a run works with; it belongs to the session and outlives the run."""

    emit: Emit
    world: World
    outbox: Outbox
    shower: Shower
    sources: Sources
    watcher: Watcher
    future_flags: int = 0

    @property
    def namespace(self) -> dict[str, Any]:
        """The learner's global names."""
        return vars(self.world.main)


class Run:
    """Runs one piece of code to its end; every end is a result."""

    def __init__(
        self, place: Place, code: str, options: RunOptions, count: int, recorder: Recorder | None
    ) -> None:
        self._place = place
        self._code = code
        self._options = options
        self._count = count
        self._recorder = recorder
        self._tracing: AbstractContextManager[object] = recorder.tracer if recorder else nullcontext()
        self._later: asyncio.TimerHandle | None = None
        self.problem: Problem | None = None

    async def go(self) -> None:
        """Run everything; what went wrong stands in `problem` afterwards."""
        place = self._place
        filename = f"<run {self._count}>"
        try:
            self._report_changes()
            statements = select(self._code, self._options.lines, filename)
            check_whole(statements, filename, place.future_flags)
            for statement in statements:
                last = statement is statements[-1]
                await self._statement(statement, filename, last)
            self._after()
        except BaseException as error:  # SystemExit and Ctrl-C are results too
            place.world.take_back()
            self._end(error.error if isinstance(error, _Stopped) else error)

    async def _statement(self, statement: Statement, filename: str, last: bool) -> None:
        place = self._place
        code = compile_one(statement, filename, place.future_flags)
        place.future_flags |= code.co_flags & FUTURE_FLAGS
        value = await self._execute(code)
        if statement.is_expr and not statement.quiet and _shows(self._options.results, last):
            self._show(value)
        place.outbox.flush()
        self._report_changes()
        place.emit(events.statement(statement))

    async def _execute(self, code: CodeType) -> Any:
        place = self._place
        place.world.lend()
        try:
            with self._tracing:
                value = eval(code, place.namespace)
            if code.co_flags & CO_COROUTINE:
                value = await _Driven(value, self)
        except StopIteration as error:
            raise _Stopped(error) from error
        finally:
            place.world.take_back()
        return value

    def _show(self, value: object) -> None:
        if value is None:
            return
        vars(self._place.world.builtins)["_"] = value
        self._place.shower.result(value, self._count)

    def _report_changes(self) -> None:
        for event in self._place.watcher.changes(self._place.namespace):
            self._place.emit(event)

    def _after(self) -> None:
        show_figures()
        self._place.outbox.flush()

    def _end(self, error: BaseException) -> None:
        """Turn what ended the run into its result; a good exit is no error."""
        place = self._place
        if isinstance(error, asyncio.CancelledError) and _take_cancellation():
            error = KeyboardInterrupt().with_traceback(error.__traceback__)
        if isinstance(error, SystemExit):
            if error.code in EXIT_GOOD:
                self._after()
                return
            if isinstance(error.code, str):
                place.outbox.write("stderr", error.code + "\n")
        place.outbox.flush()
        self._report_changes()
        self.problem = describe(error, place.sources, f"<run {self._count}>")
        place.emit(self.problem.to_event())

    def resumed(self) -> AbstractContextManager[object]:
        """Return the `with` in which an awaiting statement goes on."""
        return self._tracing

    def waits(self) -> None:
        """Send everything before the program waits; in a flood of short waits a little later."""
        if not self._place.outbox.flush(force=False) and self._later is None:
            self._later = asyncio.get_running_loop().call_later(1 / PER_SECOND, self._still_waits)

    def _still_waits(self) -> None:
        self._later = None
        self.waits()


class _Stopped(Exception):
    """Carries a learner's StopIteration, which no coroutine lets through."""

    def __init__(self, error: StopIteration) -> None:
        super().__init__()
        self.error = error


class _Driven:
    """Awaits a statement that awaits; around each of its steps the run traces and flushes."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], run: Run) -> None:
        self._coroutine = coroutine
        self._run = run

    def __await__(self) -> Generator[Any, Any, Any]:
        answer: Any = None
        failure: BaseException | None = None
        while True:
            try:
                with self._run.resumed():
                    waiting: Awaitable[Any] = (
                        self._coroutine.send(answer) if failure is None else self._coroutine.throw(failure)
                    )
            except StopIteration as done:
                return done.value
            self._run.waits()
            answer, failure = None, None
            try:
                answer = yield waiting
            except BaseException as error:  # handed on to the script that awaits
                failure = error


def _shows(results: Results, last: bool) -> bool:
    return results == "each" or (results == "last" and last)


def _take_cancellation() -> bool:
    """Whether the run's own task was cancelled (an interrupt), not one of the learner's."""
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return False
    if task is None or not task.cancelling():
        return False
    task.uncancel()
    return True
