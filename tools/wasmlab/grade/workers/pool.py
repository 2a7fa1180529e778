"""The workers, from the grader's side: each asked, watched, ended where it hangs, and replaced."""

from __future__ import annotations

import queue
import shutil
import sys
import tempfile
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from wasmlab.checks.verdicts import Verdict
from wasmlab.errors import ToolBroken
from wasmlab.grade.disk import NO_ROOM
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.outcome import Graded
from wasmlab.grade.submission import Submission
from wasmlab.grade.template import Template
from wasmlab.grade.workers.ending import end_with_all, ended, has_died, too_large, was_too_large
from wasmlab.grade.workers.holding import Watch
from wasmlab.grade.workers.wire import messages, packed, send
from wasmlab.process import Command, converse, end

_STARTING = 120.0
_GRACE = 1.0
_PATIENCE = 15.0  # where the worker itself ends the checks in time, and stays
_TOO_LARGE = "too large"
_SUBMISSIONS = 250  # after so many a worker makes room for a new one: what pytest keeps stays small


@dataclass(frozen=True)
class Task:
    """What every worker of a batch is told first."""

    template: Template
    engines: tuple[str, ...]
    limits: GradeLimits
    confinement: str

    def start(self, place: Path) -> dict[str, Any]:
        """Return the first message to a worker that works in `place`."""
        return {
            "place": str(place),
            "template": str(self.template.root),
            "lesson": self.template.name,
            "engines": list(self.engines),
            "limits": self.limits.to_json(),
            "confinement": self.confinement,
        }


@dataclass
class Worker:
    """One process that grades; it is started when it is first needed."""

    task: Task
    done: int = 0
    _process: Any = None
    _answers: queue.SimpleQueue[dict[str, Any] | None] = field(default_factory=queue.SimpleQueue)
    _place: Path | None = None
    _closed: bool = False

    def grade(self, submission: Submission) -> Graded:
        """Return what became of `submission`; where the worker hangs or dies, that is an outcome too.

        What went wrong with us is tried once more, by a new process; so is what a process ended under, and
        what took too much memory after others, who may have left it: only where that comes again it is the
        submission's doing.
        """
        others = self.done
        graded = self._once(submission)
        is_clear = not (graded.outcome == "error" or has_died(graded) or (others and was_too_large(graded)))
        if self._closed or is_clear:
            return graded
        self.kill()
        return self._once(submission)

    def _once(self, submission: Submission) -> Graded:
        begun = time.monotonic()
        try:
            self._ready()
        except ToolBroken as error:
            self.kill()
            return Graded(submission.name, "error", error.what, error.hint)
        except OSError as error:
            self.kill()
            return Graded(submission.name, "error", f"no worker can be started: {error}", NO_ROOM)
        with suppress(OSError):  # one that is gone by now is found so by who listens
            send(self._process.stdin, "grade", name=submission.name, files=packed(submission.files))
        graded = self._hear(submission, begun)
        self.done += 1
        if self.done >= _SUBMISSIONS:
            self.kill()
        return graded

    def _ready(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self.kill()
        self._place = Path(tempfile.mkdtemp(prefix="wasmlab-grade-"))
        program = (sys.executable, "-P", "-m", "wasmlab.grade.workers.worker")
        self._process = converse(Command(program, self._place, _temporary(self._place)))
        if self._closed:  # while it was being started
            raise ToolBroken("the worker was stopped", "run the command again")
        self._answers = queue.SimpleQueue()
        reader = threading.Thread(target=_read, args=(self._process.stdout, self._answers), daemon=True)
        reader.start()
        try:
            send(self._process.stdin, "start", **self.task.start(self._place))
        except OSError as error:
            raise ToolBroken("a worker does not start", "wasmlab doctor") from error
        said = self._next(time.monotonic() + _STARTING)
        if said is None or said["kind"] != "ready":
            what = (said or {}).get("what", "a worker does not start")
            raise ToolBroken(what, (said or {}).get("hint", "wasmlab doctor"))

    def _hear(self, submission: Submission, begun: float) -> Graded:
        limits, most = self.task.limits, self.task.limits.together(self.task.engines)
        deadline = begun + limits.building
        verdicts: list[Verdict] = []
        phase = "building"
        watch: Watch | None = None
        while True:
            said = self._next(deadline, watch)
            if said is None:
                hung = time.monotonic() >= deadline
                self.kill()
                return self._timed(ended(submission.name, phase, limits, tuple(verdicts), hung=hung), begun)
            if said["kind"] == "graded":
                return Graded.from_json(said["graded"])
            if said["kind"] == _TOO_LARGE:
                self.kill()
                return self._timed(too_large(submission.name, most, tuple(verdicts)), begun)
            if said["kind"] == "verdict":
                verdicts.append(Verdict(**said["verdict"]))
            else:
                phase = said["kind"]
                verdicts.clear()  # checks that begin once more
                watch = Watch(self._process.pid, most) if phase == "checking" else None
                budget = limits.seconds if phase == "checking" else limits.building
                grace = _PATIENCE if said.get("watched") else _GRACE
                deadline = time.monotonic() + budget + grace

    def _next(self, deadline: float, watch: Watch | None = None) -> dict[str, Any] | None:
        """Return the next message; None where none comes in time, or the process has ended.

        Where a `watch` finds too much first, that is the message.
        """
        while True:
            due = min(deadline, watch.due) if watch else deadline
            try:
                return self._answers.get(timeout=max(0.0, due - time.monotonic()))
            except queue.Empty:
                if watch is None or time.monotonic() >= deadline:
                    return None
            if watch.finds_too_much():
                return {"kind": _TOO_LARGE}

    def _timed(self, graded: Graded, begun: float) -> Graded:
        seconds = time.monotonic() - begun
        return replace(graded, confinement=self.task.confinement, seconds=seconds)

    def close(self) -> None:
        """End the process, and start no other."""
        self._closed = True
        self.kill()

    def kill(self) -> None:
        """End the process with all that it has started, and remove its folder."""
        # Taken first: at a Ctrl-C the thread that hears the process end is here too.
        process, self._process = self._process, None
        place, self._place = self._place, None
        if process is not None:
            if process.poll() is None:
                end_with_all(process.pid)
            end(process)
            self.done = 0
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)


def _temporary(place: Path) -> dict[str, str]:
    """Return the variables by which a browser's profile lies in `place`: it goes with a worker that is ended.

    On macOS the folder of temporary files has so long a name that no socket could be made below `place`.
    """
    if sys.platform == "darwin":
        return {}
    folder = place / "t"
    folder.mkdir()
    return dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(folder))


def _read(pipe: Any, answers: queue.SimpleQueue[dict[str, Any] | None]) -> None:
    for message in messages(pipe):
        answers.put(message)
    answers.put(None)


class LocalPool:
    """Workers of this machine, `jobs` side by side."""

    def __init__(self, task: Task, jobs: int) -> None:
        self.jobs = jobs
        self._task = task
        self._threads = ThreadPoolExecutor(jobs, thread_name_prefix="grade")
        self._free: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        self._all = [Worker(task) for _ in range(jobs)]
        for worker in self._all:
            self._free.put(worker)
        self._stopped = False

    def submit(self, submission: Submission) -> Future[Graded]:
        """Grade `submission` as soon as a worker is free."""
        return self._threads.submit(self._grade, submission)

    def _grade(self, submission: Submission) -> Graded:
        worker = self._free.get()
        try:
            if self._stopped:
                return Graded(submission.name, "error", "stopped")
            return worker.grade(submission)
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End every worker at once."""
        self._stopped = True
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._all:
            worker.close()
        self._threads.shutdown(wait=True)
