"""Reads a lesson's files of checks without running them: doubled names, checks of nothing, help texts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeGuard

from wasmlab.dev.finding import Finding
from wasmlab.lesson import Lesson

Function = ast.FunctionDef | ast.AsyncFunctionDef
_PLAYWRIGHT = re.compile(r"(not_)?to_\w+|wait_for\w*")
_PYTEST = {"raises", "fail", "skip", "xfail", "importorskip"}


@dataclass(frozen=True)
class Help:
    """A text that a student may read: `text` has a hole wherever the author writes `{...}`."""

    where: str
    text: str
    pattern: str

    def is_in(self, told: str) -> bool:
        """Return whether it was told."""
        return re.search(self.pattern, told, re.DOTALL) is not None


class Checks:
    """The files of a lesson's checks, parsed."""

    def __init__(self, lesson: Lesson) -> None:
        self._name = lesson.name
        self.folder = lesson.root / "checks"
        self.files = sorted(self.folder.rglob("*.py"))

    @cached_property
    def _trees(self) -> dict[Path, ast.Module]:
        return {path: ast.parse(path.read_text(encoding="utf-8"), str(path)) for path in self.files}

    def _functions(self) -> Iterator[tuple[Path, Function]]:
        for path, tree in self._trees.items():
            for node in ast.walk(tree):
                if isinstance(node, Function):
                    yield path, node

    def _checks(self) -> Iterator[tuple[Path, Function]]:
        return ((path, node) for path, node in self._functions() if node.name.startswith("test_"))

    def _where(self, path: Path, node: ast.expr | ast.stmt) -> str:
        return f"{self._name}/checks/{path.relative_to(self.folder).as_posix()}:{node.lineno}"

    def findings(self) -> list[Finding]:
        """Return what is wrong with the checks themselves."""
        return [*self._doubled(), *self._empty(), *self._idle(), *self._nameless(), *self._parked()]

    def _doubled(self) -> Iterator[Finding]:
        first: dict[str, str] = {}
        for path, node in self._checks():
            where = self._where(path, node)
            if node.name in first:
                what = f"a second check is called {node.name}, after {first[node.name]}"
                yield Finding(
                    where, what, "give it a name of its own: one of the two is lost or hides the other"
                )
            first.setdefault(node.name, where)

    def _empty(self) -> Iterator[Finding]:
        judging = self._judging()
        for path, node in self._checks():
            if node.name not in judging and not any(_idle_asserts(node)):
                hint = "end it with assert, or with a verb of expect like .returns(12)"
                yield Finding(self._where(path, node), f"{node.name} asserts nothing", hint)

    def _idle(self) -> Iterator[Finding]:
        for path, node in self._functions():
            for idle in _idle_asserts(node):
                what = f"an assert in {node.name} can never fail: {_why_true(idle.test)}"
                yield Finding(self._where(path, idle), what, 'write assert what_came == 12, "what to try"')

    def _nameless(self) -> Iterator[Finding]:
        for path, node in self._checks():
            if not ast.get_docstring(node):
                what = f"{node.name} has no docstring, and that is the line a student reads"
                yield Finding(self._where(path, node), what, 'write """The sum comes back.""" below its def')

    def _parked(self) -> Iterator[Finding]:
        for path, node in self._checks():
            names = {each.attr for mark in node.decorator_list for each in ast.walk(mark) if _is_mark(each)}
            for name in sorted(names & {"skip", "xfail"}):
                what = f"{node.name} is marked {name}: it never fails, whatever comes"
                yield Finding(self._where(path, node), what, "take the mark away, or the check")

    def _judging(self) -> set[str]:
        """Return the functions that can fail: by themselves, or by one that they use."""
        functions = [node for _path, node in self._functions()]
        judging = {node.name for node in functions if any(map(_judges, ast.walk(node)))}
        uses = {node.name: _used(node) for node in functions}
        while True:
            more = {name for name, used in uses.items() if used & judging} - judging
            if not more:
                return judging
            judging |= more

    def helps(self) -> list[Help]:
        """Return every text of help and feedback that the checks hold."""
        found = []
        for path, tree in self._trees.items():
            for node in ast.walk(tree):
                for text in _texts_of(node):
                    if pattern := _pattern(text):
                        found.append(Help(self._where(path, text), _shown(text), pattern))
        return found


