"""What a service must have to grade a lesson: its engines, what must be set up, and where the course is."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from wasmlab.copying import files_under
from wasmlab.grade.inventory import take_inventory
from wasmlab.grade.template import make_template, toolchains_of
from wasmlab.lesson import Lesson
from wasmlab.packages import LOCK
from wasmlab.shipped import MANIFEST, shipped_course

BROWSER = "chromium"
_NOT_COMPARED = {"cases", "solution", "solutions", "test-results"}


@dataclass(frozen=True)
class Needs:
    """What grading needs beyond wasmlab itself: `engines` beside the usual one, `parts` of `setup`.

    `place` is the folder of a course of one's own in its repository, nothing where that is the top.
    """

    engines: tuple[str, ...]
    parts: tuple[str, ...]
    has_own_course: bool
    place: str = ""


def needs_of(lesson: Lesson) -> Needs:
    """Return what grading `lesson` needs.

    Raises:
        NotGradable: it has no checks, or they cannot be read.
    """
    engines = _engines(lesson)
    parts = (
        ("emscripten", "emscripten" in toolchains_of(lesson)),
        (BROWSER, BROWSER in engines),
        ("pyodide", (lesson.root / LOCK).is_file()),
    )
    wanted = tuple(name for name, is_wanted in parts if is_wanted)
    if _is_shipped(lesson):
        return Needs(engines, wanted, has_own_course=False)
    return Needs(engines, wanted, has_own_course=True, place=_place_of(lesson.root.parent))


def _place_of(course: Path) -> str:
    """Return where a course lies in its repository; one that is in none yet is taken to be at its top."""
    top = next((folder for folder in (course, *course.parents) if (folder / ".git").exists()), course)
    place = course.relative_to(top).as_posix()
    return "" if place == "." else place


def _engines(lesson: Lesson) -> tuple[str, ...]:
    """Ask the checks themselves: a browser where one of them needs it, and it alone where all of them do."""
    with tempfile.TemporaryDirectory(prefix="wasmlab-ci-") as place:
        inventory = take_inventory(make_template(lesson, Path(place)), ("wasmtime",))
    if not inventory.left_out:
        return ()
    return ("wasmtime", BROWSER) if inventory.checks else (BROWSER,)


def _is_shipped(lesson: Lesson) -> bool:
    """Whether `wasmlab new course` gives this very lesson; what students write themselves may differ."""
    shipped = shipped_course() / lesson.name
    return (shipped / MANIFEST).is_file() and _files(lesson, lesson.root) == _files(lesson, shipped)


def _files(lesson: Lesson, root: Path) -> dict[str, bytes]:
    """Return the files that decide a verdict."""
    return {
        entry.path: entry.content
        for entry in files_under(root, "")
        if entry.path not in lesson.submit and entry.path.partition("/")[0] not in _NOT_COMPARED
    }
