"""Takes the files that `submit` lists out of a tree, wherever the student has put them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from wasmlab.grade.intake.tree import Refused, Tree, refuse_doubles, refuse_odd, shown
from wasmlab.grade.submission import Submission

_MANY = 3


def take(name: str, tree: Tree, wanted: Sequence[str]) -> Submission:
    """Return a submission with those of `wanted` that are there; what else is there is named in a note.

    Raises:
        Refused: a file is missing, or is a link, or could be one of several, or an archive holds odd names.
    """
    for why in tree.faults.values():
        raise Refused(why)
    if tree.is_packed:
        refuse_doubles(tree.files)
        for path in tree.files:
            refuse_odd(path)
    taken = {path: find(tree, path) for path in wanted}
    missing = [path for path, found in taken.items() if not found]
    if missing:
        raise Refused(*_missing(tree, missing))
    files = {path: tree.files[found]() for path, found in taken.items()}
    return Submission(name, files, notes=_left(tree, set(taken.values())))


def find(tree: Tree, path: str) -> str:
    """Return where `path` is in the tree: at its place, in a folder around it, or anywhere by its name.

    Raises:
        Refused: it is a link, or there are several.
    """
    for ending in dict.fromkeys((path, PurePosixPath(path).name)):
        if link := next((link for link in tree.links if _ends(link, ending) or _leads(link, path)), ""):
            raise Refused(f"{shown(link)} is a link", "hand in the file itself")
        found = sorted((name for name in tree.files if _ends(name, ending)), key=_depth)
        if len(found) > 1 and _depth(found[0]) == _depth(found[1]):
            both = f"{shown(found[0])} and {shown(found[1])}"
            raise Refused(f"{path} could be one of several: {both}", "hand in one of them")
        if found:
            return found[0]
    return ""


def places_of(wanted: Sequence[str]) -> set[str]:
    """Return where in a submission a file may lie by which it is known: at its place, or at the top."""
    return {place for path in wanted for place in (path, PurePosixPath(path).name)}


def holds(tree: Tree, wanted: Sequence[str]) -> bool:
    """Return whether one of the files lies at its place in the tree, or at the top by its name."""
    return not places_of(wanted).isdisjoint({*tree.files, *tree.links})


def holders(tree: Tree, wanted: Sequence[str]) -> set[str]:
    """Return the folders at the top of the tree that hold one of the files, as `holds` means it."""
    places = places_of(wanted)
    parts = (name.partition("/") for name in (*tree.files, *tree.links))
    return {top for top, _, rest in parts if rest in places}


def _ends(name: str, ending: str) -> bool:
    return name == ending or name.endswith(f"/{ending}")


def _leads(link: str, path: str) -> bool:
    """Whether a link stands where one of the folders of `path` should."""
    return path.startswith(f"{link}/")


def _depth(name: str) -> int:
    return name.count("/")


def _missing(tree: Tree, missing: list[str]) -> tuple[str, str]:
    here = ", ".join(shown(name) for name in sorted(tree.files)[:_MANY])
    more = f" and {len(tree.files) - _MANY} more" if len(tree.files) > _MANY else ""
    what = f"{', '.join(missing)} is not there"
    return what, f"it holds {here}{more}" if here else "it holds no file"


def _left(tree: Tree, taken: set[str]) -> tuple[str, ...]:
    """Tell which files stayed where they were."""
    left = sorted(set(tree.files) - taken)
    if not left:
        return ()
    more = f" and {len(left) - _MANY} more" if len(left) > _MANY else ""
    return (f"not taken: {', '.join(shown(name) for name in left[:_MANY])}{more}",)
