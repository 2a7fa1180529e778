"""Puts together what one student has handed in, where a platform gives each file a name of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from wasmlab.grade.intake.layouts import owner_of, student
from wasmlab.grade.intake.tree import Refused, Tree, shown

Source = tuple[str, Callable[[], Tree]]
"""The name of a submission, and what reads it."""

_AGAIN = re.compile(r"-\d+(?=\.[^.]*$)")  # Canvas counts what was handed in again: sum-1.c


@dataclass(frozen=True)
class Entry:
    """A folder or a file beside others; `tree` reads it, and a file that is no archive is all its tree."""

    name: str
    tree: Callable[[], Tree]
    is_file: bool = True

    @property
    def file(self) -> str:
        """What the student has called it."""
        return called(self.name)


def called(name: str) -> str:
    """Return the name of a file without what a platform has put before it."""
    owner = owner_of(name)
    return (owner.file if owner else "") or name


def grouped(entries: Iterable[Entry], wanted: Sequence[str]) -> Iterator[Source]:
    """Yield one source for each student."""
    groups: dict[tuple[bool, str], list[Entry]] = {}
    for entry in entries:
        owner = owner_of(entry.name)
        groups.setdefault((owner is None, owner.key if owner else entry.name), []).append(entry)
    for group in groups.values():
        yield student(group[0].name, is_file=group[0].is_file), partial(_joined, group, wanted)


def _joined(group: Sequence[Entry], wanted: Sequence[str]) -> Tree:
    if len(group) == 1:
        return alone(group[0], wanted)
    trees = [(entry, _bare(entry, entry.tree(), wanted)) for entry in group]
    links = {f"{entry.file}/{link}" for entry, (tree, _) in trees for link in tree.links}
    found = [
        (path if is_lone else f"{entry.file}/{path}", read)
        for entry, (tree, is_lone) in trees
        for path, read in tree.files.items()
    ]
    files = dict(found)
    if len(files) < len(found):
        paths = [path for path, _ in found]
        twice = next(path for path in paths if paths.count(path) > 1)
        raise Refused(f"{shown(twice)} is there twice", "hand in one of them")
    faults = {path: why for _, (tree, _) in trees for path, why in tree.faults.items()}
    return Tree(files, frozenset(links), any(tree.is_packed for _, (tree, _) in trees), faults)


def alone(entry: Entry, wanted: Sequence[str]) -> Tree:
    """Return its tree; a lone file stands for the one that is wanted, whatever it is called.

    Raises:
        Refused: it cannot be read.
    """
    tree, is_lone = _bare(entry, entry.tree(), wanted)
    if is_lone and len(wanted) == 1 and is_kind(entry.file, wanted):
        return Tree({wanted[0]: next(iter(tree.files.values()))})
    return tree


def _bare(entry: Entry, tree: Tree, wanted: Sequence[str]) -> tuple[Tree, bool]:
    """Return the tree, and whether it is but a file: that loses its number where the name is wanted then."""
    if not entry.is_file or list(tree.files) != [entry.file]:
        return tree, False
    names, bare = {PurePosixPath(path).name for path in wanted}, _AGAIN.sub("", entry.file)
    name = bare if bare in names and entry.file not in names else entry.file
    return Tree({name: tree.files[entry.file]}), True


def is_kind(name: str, wanted: Sequence[str]) -> bool:
    """Whether a file could be one that is wanted, by its ending or for want of one."""
    suffixes = {PurePosixPath(path).suffix.lower() for path in wanted}
    return PurePosixPath(name).suffix.lower() in {"", *suffixes}
