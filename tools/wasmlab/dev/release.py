"""`wasmlab dev release`: the course as students get it, without solutions, cases and hidden checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from wasmlab.copying import Entry, Laid, files_under, lay_out, was_laid_out
from wasmlab.course import Course
from wasmlab.dev.cases import EXPECTED, FOLDER, starter_of
from wasmlab.dev.finding import Finding
from wasmlab.dev.hiding import without_hidden
from wasmlab.errors import FolderTaken, SolutionLeaks
from wasmlab.learn.notebook import SOLUTIONS, STARTERS
from wasmlab.lesson import Lesson

_DOCS = "docs"
_SHORTEST = 8  # letters: a line like `}` or `int i;` gives nothing away
_TOGETHER = 2  # such lines of the solution, one below the other, are a leak


@dataclass(frozen=True)
class Released:
    """What was laid out, and the pages of the course that were left out, for they show a solution."""

    laid: Laid
    left_out: tuple[str, ...] = ()


def release(course: Course, target: Path, *, with_solutions: bool = False) -> Released:
    """Make the students' copy of `course` in `target`; again, it updates what nobody has edited.

    `with_solutions` puts the solutions where `wasmlab learn` offers them after passing.

    Raises:
        FolderTaken: something else stands there.
        SolutionLeaks: a file of a lesson gives its solution away.
        FolderNotWritable: the folder refuses a file.
    """
    folder = target.expanduser()
    if not was_laid_out(folder) and (folder.is_file() or (folder.is_dir() and any(folder.iterdir()))):
        raise FolderTaken(f"{folder} is there already", "wasmlab dev release takes a new or an empty folder")
    entries: list[Entry] = []
    for lesson in course.lessons:
        if leaks := leaks_of(lesson):
            raise SolutionLeaks(f"{leaks[0].where}: {leaks[0].what}", leaks[0].hint)
        entries += _of_lesson(lesson, with_solutions=with_solutions)
    pages, left_out = _docs(course)
    return Released(lay_out([*entries, *pages], folder, {"release": "1"}), left_out)


def _of_lesson(lesson: Lesson, *, with_solutions: bool) -> Iterator[Entry]:
    yield from (replace(entry, path=f"{lesson.name}/{entry.path}") for entry in student_files(lesson))
    starter = _starter(lesson)
    kept = {name: starter.get(name) or (lesson.root / name).read_bytes() for name in lesson.submit}
    for name, content in kept.items():
        yield Entry(f"{STARTERS}/{lesson.name}/{name}", content)
    if with_solutions:
        for name in lesson.submit:
            yield Entry(f"{SOLUTIONS}/{lesson.name}/{name}", (lesson.root / name).read_bytes())


def student_files(lesson: Lesson) -> list[Entry]:
    """Return the files of a lesson as students get them, by their paths in it."""
    starter = _starter(lesson)
    return [
        _for_students(entry, starter)
        for entry in files_under(lesson.root, "")
        if not entry.path.startswith(f"{FOLDER}/") and not _is_hidden(entry)
    ]


def _starter(lesson: Lesson) -> dict[str, bytes]:
    folder = starter_of(lesson)
    found = files_under(folder, "") if folder.is_dir() else ()
    return {entry.path: entry.content for entry in found if entry.path != EXPECTED}


def _for_students(entry: Entry, starter: dict[str, bytes]) -> Entry:
    if entry.path in starter:
        return replace(entry, content=starter[entry.path])
    if _is_checks(entry):
        return replace(entry, content=without_hidden(entry.content.decode()).encode())
    return entry


def _is_checks(entry: Entry) -> bool:
    path = PurePosixPath(entry.path)
    return path.parts[0] == "checks" and path.suffix == ".py"


def _is_hidden(entry: Entry) -> bool:
    """Return whether a file of checks is left empty: all of it is hidden."""
    return (
        _is_checks(entry)
        and bool(entry.content.strip())
        and not without_hidden(entry.content.decode()).strip()
    )


def leaks_of(lesson: Lesson) -> list[Finding]:
    """Return the files of the students' copy that give a solution or a hidden check away."""
    secrets = _secrets(lesson)
    if not secrets:
        return []
    return [
        Finding(
            f"{lesson.name}/{entry.path}", f"students would read {shown!r}", "take it out, or into a case"
        )
        for entry in student_files(lesson)
        if (shown := _given_away(entry, secrets))
    ]


def _docs(course: Course) -> tuple[list[Entry], tuple[str, ...]]:
    secrets = [secret for lesson in course.lessons for secret in _secrets(lesson)]
    folder = course.root / _DOCS
    pages = list(files_under(folder, _DOCS)) if folder.is_dir() else []
    shown = {page.path for page in pages if _given_away(page, secrets)}
    return [page for page in pages if page.path not in shown], tuple(sorted(shown))


def _secrets(lesson: Lesson) -> list[tuple[str, ...]]:
    """Return the runs of lines that the solution has and the starter has not, and the hidden checks'."""
    starter = _starter(lesson)
    found: list[tuple[str, ...]] = []
    for name, content in starter.items():
        own = lesson.root / name
        if own.is_file():
            found += _runs(own.read_bytes(), content)
    for entry in files_under(lesson.root / "checks", "checks"):
        if _is_checks(entry):
            found += _runs(entry.content, without_hidden(entry.content.decode()).encode())
    return found


def _runs(whole: bytes, given: bytes) -> Iterator[tuple[str, ...]]:
    """Yield each pair of telling lines, one below the other, of which at least one is not given."""
    known = set(_lines(given))
    lines = _lines(whole)
    for run in zip(*(lines[n:] for n in range(_TOGETHER)), strict=False):
        if not known.intersection(run):
            yield run


def _lines(content: bytes) -> list[str]:
    lines = (" ".join(line.split()) for line in content.decode("utf-8", "replace").splitlines())
    return [line for line in lines if len(line) >= _SHORTEST]


def _given_away(entry: Entry, secrets: Iterable[tuple[str, ...]]) -> str:
    """Return the first line of a secret that stands in a file, or nothing."""
    text = "\n".join(_lines(entry.content))
    return next((run[0] for run in secrets if "\n".join(run) in text), "")
