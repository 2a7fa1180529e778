"""Whose a submission is, read from the names that learning platforms give their downloads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import NamedTuple

# Each names the student in `who`, and in `file` what a file was called; what has one `key` came together.
# The first that fits the whole name counts.
_LAYOUTS = (
    re.compile(r"(?P<key>(?P<who>.+?)_\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)"),  # Moodle
    re.compile(r"(?P<key>\d+-\d+ - (?P<who>.+?) - .+?)(?: - (?P<file>.+))?"),  # Brightspace
    re.compile(
        r"(?P<key>.+_(?P<who>[^_]+)_attempt_\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_(?P<file>.*))?"
    ),  # Blackboard
    re.compile(r"(?P<key>(?P<who>(?:[^\W_A-Z]|['-])+)(?:_LATE)?_\d+)_\d+_(?P<file>.+)"),  # Canvas
    re.compile(r"(?P<key>(?P<who>submission_\d+))(?P<file>)"),  # Gradescope
)
_EXPORT = re.compile(r"assignment_\d+_export")
_ENDINGS = re.compile(r"(\.tar)?\.(zip|tar|tgz|gz|bz2|xz)$", re.IGNORECASE)


class Owner(NamedTuple):
    """Whose a file or folder of a download is; all with the same `key` are one submission."""

    who: str
    key: str
    file: str


def owner_of(name: str) -> Owner | None:
    """Return what a platform has written into a name, if one has."""
    # A Mac takes the dots off its umlauts; so taken apart they are no letters.
    name = unicodedata.normalize("NFC", name)
    for layout in _LAYOUTS:
        if found := layout.fullmatch(name):
            return Owner(found["who"], found["key"], found["file"] or "")
    return None


def student(name: str, *, is_file: bool = False) -> str:
    """Return the name of the student that a folder's or a file's name holds, else that name itself."""
    if owner := owner_of(name):
        return owner.who
    if is_file:
        bare = _ENDINGS.sub("", name)
        name = bare if bare != name else PurePosixPath(name).stem
    return name


def is_download(folder: str, inside: Iterable[str]) -> bool:
    """Whether a folder, alone in what was named, is a platform's own, with many submissions in it."""
    keys = {owner.key for owner in map(owner_of, inside) if owner}
    return bool(_EXPORT.fullmatch(folder) and keys) or len(keys) > 1
