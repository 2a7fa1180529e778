"""A student's copy: what it began with, how far they are, which hints they have read."""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from wasmlab.course import Course, find_course
from wasmlab.errors import CourseMissing, FolderNotWritable, NotForStudents
from wasmlab.lesson import Lesson
from wasmlab.process import quoted
from wasmlab.shipped import shipped_course

KEPT = ".wasmlab"
STARTERS = f"{KEPT}/starter"
SOLUTIONS = f"{KEPT}/solution"
_PROGRESS = f"{KEPT}/progress.json"


@dataclass(frozen=True)
class Progress:
    """The lessons that have passed, and which `checks`, and how many hints of each lesson were read."""

    passed: tuple[str, ...] = ()
    hints: dict[str, int] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)


class Notebook:
    """A student's copy of a course."""

    def __init__(self, course: Course) -> None:
        if not (course.root / STARTERS).is_dir():
            what = f"the lessons in {course.root} are the lecturer's: what is asked for is done there already"
            hint = "wasmlab new course DIR --student makes a copy to learn from; then: cd DIR"
            raise NotForStudents(what, hint)
        self.course = course
        self.lessons = [lesson for lesson in course.lessons if lesson.submit]
        self._seen = _read(course.root / _PROGRESS)
        self.progress = self._still(self._seen)
        for error in course.broken.values() if not self.lessons else ():
            raise error
        if not self.lessons:
            hint = "in lesson.toml, submit = [...] names the files that are a student's to edit"
            raise NotForStudents(f"no lesson in {course.root} has anything to do", hint)

    def lesson(self, name: str | None) -> Lesson:
        """Return the lesson called `name`; without a name the one that is next.

        Raises:
            LessonUnknown: there is none of that name.
            NotForStudents: nothing in it is a student's to edit.
        """
        if not name:
            return self.next()
        found = self.course.lesson(name)
        if not found.submit:
            hint = f"wasmlab serve {quoted(name)} shows it, and wasmlab learn goes on with the next one"
            raise NotForStudents(f"nothing in {name} is yours to edit", hint)
        return found

    def next(self) -> Lesson:
        """Return the first lesson that has not passed, the last one where all have."""
        open_ = [lesson for lesson in self.lessons if lesson.name not in self.progress.passed]
        return open_[0] if open_ else self.lessons[-1]

    def note(self, lesson: Lesson, *, passed: bool) -> None:
        """Remember whether a lesson passes."""
        self._look_again()
        names = [name for name in self.progress.passed if name != lesson.name]
        now = (*names, lesson.name) if passed else tuple(names)
        if set(now) != set(self.progress.passed):
            checks = {**self.progress.checks, lesson.name: _checks_of(lesson)}
            self._keep(replace(self.progress, passed=now, checks=checks))

    def hints(self, lesson: Lesson) -> list[str]:
        """Return the hints that were read."""
        return list(lesson.hints[: self.progress.hints.get(lesson.name, 0)])

    def read_hint(self, lesson: Lesson) -> list[str]:
        """Turn one more hint up, and return all that were read."""
        self._look_again()
        read = min(self.progress.hints.get(lesson.name, 0) + 1, len(lesson.hints))
        self._keep(replace(self.progress, hints={**self.progress.hints, lesson.name: read}))
        return self.hints(lesson)

    def is_touched(self, lesson: Lesson) -> bool:
        """Return whether a file of the student's differs from what it was at the beginning."""
        return bool(self._touched(lesson))

    def reset(self, lesson: Lesson) -> Path | None:
        """Bring back what the student began with; return where their own files are kept now, if any were.

        Raises:
            FolderNotWritable: a file cannot be written; nothing is lost then.
        """
        touched = self._touched(lesson)
        if not touched:
            return None
        place = self.course.root / KEPT / "kept" / lesson.name / time.strftime("%Y-%m-%d-%H%M%S")
        number = 1
        while place.exists():
            place = place.with_name(f"{place.name.partition('.')[0]}.{number}")
            number += 1
        try:
            for name in touched:
                own = lesson.root / name
                if own.is_file():
                    _write(place / name, own.read_bytes())
                elif own.is_dir():
                    (place / name).parent.mkdir(parents=True, exist_ok=True)
                    own.rename(place / name)
            for name in touched:
                _write(lesson.root / name, self._starter(lesson, name).read_bytes())
        except OSError as error:
            what = f"{error.filename or lesson.root} cannot be written: {error.strerror}"
            raise FolderNotWritable(what, "check its permissions, and the space left") from error
        return place if place.is_dir() else None

    def solution(self, lesson: Lesson) -> Path | None:
        """Return the folder with a solution to compare with, where the copy has one or wasmlab itself has."""
        given = self.course.root / SOLUTIONS / lesson.name
        if given.is_dir():
            return given
        shipped = shipped_course() / lesson.name
        same = [folder / "lesson.toml" for folder in (shipped, lesson.root)]
        if all(path.is_file() for path in same) and same[0].read_bytes() == same[1].read_bytes():
            return shipped if shipped.resolve() != lesson.root else None
        return None

    def _starter(self, lesson: Lesson, name: str) -> Path:
        return self.course.root / STARTERS / lesson.name / name

    def _touched(self, lesson: Lesson) -> list[str]:
        return [name for name in lesson.submit if self._differs(lesson, name)]

    def _differs(self, lesson: Lesson, name: str) -> bool:
        starter, own = self._starter(lesson, name), lesson.root / name
        if not starter.is_file():
            return False
        return not own.is_file() or own.read_bytes() != starter.read_bytes()

    def _keep(self, progress: Progress) -> None:
        """Write the progress down; where that is refused it is known until the end of this run."""
        self.progress = progress
        plain = {"passed": list(progress.passed), "hints": progress.hints, "checks": progress.checks}
        path = self.course.root / _PROGRESS
        with suppress(OSError):
            _write(path, json.dumps(plain, indent=1).encode())
            self._seen = progress

    def _look_again(self) -> None:
        """Take over what another run, in another terminal, has written down meanwhile."""
        now = _read(self.course.root / _PROGRESS)
        if now != self._seen:
            self._seen = now
            self.progress = self._still(now)

    def _still(self, progress: Progress) -> Progress:
        """Leave out what was passed before the lecturer has changed its checks."""
        now = {lesson.name: _checks_of(lesson) for lesson in self.lessons if lesson.name in progress.passed}
        changed = {name for name, checks in now.items() if progress.checks.get(name, checks) != checks}
        return replace(progress, passed=tuple(name for name in progress.passed if name not in changed))


