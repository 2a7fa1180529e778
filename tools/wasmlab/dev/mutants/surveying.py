"""Tries the checks of a lesson on its solution with one small change: a check that sees none is weak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from wasmlab.build import Options, build_modules, build_target
from wasmlab.dev.mutants import in_pages
from wasmlab.dev.mutants.changing import Change, changes_of
from wasmlab.dev.mutants.ctree import functions_of
from wasmlab.dev.mutants.mutated import Mutated, Survey
from wasmlab.errors import CompileFailed, UsageError
from wasmlab.lesson import Lesson, Target

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages

AT_MOST = 200
"""No file is changed in more ways than this, unless somebody says so."""


def survey(
    lesson: Lesson,
    work: Lesson,
    pages: LessonPages | None = None,
    at_most: int = AT_MOST,
    more: Sequence[str] = (),
) -> Survey:
    """Change the files that students hand in, and `more`, one place at a time, and run the checks.

    C is checked in wasmtime, Python and JavaScript in Chromium, for which there must be `pages`. `work` is
    a copy of the lesson that may be changed.

    Raises:
        UsageError: one of `more` cannot be changed.
    """
    refuse_unchangeable(lesson, more, pages)
    names = dict.fromkeys((*_own(lesson), *more))
    files = [each for name in names if (each := _mutated(lesson, work, name, pages))]
    return sum((each.survey(at_most) for each in files), Survey())


def refuse_unchangeable(lesson: Lesson, names: Sequence[str], pages: LessonPages | None) -> None:
    """Refuse what cannot be changed, before anything is tried.

    Raises:
        UsageError: one of `names` is no file of the lesson, of another language, or needs `pages`.
    """
    for name in names:
        if not (lesson.root / name).is_file():
            raise UsageError(f"{lesson.name} has no {name}", "name a file by its path in the lesson")
        kind = in_pages.KINDS.get(PurePosixPath(name).suffix)
        if any(name in target.sources for target in lesson.targets):
            continue
        if kind is None:
            raise UsageError(f"{name} is neither C, Python nor JavaScript", "name a .c, a .py or a .js")
        if pages is None:
            raise UsageError(f"changes of {name} are tried in Chromium alone", "add --engine chromium")


def _own(lesson: Lesson) -> Sequence[str]:
    return lesson.submit or tuple(source for target in lesson.targets for source in target.sources)


def _mutated(lesson: Lesson, work: Lesson, name: str, pages: LessonPages | None) -> Mutated | None:
    """Return what changes a file; None where it is of no language that we can change, or needs a browser."""
    if targets := [target for target in lesson.targets if name in target.sources]:
        return _Source(lesson, work, name, sorted(targets, key=lambda each: each.toolchain != "clang"))
    if kind := in_pages.KINDS.get(PurePosixPath(name).suffix):
        return kind(lesson, work, name, pages) if pages is not None else None
    return None


class _Source(Mutated):
    """A C file, and the targets that it is a part of."""

    def __init__(self, lesson: Lesson, work: Lesson, source: str, targets: list[Target]) -> None:
        super().__init__(lesson, work, source)
        self._targets = targets
        self._part = replace(work, targets=tuple(targets))

    def survey(self, at_most: int) -> Survey:
        found = super().survey(at_most)
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
