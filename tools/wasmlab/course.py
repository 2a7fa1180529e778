"""Where the lessons are: the folder at hand, the checkout, or a copy in the user's cache."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from wasmlab import __version__
from wasmlab.errors import CourseMissing, FolderNotWritable, LessonUnknown, ManifestError
from wasmlab.lesson import Lesson, load_lesson
from wasmlab.names import did_you_mean
from wasmlab.shipped import MANIFEST, lesson_folders, shipped_course

if TYPE_CHECKING:  # whoever stands in a course copies none
    from wasmlab.copying import Entry


@dataclass(frozen=True)
class Course:
    """A folder of lessons, in their order; `broken` holds the ones whose manifest does not read."""

    root: Path
    lessons: tuple[Lesson, ...]
    broken: dict[str, ManifestError] = field(default_factory=dict)
    is_copy: bool = False

    def lesson(self, name: str) -> Lesson:
        """Return the lesson called `name` (its folder's name, or a path to that folder).

        Raises:
            LessonUnknown: there is none, or it is another course's; the hint names the nearest.
            ManifestError: there is one, but its manifest does not read.
        """
        at = _lesson_at(name)
        if at is not None and at.parent != self.root.resolve():
            raise LessonUnknown(f"{name} is no lesson of {self.root}", f"--course {at.parent}")
        wanted = at.name if at else Path(name).as_posix()
        for lesson in self.lessons:
            if lesson.name == wanted:
                return lesson
        if wanted in self.broken:
            raise self.broken[wanted]
        raise self._unknown(name)

    def _unknown(self, name: str) -> LessonUnknown:
        known = [lesson.name for lesson in self.lessons] + list(self.broken)
        if around := self._around(name, known):
            what = f"{name} is a file, and a lesson's folder is wanted"
            return LessonUnknown(what, f"name the lesson: {around}")
        hint = did_you_mean(Path(name).name, known)
        return LessonUnknown(f"no lesson is called {name!r} in {self.root}", hint)

    def _around(self, name: str, known: list[str]) -> str:
        """Return the lesson in which the file `name` lies, seen from here or from the course."""
        for path in (Path(name), self.root / name):
            if path.is_file():
                return next((part.name for part in path.resolve().parents if part.name in known), "")
        return ""

    def select(self, names: list[str]) -> list[Lesson]:
        """Return the lessons called `names`, or all of them where no name is given."""
        return [self.lesson(name) for name in names] if names else list(self.lessons)

    def unread(self, names: list[str]) -> list[ManifestError]:
        """Return why lessons are missing from what `select` gives where no name is given."""
        return [] if names else list(self.broken.values())


def cache_folder() -> Path:
    """Return the user's cache folder of wasmlab (`WASMLAB_CACHE` names another)."""
    if named := os.environ.get("WASMLAB_CACHE"):
        return Path(named).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("wasmlab", appauthor=False))


def find_course(start: Path | None = None, names: Iterable[str | None] = ()) -> Course:
    """Return the course at `start` or above it, or a copy of the shipped one in the user's cache.

    With no `start`, it is the course of the first of the lessons' `names` that is a path to a lesson's
    folder; else the current folder is where the search begins. A `start` that was named by the user must
    hold lessons itself.

    Raises:
        CourseMissing: `start` was given and holds no lesson, or the current folder is gone.
        FolderNotWritable: the copy in the cache cannot be made.
    """
    if start is not None:
        return load_course(_named(start))
    for name in names:
        if name is not None and (at := _lesson_at(name)):
            return load_course(at.parent)
    here = _here()
    if lesson_folders(here):
        return load_course(here)
    for inside in (here, *here.parents):
        if _belongs(inside) and lesson_folders(inside.parent):
            return load_course(inside.parent)
    return load_course(_cached_copy(), is_copy=True)


def _lesson_at(name: str) -> Path | None:
    """Return the lesson's folder that `name` is a path to; a plain name is no path."""
    if Path(name).parts == (name,) and name != "..":
        return None
    folder = Path(name).resolve()
    return folder if (folder / MANIFEST).is_file() else None


def _named(start: Path) -> Path:
    if not start.is_dir():
        what = "is a file and no folder" if start.exists() else "does not exist"
        raise CourseMissing(f"{start} {what}", "name the folder that holds the lessons' folders")
    if not lesson_folders(start):
        raise CourseMissing(f"{start} holds no lesson", "wasmlab new course DIR makes a course")
    return start.resolve()


def _here() -> Path:
    try:
        return Path.cwd()
    except OSError as error:
        hint = "go to a folder that exists (cd), or name the course's whole path with --course"
        raise CourseMissing("the folder you are in has been removed", hint) from error


def _belongs(folder: Path) -> bool:
    """Whether the folder above is meant: a stranger's lesson beside us is not our course."""
    from wasmlab.copying import RECORD

    above = folder.parent
    return (folder / MANIFEST).is_file() or (above / RECORD).is_file() or (above / ".git").exists()


def load_course(root: Path, *, is_copy: bool = False) -> Course:
    """Read every lesson directly under `root`; a broken manifest is kept, not raised."""
    lessons: list[Lesson] = []
    broken: dict[str, ManifestError] = {}
    for folder in lesson_folders(root):
        try:
            lessons.append(load_lesson(folder))
        except ManifestError as error:
            broken[folder.name] = error
    lessons.sort(key=lambda lesson: (lesson.order, lesson.name))
    return Course(root, tuple(lessons), broken, is_copy)


def course_files(source: Path) -> list[Entry]:
    """Return the files of the lessons and of the course's `docs/` under `source`."""
    from wasmlab.copying import files_under

    folders = [*lesson_folders(source), source / "docs"]
    return [entry for folder in folders if folder.is_dir() for entry in files_under(folder, folder.name)]


def _cached_copy() -> Path:
    """Copy the shipped lessons for each version; a student's edits there are kept.

    In a checkout the lessons change while the version stays: whenever one of them has, the files
    that nobody has edited in the copy are brought up to date.
    """
    from wasmlab.copying import lay_out, read_note

    source = shipped_course()
    target = cache_folder() / f"course-{__version__}"
    state = _state(source)
    if read_note(target).get("state") != state or not lesson_folders(target):
        try:
            lay_out(course_files(source), target, {"state": state})
        except FolderNotWritable as error:
            hint = "set WASMLAB_CACHE to a folder that you may write to"
            raise FolderNotWritable(f"the lessons cannot be copied: {error.what}", hint) from error
    return target


def _state(source: Path) -> str:
    """Return a hash over names, sizes and times of the shipped files: no content is read."""
    digest = hashlib.sha256()
    for folder in (*lesson_folders(source), source / "docs"):
        for path in sorted(folder.rglob("*")):
            if "dist" not in path.parts and "__pycache__" not in path.parts and path.is_file():
                stat = path.stat()
                digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
