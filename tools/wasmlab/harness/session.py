"""A learner's Python with a life: a namespace that persists, runs one after the other, reset."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from . import events, figures
from .asking import Ask, Asker, TextIn
from .display import Shower, stand_in
from .errors import describe, unshown
from .events import Emit
from .options import Limits, RunOptions
from .origins import Sources, learner_modules
from .result import ExecutionResult
from .running import Place, Run
from .statements import tidy
from .stepping import Recorder
from .streams import Outbox, TextOut
from .views import View, Viewer
from .watching import Watcher
from .world import World, has_module

Options = RunOptions | Mapping[str, Any] | None


class Session:
    """Runs code and tells `emit(event)` what happens as it happens.

    `ask(prompt, password)` answers `input()` once the prepared answers are used up. With `stay` the
    learner's streams stay in place between runs (for a worker or a kernel that runs nothing else).
    `nap(seconds)` is what the learner's `time.sleep` does. Only one run goes on at a time.
    """

    def __init__(
        self,
        emit: Emit,
        *,
        ask: Ask | None = None,
        limits: Limits | None = None,
        stay: bool = False,
        nap: Callable[[float], object] | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.count = 0
        outbox = Outbox(emit, self.limits.output)
        shower = Shower(emit, outbox.flush, self._complain, self.limits.result)
        self._asker = Asker(emit, outbox, ask)
        world = World(ModuleType("__main__"), {} if has_module("IPython") else stand_in(shower), stay, nap)
        self._place = Place(emit, world, outbox, shower, Sources(), Watcher(self.limits))
        self._furnish()
        self._task: asyncio.Task[Any] | None = None
        self._busy = False

    @property
    def namespace(self) -> dict[str, Any]:
        """The learner's global names; what is put here they can use."""
        return self._place.namespace

    async def run(self, code: str, options: Options = None) -> ExecutionResult:
        """Run `code` to its end and return its result; the learner's errors are results too.

        Raises:
            RuntimeError: another run is still going on.
            ValueError: an option does not fit.
        """
        chosen = options if isinstance(options, RunOptions) else RunOptions.from_json(options or {})
        chosen.check()
        if self._busy:
            raise RuntimeError("a run is still going on; wait for its result")
        self._busy = True
        self._task = _current_task()
        try:
            return await self._run(str(code), chosen)
        finally:
            self._busy = False
            self._task = None

    def run_blocking(self, code: str, options: Options = None) -> ExecutionResult:
        """Run `code` outside of any event loop (not possible in a browser)."""
        loop = self._loop()
        task = loop.create_task(self.run(code, options))
        while True:
            try:
                return loop.run_until_complete(task)
            except KeyboardInterrupt:  # it came while the program was waiting
                task.cancel()

    def interrupt(self) -> None:
        """End a run that is waiting (`await`); a busy one is ended by a signal from outside."""
        if self._task is not None:
            self._task.cancel()

    def reset(self) -> None:
        """Forget all names, sources and modules of the learner, and count runs from 1 again."""
        self._place.world.renew()
        self._place.sources.forget()
        self._place.future_flags = 0
        self.count = 0
        for name, _module in learner_modules():
            if name not in self._modules_at_start:
                sys.modules.pop(name, None)

    def set_variable(self, name: str, value: object) -> None:
        """Give a name of the learner a value; if it is watched, the change is told at once.

        Raises:
            ValueError: `name` cannot be a variable.
        """
        if not name.isidentifier():
            raise ValueError(f"{name!r} cannot be the name of a variable")
        self.namespace[name] = value
        for event in self._place.watcher.changes(self.namespace):
            self._place.emit(event)

    def get_variable(self, name: str) -> Any:
        """Return the value of a name of the learner.

        Raises:
            KeyError: there is no such name.
        """
        return self.namespace[name]

    def variables(self) -> dict[str, View]:
        """Return a bounded picture of every name that the learner has made."""
        names = [name for name in list(self.namespace) if type(name) is str and not name.startswith("__")]
        return {name: Viewer(self.limits).view(self.namespace[name]) for name in names}

    async def _run(self, code: str, options: RunOptions) -> ExecutionResult:
        place = self._place
        place.outbox.begin()
        place.watcher.watch(options.watch)
        self._asker.begin(options.stdin, echo=options.echo)
        self.count += 1
        place.sources.add(self.count, tidy(code))
        figures.use(place.shower.png)
        recorder = Recorder(place.sources, place.outbox, place.emit, self.limits) if options.trace else None
        run = Run(place, code, options, self.count, recorder)
        started, clock = time.time() * 1000, time.perf_counter()
        try:
            place.emit(events.status("busy"))  # whoever hears it may interrupt
            with place.world:
                await run.go()
        except BaseException as error:  # an interrupt while an error was being told, say
            run.problem = run.problem or unshown(error, "", error)
            place.emit(run.problem.to_event())
        finally:
            if recorder:
                recorder.tracer.close()
                recorder.finish()
        place.outbox.flush()
        place.emit(events.status("idle"))
        return ExecutionResult(
            output=place.outbox.text,
            runtime=(time.perf_counter() - clock) * 1000,
            startTimestamp=started,
            callstack=recorder.steps if recorder else [],
            error=run.problem.to_info() if run.problem else None,
        )

    def _furnish(self) -> None:
        place = self._place
        out, err = TextOut(place.outbox, "stdout"), TextOut(place.outbox, "stderr")
        stdin = TextIn(self._asker)
        self._modules_at_start = frozenset(sys.modules)
        own: dict[str, Any] = {
            "input": self._input,
            "display": place.shower.display,
            "exit": _exit,
            "quit": _exit,
        }
        streams = {"stdout": out, "stderr": err, "stdin": stdin}
        place.world.furnish(streams, own, place.outbox.flush_before)

    def _input(self, prompt: object = "", /) -> str:
        """Ask for a line of text and return it."""
        return self._asker.line(str(prompt))

    def _complain(self, method: str, error: BaseException) -> None:
        problem = describe(error, self._place.sources)
        text = "\n".join([f"{method} failed, so it is left out:", *problem.traceback])
        self._place.outbox.write("stderr", text + "\n")

    def _loop(self) -> asyncio.AbstractEventLoop:
        if not hasattr(self, "_own_loop"):
            self._own_loop = asyncio.new_event_loop()
        return self._own_loop

    def close(self) -> None:
        """Close the event loop that `run_blocking` has opened."""
        if hasattr(self, "_own_loop"):
            self._own_loop.close()
            del self._own_loop


def _exit(code: object = None) -> None:
    """End the program."""
    raise SystemExit(code)


def _current_task() -> asyncio.Task[Any] | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
