"""Runs a lesson's checks by pytest, in this process, and turns its reports into verdicts."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wasmlab.build import build_lesson
from wasmlab.checks.plugin import COMPARED, GIVEN_LESSON, GIVEN_LIMITS, GIVEN_PAGES, subject_of
from wasmlab.checks.verdicts import Verdict, Word
from wasmlab.errors import ToolMissing, UsageError, WasmlabError
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages
    from wasmlab.engines.contract import Limits

_INI = Path(__file__).with_name("pytest.ini")
_LONGEST = 400


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
    for result in build_lesson(lesson):
        # Where the tool is missing each check says so itself: an error, and never passed.
        if result.error is not None and not isinstance(result.error, ToolMissing):
            raise result.error
    return check_built(lesson, lesson.root / "checks", engines, tell, pages)


def check_built(
    lesson: Lesson,
    folder: Path,
    engines: Sequence[str],
    tell: Callable[[Verdict], None],
    pages: LessonPages | None = None,
    limits: Limits | None = None,
) -> list[Verdict]:
    """Run the checks in `folder`, which need not lie in the lesson, and build nothing.

    Raises:
        UsageError: there are no checks, or an engine has an unknown name.
    """
    if not folder.is_dir():
        raise UsageError(
            f"{lesson.name} has no checks", f"write pytest functions in {lesson.name}/checks/test_*.py"
        )
    if pages is not None:
        pages.warm(lesson)
    judge = _Judge(lesson, tell, pages, limits)
    arguments = [
        str(folder),
        f"--rootdir={folder.parent}",
        f"--confcutdir={folder.parent}",
        "-c",
        str(_INI),
        *_plugins(),
    ]
    with _no_traces(folder.parent):
        code = pytest.main([*arguments, *(f"--engine={name}" for name in engines)], plugins=[judge])
    if code == pytest.ExitCode.INTERRUPTED and judge.stopped:
        raise KeyboardInterrupt
    if code == pytest.ExitCode.USAGE_ERROR:
        raise UsageError(f"the checks of {lesson.name} cannot be run by pytest", "wasmlab check --help")
    if not judge.verdicts:
        raise UsageError(f"{lesson.name}/checks holds no check for these engines", "name a function test_...")
    return judge.verdicts


def _plugins() -> list[str]:
    """Load our plugin and no other: nothing that is installed by chance may change a verdict."""
    wanted = ["wasmlab.checks.plugin"]
    # faulthandler would take the signals from wasmtime by which that knows of a trap.
    unwanted = ["no:cacheprovider", "no:terminal", "no:junitxml", "no:faulthandler"]
    return ["--disable-plugin-autoload", *(part for name in (*wanted, *unwanted) for part in ("-p", name))]


@contextmanager
def _no_traces(root: Path) -> Iterator[None]:
    """Leave no `__pycache__` in a lesson's folder, and none of its modules to the next lesson.

    Two lessons may have checks of one name, and a module is looked up by its name.
    """
    known = set(sys.modules)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before
        for name in _modules_under(root, set(sys.modules) - known):
            sys.modules.pop(name, None)


def _modules_under(root: Path, names: set[str]) -> set[str]:
    """Return those modules that come from files under `root`, and the packages that hold them."""
    found = set()
    for name in names:
        file = getattr(sys.modules[name], "__file__", None)
        if file is not None and Path(file).is_relative_to(root):
            parts = name.split(".")
            found |= {".".join(parts[:n]) for n in range(1, len(parts) + 1)} & names
    return found


class _Judge:
    """A pytest plugin that turns each check's report into a verdict."""

    def __init__(
        self,
        lesson: Lesson,
        tell: Callable[[Verdict], None],
        pages: LessonPages | None,
        limits: Limits | None,
    ) -> None:
        self.lesson = lesson
        self.tell = tell
        self.pages = pages
        self.limits = limits
        self.verdicts: list[Verdict] = []
        self.stopped = False

    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand on what is ready."""
        config.stash[GIVEN_PAGES] = self.pages
        config.stash[GIVEN_LESSON] = self.lesson
        config.stash[GIVEN_LIMITS] = self.limits

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note a Ctrl-C; pytest calls a collection that it gives up an interruption too."""
        self.stopped = not isinstance(excinfo.value, pytest.Session.Interrupted)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Judge a check by its call, or by a set-up or an end that broke."""
        report = yield
        if report.when == "call" or not report.passed:
            self._add(self._verdict(item, call, report))
        return report

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of checks that cannot be read is an error, and not the student's."""
        if report.failed:
            message = _collection_error(str(report.longrepr))
            self._add(Verdict(self.lesson.name, report.nodeid, "-", "error", report.nodeid, message=message))

    def _add(self, verdict: Verdict) -> None:
        self.verdicts.append(verdict)
        self.tell(verdict)

    def _verdict(self, item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> Verdict:
        word = _word(report, call)
        name = getattr(item, "originalname", item.name)
        more = _explained(item, call, self.lesson, word) if word in ("failed", "error") else {}
        if word == "skipped" and isinstance(report.longrepr, tuple):
            more["message"] = report.longrepr[2].removeprefix("Skipped: ")
        if word == "failed" and (kept := self._kept(item)):
            more["kept"] = kept
        return Verdict(self.lesson.name, name, _engine(item), word, _line(item), report.duration, **more)

    def _kept(self, item: pytest.Item) -> str:
        if "lesson_page" not in getattr(item, "fixturenames", ()):
            return ""
        return str(Path("test-results") / self.lesson.name / item.name)


def _collection_error(text: str) -> str:
    """Return where a file of checks is broken and pytest's last line on it."""
    *_, last = text.strip().splitlines()
    lines = re.findall(r", line (\d+)|\.py:(\d+):", text)
    place = f"line {''.join(lines[-1])}: " if lines else ""
    return _cut(place + last.removeprefix("E").strip())


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


def _engine(item: pytest.Item) -> str:
    found = _parameters(item)
    return str(found.get("wasm_engine") or found.get("page_engine") or "-")


def _line(item: pytest.Item) -> str:
    """Return the first paragraph of a check's docstring, or its name in words, and its parameters."""
    text = (getattr(getattr(item, "function", None), "__doc__", None) or "").strip()
    first = " ".join(text.partition("\n\n")[0].split())
    given = [f"{k}={v!r}" for k, v in _parameters(item).items() if k not in ("wasm_engine", "page_engine")]
    name = getattr(item, "originalname", item.name).removeprefix("test_").replace("_", " ")
    return " ".join([first or name, *([f"({', '.join(given)})"] if given else [])])


def _explained(item: pytest.Item, call: pytest.CallInfo[None], lesson: Lesson, word: Word) -> dict[str, Any]:
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, WasmlabError):
        missing = isinstance(error, ToolMissing)
        return {"message": error.what, "try_this": error.hint, "tool_missing": missing}
    if isinstance(error, pytest.FixtureLookupError):
        names = "its fixtures are lesson, wasm and lesson_page, and pytest's own"
        return {"message": f"no fixture is called {error.argname!r}", "try_this": names}
    message = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
    said, expected, came = _taken_apart(message, item.stash.get(COMPARED, None))
    subject = subject_of(item)
    again = f"wasmlab run {lesson.name} {subject.last_call} --engine {subject.engine}" if subject else ""
    help_text = said if expected else ""
    return {
        "message": "" if expected else _cut(said),
        "expected": _cut(expected),
        "came": _cut(came),
        "try_this": help_text or (again if subject and subject.last_call else f"wasmlab serve {lesson.name}"),
    } | ({"try_this": ""} if word == "error" else {})


