"""A CSV of names and paths: the teacher's word for what is whose, but no reason to follow a link."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from wasmlab.errors import SubmissionMissing
from wasmlab.grade.intake.grouping import Entry, Source, alone
from wasmlab.grade.intake.layouts import student
from wasmlab.grade.intake.opening import file_tree
from wasmlab.grade.intake.tree import Refused, Tree, folder_tree, shown

_NAME_COLUMNS = ("name", "student", "submission", "id", "email")
_PATH_COLUMNS = ("path", "file", "folder", "archive")


def of_list(path: Path, wanted: Sequence[str]) -> Iterator[Source]:
    """Yield what each row names: a student and a path, seen from the CSV's folder.

    Raises:
        SubmissionMissing: the CSV cannot be read, or does not say whose submissions are where.
    """
    found = False
    for name, where in _rows(path):
        found = True
        yield name or student(Path(where).name, is_file=True), partial(_tree, path.parent, where, wanted)
    if not found:
        raise SubmissionMissing(f"{path} lists no submission", "write a line for each, below the first")


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the path of each row that is not blank."""
    text = _text(path)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        columns = {name.strip().casefold(): name for name in rows.fieldnames or ()}
        name_column = next((columns[name] for name in _NAME_COLUMNS if name in columns), None)
        path_column = next((columns[name] for name in _PATH_COLUMNS if name in columns), None)
        if name_column is None or path_column is None:
            hint = "its first line must name a column name and a column path"
            raise SubmissionMissing(f"{path} does not say whose submissions are where", hint)
        for row in rows:
            cells = (row[name_column] or "").strip(), (row[path_column] or "").strip()
            if any(cells):
                yield cells
    except csv.Error as error:
        what = f"{path}:{rows.line_num} cannot be read: {error}"
        raise SubmissionMissing(what, "look for a quotation mark that is never closed") from error


def _text(path: Path) -> str:
    """Read UTF-8, or UTF-16 that says so; any other encoding could only be guessed, and names with it."""
    content = path.read_bytes()
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise SubmissionMissing(f"{path} is not in UTF-8", "save it as CSV UTF-8") from error


def _delimiter(text: str) -> str:
    """Return what stands between the columns; Excel has semicolons where a comma is in its numbers."""
    head = text.lstrip().partition("\n")[0]
    return next((mark for mark in ",;\t" if mark in head), ",")


def _tree(folder: Path, where: str, wanted: Sequence[str]) -> Tree:
    if not where:
        raise Refused("no file is named", "its row in the list has no path")
    place = folder / where
    try:
        _refuse_links(folder, where)
        if not place.exists():
            raise Refused(f"{shown(place.name)} is not there", "hand it in")
        if not place.is_dir():
            return alone(Entry(place.name, partial(file_tree, place)), wanted)
        if folder.resolve().is_relative_to(place.resolve()):
            raise Refused(f"{shown(where)} is the folder of the list itself", "name what is this student's")
        return folder_tree(place)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise Refused(f"{shown(place.name)} cannot be read: {why}") from error


def _refuse_links(folder: Path, where: str) -> None:
    """Refuse a link on the way from the list; of an absolute path elsewhere only the end is the student's."""
    path, root = Path(where), folder.absolute()
    if path.is_absolute() and not path.is_relative_to(root):
        places = [path]
    else:
        inside = path.relative_to(root) if path.is_absolute() else path
        places = [folder / inside, *(folder / parent for parent in inside.parents)][:-1]
    for place in places:
        if place.is_symlink():
            raise Refused(f"{shown(place.name)} is a link", "hand in the file itself")
