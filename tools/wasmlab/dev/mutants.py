"""Tries the checks of a lesson on its solution with one small change: a check that sees none is weak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from wasmlab.build import Options, build_modules, build_target
from wasmlab.checks.verdicts import Verdict
from wasmlab.dev.cases import CALL_SECONDS, cases_of
from wasmlab.dev.changing import Change, changes_of
from wasmlab.dev.changing_python import is_same_python, python_changes
from wasmlab.dev.ctree import functions_of
from wasmlab.engines.contract import Limits
from wasmlab.errors import CompileFailed
from wasmlab.lesson import Lesson, Target

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages

_MOST = 200
"""No file is changed in more ways than this: they are taken evenly from all."""


@dataclass(frozen=True)
class Survivor:
    """A change that no check has seen: `place` is the file and its line."""

    place: str
    text: str

    def to_json(self) -> dict[str, str]:
        """Return it as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Survey:
    """How many changes `made` another program; `same` made none, the rest of `tried` did not compile."""

    tried: int = 0
    made: int = 0
    same: int = 0
    survivors: tuple[Survivor, ...] = ()


def survey(lesson: Lesson, work: Lesson, pages: LessonPages | None = None) -> Survey:
    """Change the files that students hand in, one place at a time, and run the checks.

    C is checked in wasmtime, Python in Chromium, for which there must be `pages`. `work` is a copy of
    the lesson that may be changed.
    """
    found = Survey()
    for source, targets in _sources(lesson):
        found = _together(found, _Source(lesson, work, source, targets).survey())
    if pages is not None:
        for source in lesson.submit:
            if source.endswith(".py"):
                found = _together(found, _Python(lesson, work, source, pages).survey())
    return found


def _sources(lesson: Lesson) -> Iterator[tuple[str, list[Target]]]:
    names = lesson.submit or tuple(source for target in lesson.targets for source in target.sources)
    for name in dict.fromkeys(names):
        targets = [target for target in lesson.targets if name in target.sources]
        if targets:
            yield name, sorted(targets, key=lambda target: target.toolchain != "clang")


def _together(one: Survey, other: Survey) -> Survey:
    return Survey(
        one.tried + other.tried,
        one.made + other.made,
        one.same + other.same,
        one.survivors + other.survivors,
    )


class _Mutated:
    """One file that is changed: what becomes of each change, whatever its language."""

    def __init__(self, lesson: Lesson, work: Lesson, source: str) -> None:
        self._work = work
        self._source = source
        self._path = work.root / source
        self._solution = (lesson.root / source).read_bytes()

    def survey(self) -> Survey:
        changes = self._changes()
        changes = changes[:: max(1, -(-len(changes) // _MOST))]
        found = Survey(tried=len(changes))
        try:
            for change in changes:
                found = self._tried(change, found)
        finally:
            self._path.write_bytes(self._solution)
        return found

    def _tried(self, change: Change, found: Survey) -> Survey:
        self._path.write_bytes(change.apply(self._solution))
        if not self._builds():
            return found  # the build itself says no: nothing is left for the checks to see
        if self._is_caught():
            return replace(found, made=found.made + 1)
        if self._is_same():
            return replace(found, same=found.same + 1)
        place = f"{self._source}:{change.line(self._solution)}"
        survivors = (*found.survivors, Survivor(place, change.text))
        return replace(found, made=found.made + 1, survivors=survivors)

    def _judged(self, engine: str, pages: LessonPages | None = None, only: Sequence[str] = ()) -> bool:
        """Return whether a check does not pass."""
        from wasmlab.checks.running import check_built

        folder, limits = self._work.root / "checks", Limits(seconds=CALL_SECONDS)
        verdicts = check_built(
            self._work, folder, [engine], _silent, pages, limits, first_failure=True, only=only
        )
        return any(verdict.verdict in ("failed", "error") for verdict in verdicts)

    def _changes(self) -> list[Change]:
        raise NotImplementedError

    def _builds(self) -> bool:
        raise NotImplementedError

    def _is_caught(self) -> bool:
        raise NotImplementedError

    def _is_same(self) -> bool:
        raise NotImplementedError


class _Source(_Mutated):
    """A C file, and the targets that it is a part of."""

    def __init__(self, lesson: Lesson, work: Lesson, source: str, targets: list[Target]) -> None:
        super().__init__(lesson, work, source)
        self._targets = targets
        self._part = replace(work, targets=tuple(targets))

    def survey(self) -> Survey:
        found = super().survey()
        build_modules(self._work, Options())
        return found

    def _changes(self) -> list[Change]:
        return changes_of(functions_of(self._part, self._targets[0], self._source), self._solution)

    def _builds(self) -> bool:
        return all(result.error is None for result in build_modules(self._part, Options()))

    def _is_caught(self) -> bool:
        return self._judged("wasmtime")

    def _is_same(self) -> bool:
        """Return whether the optimised program is the solution's, byte by byte: then nothing has changed."""
        changed = self._path.read_bytes()
        made = self._optimised()
        self._path.write_bytes(self._solution)
        same = self._optimised() == made
        self._path.write_bytes(changed)
        return same

    def _optimised(self) -> bytes:
        target = self._targets[0]
        output = f"dist/release/{PurePosixPath(target.output).name}"
        other = replace(target, name=f"{target.name}-optimised", output=output, also=())
        result = build_target(self._work, other, Options(profile="release"))
        if result.error is not None:
            raise CompileFailed(result.error.what, result.error.hint)
        return (self._work.root / output).read_bytes()


class _Python(_Mutated):
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
        return self._judged("chromium", self._pages, self._only)

    def _is_same(self) -> bool:
        return is_same_python(self._path.read_bytes(), self._solution)


def _silent(_verdict: Verdict) -> None:
    pass
