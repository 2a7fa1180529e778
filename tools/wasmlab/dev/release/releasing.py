"""`wasmlab dev release`: the course as students get it, without solutions, cases and hidden checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from wasmlab.copying import Entry, Laid, files_under, lay_out, sweep, was_laid_out
from wasmlab.course import Course
from wasmlab.dev.cases import FOLDER
from wasmlab.dev.collecting import Collected
from wasmlab.dev.finding import Finding
from wasmlab.dev.release.handout import Handout, given_away
from wasmlab.errors import FolderTaken, SolutionLeaks, UsageError
from wasmlab.learn.notebook import SOLUTIONS, STARTERS
from wasmlab.lesson import Lesson

_DOCS = "docs"


@dataclass(frozen=True)
class Released:
    """What was laid out, and the pages of the course that were left out, for they show a solution.

    Of what an earlier release has laid out and this one has not, `gone` was removed; `stale` was edited.
    """

    laid: Laid
    left_out: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()


def release(course: Course, target: Path, *, with_solutions: bool = False) -> Released:
    """Make the students' copy of `course` in `target`; again, it updates what nobody has edited.

    What is no part of it any more is removed: it may be what must not have been given out.

    `with_solutions` puts the solutions where `wasmlab learn` offers them after passing.

    Raises:
        FolderTaken: something else stands there.
        ManifestError: a lesson's manifest does not read.
        SolutionLeaks: a file of a lesson gives its solution or a hidden check away.
        UsageError: the checks of a lesson cannot be read, so nobody knows which are hidden.
        FolderNotWritable: the folder refuses a file.
    """
    folder = target.expanduser()
    if not _is_release(folder) and (folder.is_file() or (folder.is_dir() and any(folder.iterdir()))):
        raise FolderTaken(f"{folder} is there already", "wasmlab dev release takes a new or an empty folder")
    for error in course.broken.values():  # a lesson that is left out unsaid is missed too late
        raise error
    handouts = [Handout(lesson) for lesson in course.lessons]
    entries = [entry for each in handouts for entry in _of_lesson(each, with_solutions=with_solutions)]
    pages, left_out = _docs(course, handouts)
    gone, stale = sweep((entry.path for entry in (*entries, *pages)), folder)
    return Released(lay_out([*entries, *pages], folder, {"release": "1"}), left_out, gone, stale)


def _is_release(folder: Path) -> bool:
    """Return whether a release may go there again: a lecturer's own course or lesson was laid out too."""
    own = (folder / "lesson.toml", folder / FOLDER, *folder.glob(f"*/{FOLDER}"))
    return was_laid_out(folder) and not any(path.exists() for path in own)


def _of_lesson(handout: Handout, *, with_solutions: bool) -> Iterator[Entry]:
    if handout.problems:
        raise UsageError(_line_of(handout.problems[0]), handout.problems[0].hint)
    if leaks := handout.leaks():
        raise SolutionLeaks(_line_of(leaks[0]), leaks[0].hint)
    lesson, starter = handout.lesson, handout.starter
    yield from (replace(entry, path=f"{lesson.name}/{entry.path}") for entry in handout.files)
    kept = {name: starter.get(name) or (lesson.root / name).read_bytes() for name in lesson.submit}
    for name, content in kept.items():
        yield Entry(f"{STARTERS}/{lesson.name}/{name}", content)
    if with_solutions:
        for name in lesson.submit:
            yield Entry(f"{SOLUTIONS}/{lesson.name}/{name}", (lesson.root / name).read_bytes())


def _line_of(finding: Finding) -> str:
    return f"{finding.where}: {finding.what}"


def leaks_of(lesson: Lesson, found: Collected | None = None) -> list[Finding]:
    """Return the files of the students' copy that give a solution or a hidden check away.

    The checks are those that were `found`, where somebody has asked pytest already.
    """
    return Handout(lesson, found).leaks()


def _docs(course: Course, handouts: Iterable[Handout]) -> tuple[list[Entry], tuple[str, ...]]:
    secrets = [secret for each in handouts for secret in each.secrets]
    folder = course.root / _DOCS
    pages = list(files_under(folder, _DOCS)) if folder.is_dir() else []
    shown = {page.path for page in pages if given_away(page, secrets)}
    return [page for page in pages if page.path not in shown], tuple(sorted(shown))