def open_notebook(named: Path | None, lesson: str | None) -> Notebook:
    """Return the student's copy that is meant, as `find_course` finds it with the name of a `lesson`.

    Raises:
        NotForStudents: the course at hand is a lecturer's.
        CourseMissing: the folder that was named, or the one at hand, holds no lesson.
    """
    course = find_course(named, [lesson])
    if course.is_copy:  # what is shipped is nobody's copy to learn from
        hint = "go to your copy of the course (cd), or make one: wasmlab new course DIR --student"
        raise CourseMissing("there is no lesson in this folder, nor above it", hint)
    return Notebook(course)


def told_of_reset(kept: str) -> str:
    """Return what is said of a reset: where the student's own files are kept, if there were any."""
    return f"your files are kept in {kept}" if kept else "the files that were gone are back"


def _read(path: Path) -> Progress:
    """Read the progress; what is damaged counts as none."""
    try:
        raw: Any = json.loads(path.read_text(encoding="utf-8"))
        hints = {str(name): int(count) for name, count in raw["hints"].items()}
        checks = {str(name): str(digest) for name, digest in raw.get("checks", {}).items()}
        return Progress(tuple(map(str, raw["passed"])), hints, checks)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError):
        return Progress()


def _checks_of(lesson: Lesson) -> str:
    """Return what tells the lesson's checks from others."""
    digest = sha256()
    for path in sorted((lesson.root / "checks").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            with suppress(OSError):
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
