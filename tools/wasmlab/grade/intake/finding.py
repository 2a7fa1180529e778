"""Finds the submissions behind what was named: one, a folder of them, a list, or an LMS's download."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from wasmlab.errors import SubmissionMissing
from wasmlab.grade.intake.archives import archive_tree, is_archive, read_archive
from wasmlab.grade.intake.grouping import Entry, Source, called, grouped
from wasmlab.grade.intake.layouts import is_download, student
from wasmlab.grade.intake.listing import of_list
from wasmlab.grade.intake.naming import with_own_names
from wasmlab.grade.intake.opening import counts, entries_of, file_tree, is_one, names_in, ones_in, start_of
from wasmlab.grade.intake.taking import holders, holds, take
from wasmlab.grade.intake.tree import Refused, Tree, folder_tree
from wasmlab.grade.submission import Submission

_HINT = "name a folder, an archive or a CSV of submissions"


def find_submissions(
    paths: Sequence[Path], wanted: Sequence[str], *, single: bool = False
) -> Iterator[Submission]:
    """Yield every submission, each with a name of its own; what cannot be taken is `refused`.

    Each of `paths` may be many, unless it is said to be a `single` one.

    Raises:
        SubmissionMissing: a path that was named is not there, or holds no submission.
    """
    behind = _as_one if single else _behind
    sources = partial(_sources, behind, wanted, is_alone=len(paths) == 1)
    found = [_taken(name, read, wanted) for path in paths for name, read in sources(path)]
    yield from with_own_names(found)


def _taken(name: str, read: Callable[[], Tree], wanted: Sequence[str]) -> Submission:
    try:
        return take(name, read(), wanted)
    except Refused as refused:
        return Submission(name, refused=refused.why, hint=refused.hint)


Behind = Callable[[Path, Sequence[str]], Iterator[Source]]


def _sources(behind: Behind, wanted: Sequence[str], path: Path, *, is_alone: bool) -> list[Source]:
    try:
        if not path.exists() and not path.is_symlink():
            raise SubmissionMissing(f"{path} does not exist", _HINT)
        # A path named alone is the teacher's word; among several the shell may have named it: class/*
        if path.is_symlink() and not is_alone:
            return list(grouped([_file(path)], wanted))
        return list(behind(path, wanted))
    except OSError as error:
        raise SubmissionMissing(f"{path} cannot be read: {error.strerror}", _HINT) from error


def _file(path: Path) -> Entry:
    return Entry(path.name, partial(file_tree, path))


def _as_one(path: Path, wanted: Sequence[str]) -> Iterator[Source]:
    """A folder or a file is one submission, also where nothing in it is at its place."""
    if path.is_dir():
        yield student(path.resolve().name), partial(folder_tree, path)
    else:
        yield from grouped([_file(path)], wanted)


def _behind(path: Path, wanted: Sequence[str]) -> Iterator[Source]:
    if path.is_dir():
        yield from _of_folder(path, wanted)
    elif path.suffix.lower() == ".csv" and path.is_file():
        yield from of_list(path, wanted)
    else:
        yield from _of_file(path, wanted)


def _of_folder(path: Path, wanted: Sequence[str]) -> Iterator[Source]:
    """A folder is a submission where a wanted file lies at its place; else each thing in it is one."""
    if is_one(path, wanted):
        _refuse_if_many(path, wanted)
        yield student(path.resolve().name), partial(folder_tree, path)
        return
    found = entries_of(path, wanted)
    if not found:
        what = f"{path} holds no submission: neither {' nor '.join(wanted)}, nor folders, nor archives"
        raise SubmissionMissing(what, _HINT)
    only = path / found[0].name
    if len(found) == 1 and (_is_class(only.name, names_in(only)) or len(ones_in(only, wanted)) > 1):
        yield from _of_folder(only, wanted)
    else:
        yield from grouped(found, wanted)


def _is_class(name: str, names: Sequence[str]) -> bool:
    """Whether a folder with these names in it is a class's: an LMS's, or one of archives."""
    return is_download(name, names) or sum(is_archive(b"", each) for each in names) > 1


def _refuse_if_many(path: Path, wanted: Sequence[str]) -> None:
    """A file that has strayed into a folder of many must not make one submission of them."""
    inside = ones_in(path, wanted)
    if len(inside) > 1:
        what = f"{path} holds what is wanted, and so do the folders in it, like {' and '.join(inside[:2])}"
        raise SubmissionMissing(what, "--single if it is one submission; else take that file out")


def _of_file(path: Path, wanted: Sequence[str]) -> Iterator[Source]:
    one = _file(path)
    if not path.is_file() or not is_archive(start_of(path), path.name):
        yield from grouped([one], wanted)
        return
    try:
        tree = read_archive(path)
    except Refused:
        yield from grouped([one], wanted)  # which says it again, about this one
        return
    yield from _of_archive(tree, one, wanted)


def _of_archive(tree: Tree, one: Entry, wanted: Sequence[str]) -> Iterator[Source]:
    """An archive is a submission as a folder is one, also with one folder around it all."""
    inner = tree.tops[0] if len(tree.tops) == 1 and tree.tops[0] not in tree.files else ""
    inside = tree.under(inner) if inner else tree
    if holds(tree, wanted) or holds(inside, wanted):
        found = []
    else:
        is_class = _is_class(inner, inside.tops) or len(holders(inside, wanted)) > 1
        many = inside if is_class else tree
        found = [_member(many, top) for top in many.tops if top not in many.files or counts(top, wanted)]
    yield from grouped(found or [one], wanted)


def _member(tree: Tree, top: str) -> Entry:
    if top not in tree.files:
        return Entry(top, partial(tree.under, top), is_file=False)
    return Entry(top, partial(_member_tree, tree, top))


def _member_tree(tree: Tree, top: str) -> Tree:
    if not is_archive(b"", top):
        return Tree({called(top): tree.files[top]})
    return archive_tree(tree.files[top](), top)
