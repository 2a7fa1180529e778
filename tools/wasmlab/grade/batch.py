"""Grades many: hands submissions to workers, writes down each as it comes, and loses none."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from wasmlab import __version__
from wasmlab.grade.confining import Confinement
from wasmlab.grade.inventory import Inventory, take_runnable
from wasmlab.grade.journal import Journal
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.outcome import Batch, Graded
from wasmlab.grade.submission import Submission
from wasmlab.grade.template import Template, finish_template, lesson_digest, make_template
from wasmlab.grade.workers.pool import LocalPool, Task
from wasmlab.grade.workers.worker import compilers
from wasmlab.lesson import Lesson


class Pool(Protocol):
    """Where submissions are graded: `jobs` at a time."""

    jobs: int

    def submit(self, submission: Submission) -> Future[Graded]:
        """Grade one, some time."""

    def close(self) -> None:
        """End all that is at work."""


@dataclass(frozen=True)
class Options:
    """How to grade; `open_pool` makes the workers, this machine's where none is named."""

    engines: tuple[str, ...]
    confinement: Confinement
    limits: GradeLimits = field(default_factory=GradeLimits)
    jobs: int = 1
    resume: bool = False
    open_pool: Callable[[Task, int], Pool] = LocalPool


def grade(
    lesson: Lesson,
    submissions: Iterable[Submission],
    folder: Path,
    options: Options,
    tell: Callable[[Graded], None] = lambda _graded: None,
) -> Batch:
    """Grade `submissions` and return the batch; it is whole unless Ctrl-C came, which is no error here.

    Each is on disk in `folder` before `tell` hears of it.

    Raises:
        NotGradable: the lesson cannot be graded.
        UsageError: none of its checks runs in the engines.
        FolderNotWritable, ReportRefused: `folder` cannot be used.
    """
    start = time.perf_counter()
    digest = lesson_digest(lesson)
    journal = Journal(folder, _head(lesson, digest, options), resume=options.resume)
    try:
        with tempfile.TemporaryDirectory(prefix="wasmlab-template-") as place:
            template = _template(lesson, Path(place), options)
            task = Task(template, options.engines, options.limits, options.confinement.name)
            with ThreadPoolExecutor(1) as beside, _pool(options, task) as pool:
                listing = beside.submit(take_runnable, template, options.engines)
                graded, complete = _Run(pool, journal, tell, listing).all_of(submissions)
            inventory = listing.result()
    finally:
        journal.close()
    return Batch(
        lesson.name,
        lesson.title,
        digest,
        options.engines,
        options.confinement.name,
        options.confinement.confines,
        inventory.filled(graded),
        complete,
        time.perf_counter() - start,
        inventory.left_out,
        inventory.secret,
    )


def _head(lesson: Lesson, digest: str, options: Options) -> dict[str, object]:
    """Return what must be the same for a batch to be gone on with."""
    return {
        "wasmlab": __version__,
        "lesson": lesson.name,
        "digest": digest,
        "engines": list(options.engines),
        "confinement": options.confinement.name,
        "limits": options.limits.to_json(),
    }


def _template(lesson: Lesson, place: Path, options: Options) -> Template:
    template = make_template(lesson, place / "template")
    with compilers(options.confinement.name, template.lesson, template, options.limits.commands) as (
        group,
        tool,
    ):
        finish_template(template, group, tool)
    return template


@contextmanager
def _pool(options: Options, task: Task) -> Iterator[Pool]:
    pool = options.open_pool(task, options.jobs)
    try:
        yield pool
    finally:
        pool.close()


class _Run:
    """One pass over the submissions."""

    def __init__(
        self,
        pool: Pool,
        journal: Journal,
        tell: Callable[[Graded], None],
        listing: Future[Inventory],
    ) -> None:
        self._listing = listing
        self._pool = pool
        self._journal = journal
        self._tell = tell
        self._order: list[str] = []
        self._done: dict[str, Graded] = {}
        self._first: dict[str, Submission] = {}  # of each digest
        self._waiting: dict[str, list[Submission]] = {}
        self._running: dict[Future[Graded], Submission] = {}

    def all_of(self, submissions: Iterable[Submission]) -> tuple[list[Graded], bool]:
        """Return what was graded, in the order in which it was named, and whether that is all."""
        complete = True
        try:
            for submission in submissions:
                self._order.append(submission.name)
                self._begin(submission)
                while len(self._running) >= 2 * self._pool.jobs:
                    self._collect()
            while self._running:
                self._collect()
        except KeyboardInterrupt:
            complete = False
        return [self._done[name] for name in self._order if name in self._done], complete

    def _begin(self, submission: Submission) -> None:
        known = self._journal.known.get(submission.name)
        if known is not None and known.digest == submission.digest and known.outcome != "error":
            self._recall(known)
        elif submission.refused:
            self._keep(_refused(submission))
        elif (first := self._first.get(submission.digest)) is not None:
            if first.name in self._done:
                self._copy(self._done[first.name], submission)
            else:
                self._waiting.setdefault(first.name, []).append(submission)
        else:
            self._first[submission.digest] = Submission(submission.name, {})
            self._running[self._pool.submit(submission)] = submission

    def _recall(self, known: Graded) -> None:
        """Take what an earlier run has found; with whom its files are shared is another thing today."""
        first = self._first.setdefault(known.digest or known.name, Submission(known.name, {}))
        same_as = "" if first.name == known.name else first.name
        self._done[known.name] = graded = replace(known, same_as=same_as)
        self._tell(graded)

    def _collect(self) -> None:
        if self._listing.done():
            self._listing.result()  # checks that cannot be read stop it all
        done, _ = wait(self._running, timeout=0.2, return_when=FIRST_COMPLETED)
        for future in done:
            submission = self._running.pop(future)
            graded = replace(future.result(), digest=submission.digest, notes=submission.notes)
            self._keep(graded)
            for same in self._waiting.pop(submission.name, ()):
                self._copy(graded, same)

    def _copy(self, graded: Graded, same: Submission) -> None:
        self._keep(graded.under(same.name, same.notes))

    def _keep(self, graded: Graded) -> None:
        self._journal.add(graded)
        self._done[graded.name] = graded
        self._tell(graded)


def _refused(submission: Submission) -> Graded:
    return Graded(submission.name, "refused", submission.refused, submission.hint, notes=submission.notes)
