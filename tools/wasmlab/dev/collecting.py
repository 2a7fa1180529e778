"""Asks pytest which checks a lesson has: whether each is hidden, and what of them cannot be read."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from pathlib import Path, PurePath

import pytest

from wasmlab.checks.marks import MARKS, short_name
from wasmlab.checks.runs.judging import Judge
from wasmlab.checks.runs.running import run_pytest
from wasmlab.checks.waiting import wait
from wasmlab.dev.cases import silent
from wasmlab.dev.finding import Finding
from wasmlab.errors import UsageError
from wasmlab.lesson import Lesson
from wasmlab.names import did_you_mean

_PYTESTS = ("parametrize", "skip", "skipif", "xfail", "usefixtures", "filterwarnings")
_UNKNOWN_MARK = re.compile(r"'(\w+)' not found in `markers`")


@dataclass(frozen=True)
class Check:
    """One check with one set of parameters: `path` are its classes and its name in `file`."""

    file: str
    line: int
    path: tuple[str, ...]
    name: str
    hidden: bool


@dataclass(frozen=True)
class Collected:
    """The checks as pytest sees them, and what of them cannot be read, each mistake once."""

    checks: tuple[Check, ...] = ()
    problems: tuple[Finding, ...] = ()

    @property
    def names(self) -> set[str]:
        """The checks by the names that a case writes."""
        return {check.name for check in self.checks}


def collected(lesson: Lesson, root: Path | None = None) -> Collected:
    """Return the checks of a lesson, or of its copy in `root`; a lesson without any has none."""
    folder = (root or lesson.root) / "checks"
    if not folder.is_dir():
        return Collected()
    collector, said = _Collector(lesson, folder), io.StringIO()
    try:
        with redirect_stderr(said):
            run_pytest(folder, ["wasmtime"], collector, more=["--collect-only"])
    except UsageError as error:
        if not collector.is_through:  # otherwise there is just no check
            collector.note(_unreadable(said.getvalue(), folder.parent, "checks/conftest.py", lesson, error))
    problems = list(collector.problems.values())
    told = {problem.where.partition(":")[0] for problem in problems}
    problems += [each for each in _no_python(lesson, folder) if each.where.partition(":")[0] not in told]
    return Collected(tuple(collector.checks), tuple(problems))


def _no_python(lesson: Lesson, folder: Path) -> Iterator[Finding]:
    """Yield the files that are no Python; pytest reads none that is no file of checks."""
    for path in sorted(folder.rglob("*.py")):
        where = f"{lesson.name}/{path.relative_to(folder.parent).as_posix()}"
        try:
            ast.parse(path.read_bytes().decode("utf-8"))
        except SyntaxError as error:
            what = f"it cannot be read: SyntaxError: {error.msg}"
            yield Finding(f"{where}:{error.lineno or 1}", what, "mend it, or take it away")
        except ValueError as error:
            yield Finding(where, f"it cannot be read: {error}", "save it as UTF-8")


class _Collector(Judge):
    """Judges nothing: it notes what pytest has collected."""

    def __init__(self, lesson: Lesson, folder: Path) -> None:
        super().__init__(lesson, silent, None, None)
        self._root = folder.parent.resolve()
        self.checks: list[Check] = []
        self.problems: dict[tuple[str, str], Finding] = {}
        self.is_through = False
        self._lines: list[str] = []

    def note(self, problem: Finding) -> None:
        """Keep a mistake, once: several sets of parameters share their marks."""
        self.problems.setdefault((problem.where, problem.what), problem)

    def pytest_exception_interact(
        self, node: pytest.Item | pytest.Collector, call: pytest.CallInfo[object]
    ) -> None:
        """Remember the line at which a file breaks off: of an unknown mark the report tells none."""
        frames = call.excinfo.traceback if call.excinfo else ()
        self._lines += [f"{node.path.name}:{f.lineno + 1}" for f in frames if Path(f.path) == node.path]

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a file or a class that cannot be read."""
        if report.failed:
            file, text = report.nodeid.partition("::")[0], "\n".join([*self._lines, str(report.longrepr)])
            self.note(_unreadable(text, self._root, file, self.lesson))
        self._lines.clear()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the checks, and the marks that cannot be meant."""
        self.is_through = True
        for item in session.items:
            self.verdicts.append(self.listed(item))
            self.checks.append(self._check(item))
            try:
                wait(item, ())  # for nobody: it only says what is wrong with the marks
            except UsageError as error:
                file, line, _name = item.location
                where = f"{self.lesson.name}/{PurePath(file).as_posix()}:{(line or 0) + 1}"
                self.note(Finding(where, error.what, error.hint))

    def _check(self, item: pytest.Item) -> Check:
        classes = [node.name for node in item.listchain() if isinstance(node, pytest.Class)]
        own = str(getattr(item, "originalname", item.name))
        is_hidden = item.get_closest_marker("hidden") is not None
        file = item.path.resolve().relative_to(self._root).as_posix()
        return Check(file, (item.location[1] or 0) + 1, (*classes, own), short_name(item), is_hidden)


def _unreadable(text: str, root: Path, file: str, lesson: Lesson, error: UsageError | None = None) -> Finding:
    """Return what pytest says of a file that it cannot read, with its line and the check there."""
    said = [line.removeprefix("E").strip() for line in text.splitlines() if line.strip()]
    what = said[-1] if said else error.what if error else "pytest does not say why"
    line = _line_in(text, PurePath(file).name)
    where = f"{lesson.name}/{file}" + (f":{line}" if line else "")
    if unknown := _UNKNOWN_MARK.search(text):
        known = [*(re.split(r"\W", mark)[0] for mark in MARKS), *_PYTESTS]
        check = next(_check_at(root / file, line), "a check")
        what = f"{check} is marked {unknown[1]!r}, and there is no such mark"
        return Finding(where, what, did_you_mean(unknown[1], known))
    return Finding(where, f"it cannot be read: {what}", "mend it: no check can be judged before")


def _line_in(text: str, name: str) -> int:
    """Return the last line of a file that pytest names, 0 where it names none."""
    lines = re.findall(rf'{re.escape(name)}(?::|", line )(\d+)', text)
    return int(lines[-1]) if lines else 0


def _check_at(path: Path, line: int) -> Iterator[str]:
    """Yield the check that stands around a line, decorators and all."""
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (OSError, SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            if first <= line <= (node.end_lineno or line):
                yield node.name
