"""Opens what lies on the disk: real folders and regular files, never what a link or a pipe leads to."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from wasmlab.grade.intake.archives import is_archive, read_archive
from wasmlab.grade.intake.grouping import Entry, called, is_kind
from wasmlab.grade.intake.layouts import owner_of
from wasmlab.grade.intake.taking import places_of
from wasmlab.grade.intake.tree import (
    Refused,
    Tree,
    folder_tree,
    is_chaff,
    open_regular,
    reader,
    refuse_irregular,
)
from wasmlab.grade.journal import JOURNAL


def file_tree(path: Path) -> Tree:
    """Return what an archive holds, or the file itself.

    Raises:
        Refused: it is a link or a device, or cannot be read.
    """
    refuse_irregular(path)
    if is_archive(start_of(path), path.name):
        return read_archive(path)
    return Tree({called(path.name): reader(path)})


def start_of(path: Path) -> bytes:
    """Return the first bytes of a regular file, and nothing of any other."""
    try:
        with open_regular(path) as file:
            return file.read(512)
    except (OSError, Refused):
        return b""


def entries_of(folder: Path, wanted: Sequence[str]) -> list[Entry]:
    """Return what in a folder of many is a submission or belongs to one."""
    paths = sorted(path for path in folder.iterdir() if not is_chaff(path.name) and path.name[0] != ".")
    return [_entry(path) for path in paths if _counts(path, wanted)]


def _entry(path: Path) -> Entry:
    if path.is_dir() and not path.is_symlink():
        return Entry(path.name, partial(folder_tree, path), is_file=False)
    return Entry(path.name, partial(file_tree, path))


def _counts(path: Path, wanted: Sequence[str]) -> bool:
    """Whether it is somebody's: a folder, an archive, a file of the right kind, or what must be refused."""
    if path.is_dir():
        return path.is_symlink() or not _is_ours(path, wanted)
    return not path.is_file() or counts(path.name, wanted) or is_archive(start_of(path), path.name)


def counts(name: str, wanted: Sequence[str]) -> bool:
    """Whether a file is somebody's by its name: a platform's, or one that ends as the wanted one does."""
    if owner_of(name) or is_archive(b"", name):
        return True
    return len(wanted) == 1 and PurePosixPath(name).suffix != "" and is_kind(name, wanted)


def _is_ours(folder: Path, wanted: Sequence[str]) -> bool:
    """Whether a folder is where an earlier run has left its reports."""
    return JOURNAL in names_in(folder) and not is_one(folder, wanted)


def names_in(folder: Path) -> list[str]:
    """Return the names in a real folder that can be read; one that cannot must not stop the others."""
    try:
        return [] if folder.is_symlink() or not folder.is_dir() else [path.name for path in folder.iterdir()]
    except OSError:
        return []


def is_one(folder: Path, wanted: Sequence[str]) -> bool:
    """Whether a folder is a submission: a wanted file lies at its place, or at the top by its name."""
    places = (folder / place for place in places_of(wanted))
    return any(place.is_symlink() or place.exists() for place in places)


def ones_in(folder: Path, wanted: Sequence[str]) -> list[str]:
    """Return the names of the real folders in a folder that are submissions, and no part of one."""
    own = {PurePosixPath(path).parts[0] for path in wanted}
    inside = (folder / name for name in sorted(names_in(folder)) if name not in own)
    return [each.name for each in inside if each.is_dir() and not each.is_symlink() and is_one(each, wanted)]
