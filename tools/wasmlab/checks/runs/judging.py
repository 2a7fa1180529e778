"""Turns the reports of pytest on a lesson's checks into verdicts."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wasmlab.checks.marks import function_of, marks_or_none, short_name
from wasmlab.checks.mistakes import is_mistake, line_in
from wasmlab.checks.patience import Patience
from wasmlab.checks.plugin import GIVEN_LESSON, GIVEN_LIMITS, GIVEN_PAGES
from wasmlab.checks.runs.explaining import cut, explained
from wasmlab.checks.runs.lines import line_of, own_lines
from wasmlab.checks.runs.picking import Pick
from wasmlab.checks.verdicts import Verdict, Word
from wasmlab.checks.waiting import WAITS_FOR, engine_of, skipped_by_mark
from wasmlab.errors import CheckBroken, EngineLost, PageNotOpen, ToolMissing
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages
    from wasmlab.checks.runs.ahead import Owner
    from wasmlab.engines.contract import Limits


class Judge:
    """A pytest plugin that turns each check's report into a verdict."""

    def __init__(
        self,
        lesson: Lesson,
        tell: Callable[[Verdict], None],
        pages: LessonPages | None,
        limits: Limits | None,
        *,
        is_built: bool = True,
        owner: Owner | None = None,
        pick: Pick | None = None,
    ) -> None:
        self.lesson = lesson
        self.is_built = is_built
        self.owner = owner
        self.tell = tell
        self.pages = pages
        self.limits = limits
        self.verdicts: list[Verdict] = []
        self.stopped = False
        self.sets: Counter[tuple[str, str]] = Counter()
        self.lines: dict[str, str] = {}
        self.patience = Patience()
        self.pick = pick or Pick()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand on what is ready."""
        config.stash[GIVEN_PAGES] = self.pages
        if self.is_built:
            config.stash[GIVEN_LESSON] = self.lesson
        config.stash[GIVEN_LIMITS] = self.limits

    @pytest.hookimpl(wrapper=True)
    def pytest_load_initial_conftests(self) -> Any:
        """A file of fixtures must come to an end too."""
        with self.patience.watching():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Any:
        """So must a file of checks."""
        with self.patience.watching():
            return (yield)

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        """Let a check be picked by its line too: that is what a student knows of it."""
        if self.pick.words:
            item.extra_keyword_matches.add(line_of(item))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Let them run from the last to the first where that is wanted, those that wait for others later."""
        if self.pick.backwards:
            items.reverse()
            items.sort(key=lambda item: bool(marks_or_none(item).after))

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Note what is not run."""
        self.pick.note(items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the sets of parameters of each check: they share its points; and give each its line."""
        self.sets = Counter(_key(item) for item in session.items if marks_or_none(item).shares)
        self.lines = own_lines(session.items)
        # From here on nobody reads a traceback, and to write one with its source takes 40 milliseconds.
        session.config.option.tbstyle = "no"

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> object:
        """Leave to pytest what is its own, and the pages to their owner."""
        if self.owner is not None:
            return self.owner.do(lambda pages: self._run_in(pages, session))
        return self.run(session)

    def run(self, session: pytest.Session) -> object:
        """Let pytest run the checks, in this thread."""
        rest = session.config.pluginmanager.subset_hook_caller("pytest_runtestloop", [self])
        with self.patience.watching():
            return rest(session=session)

    def _run_in(self, pages: LessonPages | None, session: pytest.Session) -> object:
        """Run the checks in the thread that has the `pages`, and end there what they began."""
        self.pages = session.config.stash[GIVEN_PAGES] = pages
        try:
            return self.run(session)
        finally:
            session._setupstate.teardown_exact(None)  # a Ctrl-C leaves it to the other thread

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Refuse a check that nobody would wait for: what it asserts is not a student's to meet."""
        if inspect.iscoroutinefunction(getattr(item, "obj", None)):
            raise CheckBroken(f"{short_name(item)} is async, and nobody awaits it", "write def, and no await")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note a Ctrl-C; a collection that pytest gives up, and its `exit`, are called interruptions too."""
        own = (pytest.Session.Interrupted, pytest.exit.Exception)
        self.stopped = not isinstance(excinfo.value, own)
        if isinstance(excinfo.value, pytest.exit.Exception):
            place = line_in(self.patience.folder, excinfo.tb)
            message = f"{place}: it has ended all checks, those after it too: {excinfo.value}"
            self.add(Verdict(self.lesson.name, "exit", "-", "error", "pytest.exit", message=message))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Judge a check by its call, or by a set-up or an end that broke."""
        report = yield
        if self.pages is not None and call.excinfo is not None:
            self.pages.note_error(call.excinfo.value)
        if report.when == "call" or not report.passed:
            self.add(self._verdict(item, call, report))
        return report

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of checks that cannot be read is an error, and not the student's."""
        self.patience.begin()
        if report.failed:
            message = _collection_error(str(report.longrepr))
            self.add(Verdict(self.lesson.name, report.nodeid, "-", "error", report.nodeid, message=message))

    def add(self, verdict: Verdict) -> None:
        """Keep a verdict, and tell of it."""
        self.patience.begin()
        self.verdicts.append(verdict)
        self.tell(verdict)

    def _verdict(self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> Verdict:
        word = _word(report, call)
        if word == "passed":
            return replace(self.passed(item), seconds=report.duration)
        if word == "failed" and self.pages is not None and self.pages.browsers.has_died(engine_of(item)):
            why = f"{engine_of(item)} has ended by itself: run the command again"
            return self._worded(item, "error", seconds=report.duration, message=why)
        more = explained(item, call, self.lesson, word) if word in ("failed", "error") else {}
        if word == "skipped" and isinstance(report.longrepr, tuple):
            more["message"] = report.longrepr[2].removeprefix("Skipped: ")
        if word == "skipped" and hasattr(report, "wasxfail"):
            more["message"] = f"it is marked xfail: {report.wasxfail}".removesuffix(": ")
        if word == "failed" and (kept := self._kept(item)):
            more["kept"] = kept
        waits_for = item.stash.get(WAITS_FOR, "")
        return self._worded(item, word, seconds=report.duration, waits_for=waits_for, **more)

    def passed(self, item: pytest.Item) -> Verdict:
        """Return the verdict of a check that passes."""
        return self._worded(item, "passed", message=marks_or_none(item).passed)

    def listed(self, item: pytest.Item) -> Verdict:
        """Return the verdict of a check that is not run: its mark may say why."""
        skip = item.get_closest_marker("skip")
        why = str(skip.kwargs.get("reason") or next(iter(skip.args), "it is marked skip")) if skip else ""
        return self._worded(item, "skipped", message=why or skipped_by_mark(item))

    def _worded(self, item: pytest.Item, word: Word, **more: Any) -> Verdict:
        marks, name = marks_or_none(item), getattr(item, "originalname", item.name)
        points = marks.points / (self.sets.get(_key(item), 1) if marks.shares else 1)
        line, engine = self.lines.get(item.nodeid) or line_of(item), engine_of(item)
        return Verdict(self.lesson.name, name, engine, word, line, points=points, hidden=marks.hidden, **more)

    def _kept(self, item: pytest.Item) -> str:
        keeps = self.pages is None or self.pages.keeps
        if "lesson_page" not in getattr(item, "fixturenames", ()) or not keeps:
            return ""
        return str(Path("test-results") / self.lesson.name / item.name)


def _collection_error(text: str) -> str:
    """Return where a file of checks is broken and pytest's last line on it."""
    *_, last = text.strip().splitlines()
    lines = re.findall(r", line (\d+)|\.py:(\d+):", text)
    place = f"line {''.join(lines[-1])}: " if lines else ""
    return cut(place + last.removeprefix("E").strip())


def _word(report: pytest.TestReport, call: pytest.CallInfo[None]) -> Word:
    """A failed assertion, in a fixture too, and a page that does not open are the student's.

    In the check itself so is whatever is no mistake of its own; in a fixture anything else is one.
    """
    if report.passed:
        return "passed"
    if report.skipped:
        return "skipped"
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, PageNotOpen):
        return "failed"
    if report.when != "call" and not isinstance(error, AssertionError):
        return "error"
    if isinstance(error, ToolMissing | EngineLost) or is_mistake(error):
        return "error"
    return "failed"


def _key(item: pytest.Item) -> tuple[str, str]:
    """Return what tells one check in one engine from another, whatever its parameters."""
    return function_of(item), engine_of(item)
