"""Finds the submissions behind what was named: one, a folder of them, a list, or an LMS's download."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from wasmlab.errors import SubmissionMissing
from wasmlab.grade.intake.archives import archive_tree, is_archive, read_archive
from wasmlab.grade.intake.layouts import student
from wasmlab.grade.intake.taking import holds, take
from wasmlab.grade.intake.tree import FILE, Refused, Tree, checked_size, folder_tree, is_chaff, shown
from wasmlab.grade.submission import Submission

_NAME_COLUMNS = ("name", "student", "submission", "id", "email")
_PATH_COLUMNS = ("path", "file", "folder", "archive")


def find_submissions(
    paths: Sequence[Path], wanted: Sequence[str], *, single: bool = False
) -> Iterator[Submission]:
    """Yield every submission, each with a name of its own; what cannot be taken is `refused`.

    Each of `paths` may be many, unless it is said to be a `single` one.

    Raises:
        SubmissionMissing: a path that was named is not there, or holds no submission.
    """
    used: dict[str, int] = {}
    for path in paths:
        for name, read in _sources(path, wanted, single=single):
            used[name.casefold()] = times = used.get(name.casefold(), 0) + 1
            yield _taken(name if times == 1 else f"{name} ({times})", read, wanted)


Source = tuple[str, Callable[[], Tree]]


def _taken(name: str, read: Callable[[], Tree], wanted: Sequence[str]) -> Submission:
    try:
        return take(name, read(), wanted)
    except Refused as refused:
        return Submission(name, refused=refused.why, hint=refused.hint)


def _sources(path: Path, wanted: Sequence[str], *, single: bool) -> Iterator[Source]:
    if not path.exists():
        raise SubmissionMissing(f"{path} does not exist", "name a folder, an archive or a CSV of submissions")
    if single:
        yield _as_one(path, wanted)
    elif path.is_dir():
        yield from _of_folder(path, wanted)
    elif path.suffix.lower() == ".csv":
        yield from _of_list(path)
    else:
        yield from _of_file(path, wanted)


def _as_one(path: Path, wanted: Sequence[str]) -> Source:
    """A folder or a file is one submission, also where nothing in it is at its place."""
    is_folder = path.is_dir()
    read = partial(folder_tree, path) if is_folder else partial(_file_tree, path, wanted)
    return student(path.resolve().name, is_file=not is_folder), read


def _of_folder(path: Path, wanted: Sequence[str]) -> Iterator[Source]:
    """A folder is a submission where a wanted file lies at its place; else each thing in it is one."""
    name = path.resolve().name
    if any((path / place).is_symlink() or (path / place).exists() for place in _places(wanted)):
        yield student(name), partial(folder_tree, path)
        return
    entries = sorted(entry for entry in path.iterdir() if not is_chaff(entry.name) and entry.name[0] != ".")
    found = [entry for entry in entries if _is_submission(entry, wanted)]
    if not found:
        what = f"{path} holds no submission: neither {' nor '.join(wanted)}, nor folders, nor archives"
        raise SubmissionMissing(what, "name a folder, an archive or a CSV of submissions")
    for entry in found:
        read = partial(folder_tree, entry) if entry.is_dir() else partial(_file_tree, entry, wanted)
        yield student(entry.name, is_file=not entry.is_dir()), read


def _places(wanted: Sequence[str]) -> list[str]:
    return [place for path in wanted for place in (path, PurePosixPath(path).name)]


def _is_submission(entry: Path, wanted: Sequence[str]) -> bool:
    """A folder, an archive, or a lone file of the right kind, as some systems give them."""
    suffixes = {PurePosixPath(path).suffix for path in wanted}
    if entry.is_dir() or (len(wanted) == 1 and entry.suffix in suffixes):
        return True
    return entry.is_file() and is_archive(_start(entry), entry.name)


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(512)
    except OSError:
        return b""


def _of_file(path: Path, wanted: Sequence[str]) -> Iterator[Source]:
    if not is_archive(_start(path), path.name):
        yield student(path.name, is_file=True), partial(_file_tree, path, wanted)
        return
    try:
        tree = read_archive(path)
    except Refused as refused:
        yield student(path.name, is_file=True), partial(_refuse, refused)
        return
    inner = tree.tops[0] if len(tree.tops) == 1 else ""
    if holds(tree, wanted) or (inner and (inner not in tree.files) and holds(tree.under(inner), wanted)):
        yield student(path.name, is_file=True), lambda: tree
        return
    yield from _of_tree(tree, path.name, wanted)


def _of_tree(tree: Tree, name: str, wanted: Sequence[str]) -> Iterator[Source]:
    """A download of many: each folder, archive and lone file at its top is a submission."""
    suffixes = {PurePosixPath(path).suffix for path in wanted}
    found = False
    for top in tree.tops:
        if top not in tree.files:
            found = True
            yield student(top), partial(tree.under, top)
        elif is_archive(b"", top) or PurePosixPath(top).suffix in suffixes:
            found = True
            yield student(top, is_file=True), partial(_member_tree, tree, top, wanted)
    if not found:
        yield student(name, is_file=True), lambda: tree


def _member_tree(tree: Tree, top: str, wanted: Sequence[str]) -> Tree:
    content = tree.files[top]()
    return archive_tree(content, top) if is_archive(content[:512], top) else _lone(content, wanted)


def _file_tree(path: Path, wanted: Sequence[str]) -> Tree:
    if path.is_symlink():
        raise Refused(f"{shown(path.name)} is a link", "hand in the file itself")
    if is_archive(_start(path), path.name):
        return read_archive(path)
    try:
        with path.open("rb") as file:
            return _lone(checked_size(path.name, file.read(FILE + 1)), wanted)
    except OSError as error:
        raise Refused(f"{shown(path.name)} cannot be read: {error.strerror}") from error


def _lone(content: bytes, wanted: Sequence[str]) -> Tree:
    """A file that came alone stands for the one that is wanted, whatever it is called."""
    if len(wanted) != 1:
        raise Refused(f"this is one file, and {', '.join(wanted)} are wanted")
    return Tree({wanted[0]: lambda: content})


def _refuse(refused: Refused) -> Tree:
    raise refused


def _of_list(path: Path) -> Iterator[Source]:
    """Each row of a CSV names a student and a path, seen from the CSV's folder."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        columns = {name.strip().casefold(): name for name in rows.fieldnames or ()}
        name_column = next((columns[name] for name in _NAME_COLUMNS if name in columns), None)
        path_column = next((columns[name] for name in _PATH_COLUMNS if name in columns), None)
        if name_column is None or path_column is None:
            hint = "its first line must name a column name and a column path"
            raise SubmissionMissing(f"{path} does not say whose submissions are where", hint)
        for row in rows:
            place = path.parent / (row[path_column] or "").strip()
            yield (row[name_column] or "").strip() or place.name, partial(_listed_tree, place)


def _listed_tree(place: Path) -> Tree:
    if place.is_dir():
        return folder_tree(place)
    if not place.is_file():
        raise Refused(f"{shown(place.name)} is not there", "hand it in")
    if is_archive(_start(place), place.name):
        return read_archive(place)
    return Tree({place.name: lambda: checked_size(place.name, place.read_bytes()[: FILE + 1])})
