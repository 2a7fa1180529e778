"""Makes new courses and lessons: a copy of the shipped ones to edit, or a small skeleton."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from html import escape
from pathlib import Path

from wasmlab.copying import Entry, Laid, files_under, lay_out, was_laid_out
from wasmlab.course import Course, course_files, load_course
from wasmlab.errors import FolderTaken, NameRefused
from wasmlab.lesson import Lesson, load_lesson
from wasmlab.process import quoted
from wasmlab.shipped import shipped_course

_SKELETON = Path(__file__).parent / "skeleton"
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_OURS = {"dist", "node_modules", "cases", "docs", "__pycache__"}


def new_course(folder: Path) -> Laid:
    """Copy the shipped lessons and docs into `folder`; again, it restores what is gone.

    Raises:
        NameRefused: not every system can hold a folder of that name.
        FolderTaken: something else stands there already.
        FolderNotWritable: the folder refuses a file, or the disk is full.
    """
    target = folder.expanduser()
    if str(folder) != ".":
        check_name(target.name)
    _refuse_taken(target, "wasmlab new course DIR takes a new or an empty folder")
    return lay_out(course_files(shipped_course()), target)


def new_lesson(parent: Path, name: str, course: Course | None, source: str | None = None) -> Laid:
    """Make the lesson `name` under `parent`: a skeleton, or a copy of the lesson `source`.

    The new lesson's place is after the last one of `course`.

    Raises:
        NameRefused, FolderTaken, FolderNotWritable: as `new_course`.
        LessonUnknown: there is no lesson called `source`.
    """
    _check_lesson_name(name)
    target = parent / name
    _refuse_taken(target, "choose another name, or delete that folder first")
    others = [lesson for lesson in course.lessons if lesson.name != name] if course else []
    order = max((lesson.order for lesson in others), default=0) + 10
    if source is not None and course is not None:
        lesson = course.lesson(source)
        entries = _reworded(_renamed(files_under(lesson.root, ""), name, order), lesson, name)
    else:
        entries = _filled(files_under(_SKELETON, ""), name, order)
    return lay_out(entries, target)


def new_copy(source: Path, folder: Path) -> Laid:
    """Copy the shipped lesson in `source` to `folder`, under that name, so that it stands alone.

    Raises:
        NameRefused, FolderTaken, FolderNotWritable: as `new_course`.
    """
    target = folder.expanduser()
    _check_lesson_name(target.name)
    _refuse_taken(target, "choose another name, or delete that folder first")
    beside = load_course(target.parent).lessons if target.parent.is_dir() else ()
    order = max((lesson.order for lesson in beside if lesson.name != target.name), default=0) + 10
    entries = _renamed(files_under(source, ""), target.name, order)
    return lay_out(_reworded(entries, load_lesson(source), target.name), target)


def _reworded(entries: Iterable[Entry], source: Lesson, name: str) -> list[Entry]:
    """Give the copy's text, its page and what its cases must hear its own name and title."""
    title = _title(name)
    own_name = rf"(?<!new ){re.escape(source.name)}"

    def reworded(entry: Entry) -> Entry:
        if entry.path.startswith("cases/") and entry.path.endswith("/expect.json"):
            text = re.sub(rf"{re.escape(source.name)}(?=[/:])", lambda _: name, entry.content.decode())
            return replace(entry, content=text.encode())
        if entry.path not in ("README.md", source.page):
            return entry
        page = entry.path == source.page
        text = entry.content.decode().replace(source.title, escape(title) if page else title)
        return replace(entry, content=re.sub(own_name, lambda _: quoted(name), text).encode())

    return [reworded(entry) for entry in entries]


_GOOD_NAME = "a good name is short and plain, like loops or week-3"


def _check_lesson_name(name: str) -> None:
    check_name(name)
    if name.casefold() in _OURS:
        raise NameRefused(f"{name!r} is no lesson's name: wasmlab keeps other things there", _GOOD_NAME)


def check_name(name: str) -> None:
    """Refuse a folder's name that Windows, macOS or Linux cannot hold, or that would be hidden.

    Raises:
        NameRefused: the name does not fit; the hint shows one that does.
    """
    bad = next((letter for letter in name if letter in '/\\:*?"<>|' or ord(letter) < 32), None)
    if not name.strip() or name in (".", ".."):
        why = "is empty" if not name.strip() else "names a folder that is there already"
    elif bad is not None:
        why = f"has a {bad!r} in it"
    elif name.startswith((".", "-", " ")):
        why = f"starts with {name[0]!r}"
    elif name.endswith((".", " ")):
        why = f"ends with {name[-1]!r}, which Windows drops"
    elif name.partition(".")[0].strip().casefold() in _RESERVED:
        why = "is the name of a device on Windows"
    elif len(name.encode()) > 200:
        why = "is too long"
    else:
        return
    raise NameRefused(f"the name {name!r} {why}", _GOOD_NAME)


def _refuse_taken(target: Path, hint: str) -> None:
    """Something stands there, unless it is an empty folder or was made by the same command."""
    if was_laid_out(target):
        return
    if target.is_symlink() or target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise FolderTaken(f"{target} is there already", hint)


def _filled(entries: Iterable[Entry], name: str, order: int) -> list[Entry]:
    words = {b"@@title@@": _title(name).encode(), b"@@name@@": name.encode(), b"@@order@@": b"%d" % order}
    filled = []
    for entry in entries:
        page = entry.path.endswith(".html")
        content = entry.content
        for word, value in words.items():
            content = content.replace(word, escape(value.decode()).encode() if page else value)
        filled.append(replace(entry, content=content))
    return filled


def _renamed(entries: Iterable[Entry], name: str, order: int) -> list[Entry]:
    """Give the copy a title and a place of its own; all else stays as it was."""

    def renamed(entry: Entry) -> Entry:
        if entry.path != "lesson.toml":
            return entry
        text = re.sub(r"(?m)^order *=.*$", f"order = {order}", entry.content.decode(), count=1)
        text = re.sub(r"(?m)^title *=.*$", lambda _: f'title = "{_title(name)}"', text, count=1)
        return replace(entry, content=text.encode())

    return [renamed(entry) for entry in entries]


def _title(name: str) -> str:
    words = re.sub(r"[-_]+", " ", name).strip() or name
    return words[0].upper() + words[1:]