def _is_mark(node: ast.AST) -> TypeGuard[ast.Attribute]:
    """Return whether it is one of pytest's marks, as in `pytest.mark.skip`."""
    of = node.value if isinstance(node, ast.Attribute) else None
    return getattr(of, "attr", getattr(of, "id", "")) == "mark"


def _judges(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return not _why_true(node.test)
    if isinstance(node, ast.Raise):
        return True
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    name = node.func.attr
    of_pytest = isinstance(node.func.value, ast.Name) and node.func.value.id == "pytest" and name in _PYTEST
    of_unittest = name.startswith("assert")  # numpy's names begin so too
    return of_pytest or of_unittest or name in _verbs() or _PLAYWRIGHT.fullmatch(name) is not None


def _idle_asserts(function: Function) -> Iterator[ast.Assert]:
    """Yield the asserts of a function that can never fail."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assert) and _why_true(node.test):
            yield node


def _why_true(node: ast.expr) -> str:
    """Return why what is written there is always true, or nothing."""
    if isinstance(node, ast.Tuple) and node.elts:
        return "in brackets the check and its help are a tuple, and that is always true"
    if isinstance(node, ast.BoolOp):
        whys = [_why_true(value) for value in node.values]
        decides = any if isinstance(node.op, ast.Or) else all
        return max(whys) if decides(whys) else ""
    if isinstance(node, ast.Constant):
        return f"{node.value!r} is always true" if node.value else ""
    full = getattr(node, "elts", ()) if isinstance(node, ast.List | ast.Set) else getattr(node, "keys", ())
    if full or isinstance(node, ast.Lambda | ast.GeneratorExp):
        return f"{ast.unparse(node)} is always true"
    if _is_answer(node):
        return f"{ast.unparse(node)} gives an answer, and that is always true"
    return ""


def _is_answer(node: ast.expr) -> bool:
    """Return whether it is what a whole call or run gives: an object, whatever came."""
    func = node.func if isinstance(node, ast.Call) else None
    of = func.value if isinstance(func, ast.Attribute) and func.attr in ("call", "run") else None
    return isinstance(of, ast.Name) and of.id in ("wasm", "expect", "python")


def _verbs() -> set[str]:
    """Return the verbs of `expect` that can fail."""
    from wasmlab.checks.costs import Cost
    from wasmlab.checks.expecting import Called, Ran
    from wasmlab.checks.python_checks import PythonCalled
    from wasmlab.checks.structure import ModuleRules

    return {
        name
        for each in (Called, Ran, ModuleRules, Cost, PythonCalled)
        for name in vars(each)
        if name[0] != "_"
    }


def _used(function: Function) -> set[str]:
    """Return the names that a function calls or asks for as a fixture."""
    names = {arg.arg for arg in function.args.args}
    return names | {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}


def _texts_of(node: ast.AST) -> list[ast.expr]:
    """Return the help texts that a node holds itself."""
    if isinstance(node, ast.Assert):
        return [node.msg] if node.msg else []
    if not isinstance(node, ast.Call):
        return []
    is_feedback = isinstance(node.func, ast.Attribute) and node.func.attr == "feedback"
    wanted = ("help", "passed") if is_feedback else ("help",)
    named = [keyword.value for keyword in node.keywords if keyword.arg in wanted]
    return [*(node.args[:1] if is_feedback else []), *named]


def _pattern(text: ast.expr) -> str:
    if isinstance(text, ast.Constant) and isinstance(text.value, str):
        return re.escape(text.value)
    if isinstance(text, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else None for part in text.values)
        return "".join(".*" if part is None else re.escape(str(part)) for part in parts)
    return ""


def _shown(text: ast.expr) -> str:
    return str(text.value) if isinstance(text, ast.Constant) else ast.unparse(text)
