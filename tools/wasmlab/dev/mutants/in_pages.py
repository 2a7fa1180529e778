"""Changed files that only a browser can try: Python in its worker, and what the page itself is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from wasmlab.checks.runs.judging import Judge
from wasmlab.checks.runs.running import run_pytest
from wasmlab.dev.cases import CALL_SECONDS, cases_of, silent
from wasmlab.dev.mutants.changing import Change
from wasmlab.dev.mutants.changing_python import is_same_python, python_changes
from wasmlab.dev.mutants.mutated import Mutated, Survey, Survivor
from wasmlab.engines.contract import Limits
from wasmlab.errors import UsageError
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages

_ENGINE = "chromium"
_PATIENCE = 4.0
"""So many times what the solution needs may a changed page take before it counts as one that hangs."""
_STEP_SECONDS = 2.0
_PAGE_SECONDS = 4.0
"""The least that a step on a page, and a whole check, may take: a busy machine is no mistake of the page."""


class PythonFile(Mutated):
    """A Python file, which Chromium's worker runs."""

    def __init__(self, lesson: Lesson, work: Lesson, source: str, pages: LessonPages) -> None:
        super().__init__(lesson, work, source)
        self._pages = pages
        about = [case for case in cases_of(lesson)[0] if source in case.files]
        named = {name for case in about for name in case.checks}
        self._only = sorted(named) if about and all(case.checks for case in about) else []

    def _changes(self) -> list[Change]:
        return python_changes(self._solution)

    def _builds(self) -> bool:
        try:
            compile(self._path.read_bytes(), self._source, "exec")
        except (SyntaxError, ValueError):
            return False
        return True

    def _is_caught(self) -> bool:
        return self._judged(_ENGINE, self._pages, self._only)

    def _is_same(self) -> bool:
        return is_same_python(self._path.read_bytes(), self._solution)


class JavaScriptFile(Mutated):
    """A file of the page: only the checks that open one can see it, those that saw most come first."""

    def __init__(self, lesson: Lesson, work: Lesson, source: str, pages: LessonPages) -> None:
        super().__init__(lesson, work, source)
        self._pages = pages
        self._seconds: dict[str, float] = {}
        self._caught: Counter[str] = Counter()

    def survey(self, at_most: int) -> Survey:
        """Try the changes; none where the solution itself does not pass, which is told elsewhere."""
        solution = self._run()
        if solution.failed:
            return Survey()
        if not (seconds := solution.seconds):
            blind = Survivor(self._source, "any change of it: none opens the page")
            return Survey(tried=1, made=1, survivors=(blind,), files=(self._source,))
        self._seconds = seconds
        with _hurried(self._pages, solution.longest_call, max(seconds.values())):
            return super().survey(at_most)

    def _run(self) -> _PageJudge:
        judge = _PageJudge(self._work, self._pages, self._soonest())
        self._pages.warm(self._work)
        with suppress(UsageError):  # there is none that opens a page
            run_pytest(self._work.root / "checks", [_ENGINE], judge, more=["--maxfail=1"])
        return judge

    def _soonest(self) -> list[str]:
        """Return the names of the checks, those first that are likely to fail within little time."""
        return sorted(self._seconds, key=lambda name: self._seconds[name] / (1 + self._caught[name]))

    def _changes(self) -> list[Change]:
        from wasmlab.dev.mutants.changing_javascript import javascript_changes

        return javascript_changes(self._solution)

    def _builds(self) -> bool:
        from wasmlab.dev.mutants.changing_javascript import is_javascript

        return is_javascript(self._path.read_bytes())

    def _is_caught(self) -> bool:
        failed = self._run().failed
        self._caught.update(failed)
        return bool(failed)

    def _is_same(self) -> bool:
        from wasmlab.dev.mutants.changing_javascript import is_same_javascript

        return is_same_javascript(self._path.read_bytes(), self._solution)


class _PageJudge(Judge):
    """Runs the checks that open the page, in an `order`: which `failed`, and how many `seconds` each took."""

    def __init__(self, work: Lesson, pages: LessonPages, order: Sequence[str]) -> None:
        super().__init__(work, silent, pages, Limits(seconds=CALL_SECONDS))
        self.order = {name: place for place, name in enumerate(order)}
        self.seconds: dict[str, float] = {}
        self.longest_call = 0.0
        self.failed: list[str] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Leave out the other checks: they were collected, so nobody waits for one that is not there."""
        items = [each for each in session.items if _opens_a_page(each)]
        session.items[:] = sorted(items, key=lambda each: self.order.get(_name(each.nodeid), 0))
        super().pytest_collection_finish(session)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count what a check takes, its page's opening and closing with it, and the longest by itself."""
        name = _name(report.nodeid)
        if report.failed:
            self.failed.append(name)
        if not report.skipped:
            self.seconds[name] = self.seconds.get(name, 0.0) + report.duration
        if report.when == "call":
            self.longest_call = max(self.longest_call, report.duration)


def _name(nodeid: str) -> str:
    """Return a check's name, one for all its parameters."""
    return nodeid.partition("[")[0]


def _opens_a_page(item: pytest.Item) -> bool:
    return "page_engine" in getattr(item, "fixturenames", ())


@contextmanager
def _hurried(pages: LessonPages, call: float, check: float) -> Iterator[None]:
    """Wait for nothing on a page much longer than the solution does, by its longest call and check."""
    from playwright.sync_api import expect

    before = pages.step_seconds, pages.page_seconds
    step = max(_STEP_SECONDS, _PATIENCE * call)
    pages.step_seconds = step
    pages.page_seconds = max(_PAGE_SECONDS, _PATIENCE * check, 2 * step)
    expect.set_options(timeout=step * 1000)
    pages.close_pages()  # those that are open wait as before
    try:
        yield
    finally:
        pages.step_seconds, pages.page_seconds = before
        expect.set_options(timeout=None)
        pages.close_pages()


KINDS = {".py": PythonFile, ".js": JavaScriptFile, ".mjs": JavaScriptFile}
"""What changes a file, by the end of its name."""
