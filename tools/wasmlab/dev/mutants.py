"""Tries the checks of a lesson on its solution with one small change: a check that sees none is weak."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import PurePosixPath

from wasmlab.build import Options, build_modules, build_target
from wasmlab.checks.verdicts import Verdict
from wasmlab.dev.cases import CALL_SECONDS
from wasmlab.dev.changing import Change, changes_of
from wasmlab.dev.ctree import functions_of
from wasmlab.engines.contract import Limits
from wasmlab.errors import CompileFailed
from wasmlab.lesson import Lesson, Target

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


def survey(lesson: Lesson, work: Lesson) -> Survey:
    """Change the files that students hand in, one place at a time, and run the checks in wasmtime.

    `work` is a copy of the lesson that may be changed.
    """
    found = Survey()
    for source, targets in _sources(lesson):
        found = _together(found, _Source(lesson, work, source, targets).survey())
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


class _Source:
    """One C file, and the targets that it is a part of."""

    def __init__(self, lesson: Lesson, work: Lesson, source: str, targets: list[Target]) -> None:
        self._work = replace(work, targets=tuple(targets))
        self._all = work
        self._source = source
        self._path = work.root / source
        self._solution = (lesson.root / source).read_bytes()
        self._targets = targets

    def survey(self) -> Survey:
        functions = functions_of(self._work, self._targets[0], self._source)
        changes = changes_of(functions, self._solution)
        changes = changes[:: max(1, -(-len(changes) // _MOST))]
        found = Survey(tried=len(changes))
        try:
            for change in changes:
                found = self._tried(change, found)
        finally:
            self._path.write_bytes(self._solution)
            build_modules(self._all, Options())
        return found

    def _tried(self, change: Change, found: Survey) -> Survey:
        self._path.write_bytes(change.apply(self._solution))
        if any(result.error is not None for result in build_modules(self._work, Options())):
            return found  # the build itself says no: nothing is left for the checks to see
        if self._is_caught():
            return replace(found, made=found.made + 1)
        if self._is_same():
            return replace(found, same=found.same + 1)
        place = f"{self._source}:{change.line(self._solution)}"
        survivors = (*found.survivors, Survivor(place, change.text))
        return replace(found, made=found.made + 1, survivors=survivors)

    def _is_caught(self) -> bool:
        from wasmlab.checks.running import check_built

        folder, limits = self._all.root / "checks", Limits(seconds=CALL_SECONDS)
        verdicts = check_built(self._all, folder, ["wasmtime"], _silent, None, limits, first_failure=True)
        return any(verdict.verdict in ("failed", "error") for verdict in verdicts)

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
        result = build_target(
            self._all,
            replace(target, name=f"{target.name}-optimised", output=output, also=()),
            Options(profile="release"),
        )
        if result.error is not None:
            raise CompileFailed(result.error.what, result.error.hint)
        return (self._all.root / output).read_bytes()


def _silent(_verdict: Verdict) -> None:
    pass