_COMPARISON = re.compile(r"^assert ", re.MULTILINE)
# Playwright words its expectations over several lines.
_EXPECTED = re.compile(r"(?:Locator|Page [A-Za-z]+) expected (?P<what>.+)")
_ACTUAL = re.compile(r"^Actual value: (?P<what>.*)", re.MULTILINE)
_WHY = re.compile(r"^Error: (?P<what>.*)", re.MULTILINE)
_PLACE = re.compile(r"waiting for (?P<what>.+)")


def _taken_apart(message: str, compared: tuple[str, Any, Any] | None) -> tuple[str, str, str]:
    """Return what the author says, what was expected and what came, as far as they can be told."""
    if expected := _first(_EXPECTED, message):
        place = _first(_PLACE, message) or "the page"
        came = _first(_WHY, message) or _first(_ACTUAL, message) or "it did not happen"
        return "", f"{place} {expected}", came
    author = _COMPARISON.split(message, maxsplit=1)[0].strip()
    if compared is None:
        return author or message.partition("\n")[0], "", ""
    operator, left, right = compared
    sides = {"==": f"{right!r}", "in": f"{left!r} among them"}
    return author, sides.get(operator, f"{operator} {right!r}"), repr(right if operator == "in" else left)


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match["what"].strip() if match else ""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ... ({len(text)} characters)"
