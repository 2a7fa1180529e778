"""Runs a lesson's checks by pytest, in this process, and turns its reports into verdicts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wasmlab.build import build_lesson
from wasmlab.checks import plugin
from wasmlab.checks.alone import alone
from wasmlab.checks.explaining import cut, explained
from wasmlab.checks.lean import quicken
from wasmlab.checks.marks import marks_or_none, short_name
from wasmlab.checks.plugin import GIVEN_LESSON, GIVEN_LIMITS, GIVEN_PAGES
from wasmlab.checks.verdicts import Verdict, Word
from wasmlab.checks.waiting import WAITS_FOR, engine_of
from wasmlab.errors import ToolMissing, UsageError
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages
    from wasmlab.engines.contract import Limits

_INI = Path(__file__).with_name("pytest.ini")


def check_lesson(
    lesson: Lesson,
    engines: Sequence[str],
    tell: Callable[[Verdict], None],
    pages: LessonPages | None = None,
) -> list[Verdict]:
    """Build `lesson` and run its checks, in `pages` where a browser is started already.

    `tell` hears each verdict as it falls.

    Raises:
        BuildError: it does not build.
        UsageError: it has no checks, or an engine has an unknown name.
    """
    errors = [result.error for result in build_lesson(lesson) if result.error is not None]
    for error in errors:
        if not isinstance(error, ToolMissing):
            raise error
    # Where the tool is missing each check says so itself: an error, and never passed.
    return check_built(lesson, lesson.root / "checks", engines, tell, pages, is_built=not errors)


def check_built(
    lesson: Lesson,
    folder: Path,
    engines: Sequence[str],
    tell: Callable[[Verdict], None],
    pages: LessonPages | None = None,
    limits: Limits | None = None,
    *,
    first_failure: bool = False,
    only: Sequence[str] = (),
    is_built: bool = True,
    quick: bool = False,
) -> list[Verdict]:
    """Run the checks in `folder`, which need not lie in the lesson, and build nothing.

    With `first_failure` the checks after the first one that does not pass are left out; `only` names the
    files whose checks are run. What is not built, `is_built` says: each check tries it again and says why.
    `quick` is for who does not show what checks print.

    Raises:
        UsageError: there are no checks, or an engine has an unknown name.
    """
    if not folder.is_dir():
        raise UsageError(
            f"{lesson.name} has no checks", f"write pytest functions in {lesson.name}/checks/test_*.py"
        )
    if pages is not None:
        from wasmlab.engines.contract import Limits

        pages.warm(lesson, limits or Limits())
    judge = Judge(lesson, tell, pages, limits, is_built=is_built, quick=quick)
    more = ["--maxfail=1"] if first_failure else []
    run_pytest(folder, engines, judge, [folder / name for name in only], more)
    return judge.verdicts


def run_pytest(
    folder: Path, engines: Sequence[str], judge: Judge, paths: Sequence[Path] = (), more: Sequence[str] = ()
) -> None:
    """Run the checks in `folder`, or those of `paths`, before `judge`; `more` are options of pytest.

    Raises:
        UsageError: there are no checks, or pytest does not take the options.
    """
    arguments = [*map(str, paths or [folder]), *_options(folder), *more]
    with alone(folder.parent):
        code = _run_pytest([*arguments, *(f"--engine={name}" for name in engines)], judge)
    name = judge.lesson.name
    if code == pytest.ExitCode.USAGE_ERROR:
        raise UsageError(f"the checks of {name} cannot be run by pytest", "wasmlab check --help")
    if not judge.verdicts:
        raise UsageError(f"{name}/checks holds no check for these engines", "name a function test_...")


def _run_pytest(arguments: list[str], judge: Judge) -> int | pytest.ExitCode:
    """Run pytest; a Ctrl-C that it takes for the end of its session is one for us too."""
    code: int | pytest.ExitCode = pytest.ExitCode.INTERRUPTED
    try:
        code = pytest.main(arguments, plugins=[plugin, judge])
    except Exception:
        if not judge.stopped:  # a browser that was cut short fails in whatever is closed after
            raise
    if judge.stopped:
        raise KeyboardInterrupt
    return code


def list_checks(lesson: Lesson, folder: Path, engines: Sequence[str]) -> list[Verdict]:
    """Return the checks that `check_built` would run, as `skipped`; one that lacks a browser says so."""
    listing = _Listing(lesson, lambda _verdict: None, None, None)
    with alone(folder.parent):
        chosen = [f"--engine={name}" for name in engines]
        arguments = [str(folder), *_options(folder), "--collect-only", *chosen]
        pytest.main(arguments, plugins=[plugin, listing])
    return listing.verdicts


def _options(folder: Path) -> list[str]:
    """Name the folder, and load no plugin beside ours: `-p` would search all that is installed for it."""
    places = [f"--rootdir={folder.parent}", f"--confcutdir={folder.parent}", "-c", str(_INI)]
    # faulthandler would take the signals from wasmtime by which that knows of a trap.
    unwanted = ["no:cacheprovider", "no:terminal", "no:junitxml", "no:faulthandler"]
    # These cost a check's run a third of its time, and no check has a use for them.
    unwanted += ["no:unraisableexception", "no:threadexception", "no:doctest", "no:pastebin", "no:stepwise"]
    unwanted += ["no:setuponly", "no:setupplan", "no:legacypath"]
    return [*places, "--disable-plugin-autoload", *(part for name in unwanted for part in ("-p", name))]


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
        quick: bool = False,
    ) -> None:
        self.lesson = lesson
        self.is_built = is_built
        self.quick = quick
        self.tell = tell
        self.pages = pages
        self.limits = limits
        self.verdicts: list[Verdict] = []
        self.stopped = False
        self.sets: Counter[tuple[str, str]] = Counter()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand on what is ready."""
        config.stash[GIVEN_PAGES] = self.pages
        if self.is_built:
            config.stash[GIVEN_LESSON] = self.lesson
        config.stash[GIVEN_LIMITS] = self.limits

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Count the sets of parameters of each check: they share its points."""
        self.sets = Counter(map(_key, session.items))
        # From here on nobody reads a traceback, and to write one with its source takes 40 milliseconds.
        session.config.option.tbstyle = "no"

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> object:
        """Leave to pytest what is its own; None lets it go on."""
        if self.quick:
            quicken(session, self)
        return None

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note a Ctrl-C; pytest calls a collection that it gives up an interruption too."""
        self.stopped = not isinstance(excinfo.value, pytest.Session.Interrupted)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Judge a check by its call, or by a set-up or an end that broke."""
        report = yield
        if report.when == "call" or not report.passed:
            self.add(self._verdict(item, call, report))
        return report

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of checks that cannot be read is an error, and not the student's."""
        if report.failed:
            message = _collection_error(str(report.longrepr))
            self.add(Verdict(self.lesson.name, report.nodeid, "-", "error", report.nodeid, message=message))

    def add(self, verdict: Verdict) -> None:
        """Keep a verdict, and tell of it."""
        self.verdicts.append(verdict)
        self.tell(verdict)

    def _verdict(self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> Verdict:
        word = _word(report, call)
        if word == "passed":
            return replace(self.passed(item), seconds=report.duration)
        more = explained(item, call, self.lesson, word) if word in ("failed", "error") else {}
        if word == "skipped" and isinstance(report.longrepr, tuple):
            more["message"] = report.longrepr[2].removeprefix("Skipped: ")
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
        why = str(skip.kwargs.get("reason", "")) if skip else ""
        return self._worded(item, "skipped", message=why)

    def _worded(self, item: pytest.Item, word: Word, **more: Any) -> Verdict:
        marks, name = marks_or_none(item), getattr(item, "originalname", item.name)
        points = marks.points / self.sets.get(_key(item), 1)
        line, engine = _line(item), engine_of(item)
        return Verdict(self.lesson.name, name, engine, word, line, points=points, hidden=marks.hidden, **more)

    def _kept(self, item: pytest.Item) -> str:
        keeps = self.pages is None or self.pages.keeps
        if "lesson_page" not in getattr(item, "fixturenames", ()) or not keeps:
            return ""
        return str(Path("test-results") / self.lesson.name / item.name)


class _Listing(Judge):
    """Judges nothing: it only tells what there is."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """List the checks when all of them are known."""
        super().pytest_collection_finish(session)
        self.verdicts += [self.listed(item) for item in session.items]


def _collection_error(text: str) -> str:
    """Return where a file of checks is broken and pytest's last line on it."""
    *_, last = text.strip().splitlines()
    lines = re.findall(r", line (\d+)|\.py:(\d+):", text)
    place = f"line {''.join(lines[-1])}: " if lines else ""
    return cut(place + last.removeprefix("E").strip())


def _word(report: pytest.TestReport, call: pytest.CallInfo[None]) -> Word:
    """A failed assertion is the student's; whatever else went wrong in a call was refused or broke."""
    if report.passed:
        return "passed"
    if report.skipped:
        return "skipped"
    error = call.excinfo.value if call.excinfo else None
    if report.when != "call" or isinstance(error, ToolMissing):
        return "error"
    return "failed"


def _parameters(item: pytest.Item) -> dict[str, Any]:
    found = getattr(item, "callspec", None)
    return dict(found.params) if found else {}


def _key(item: pytest.Item) -> tuple[str, str]:
    """Return what tells one check in one engine from another, whatever its parameters."""
    return f"{item.path}::{short_name(item)}", engine_of(item)


def _line(item: pytest.Item) -> str:
    """Return the first paragraph of a check's docstring, or its name in words, and its parameters."""
    text = (getattr(getattr(item, "function", None), "__doc__", None) or "").strip()
    first = " ".join(text.partition("\n\n")[0].split())
    given = [f"{k}={v!r}" for k, v in _parameters(item).items() if k not in ("wasm_engine", "page_engine")]
    name = getattr(item, "originalname", item.name).removeprefix("test_").replace("_", " ")
    return " ".join([first or name, *([f"({', '.join(given)})"] if given else [])])
