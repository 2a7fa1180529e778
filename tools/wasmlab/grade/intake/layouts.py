"""Whose a submission is, read from the names that learning platforms give their downloads."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from wasmlab.grade.intake.tree import shown

# Each names the student in `who`; the first that fits the whole name counts.
_LAYOUTS = (
    re.compile(r"(?P<who>.+?)_\d+_assignsubmission_(?:file|onlinetext)_?.*"),  # Moodle
    re.compile(r"\d+-\d+ - (?P<who>.+?) - .+"),  # Brightspace
    re.compile(r".+_(?P<who>[^_]+)_attempt_\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d(?:_.*)?"),  # Blackboard
    re.compile(r"(?P<who>[a-z'-]+)(?:_LATE)?_\d+_\d+_.+"),  # Canvas
    re.compile(r"(?P<who>submission_\d+)"),  # Gradescope
)
_ENDINGS = re.compile(r"(\.tar)?\.(zip|tar|tgz|gz|bz2|xz)$", re.IGNORECASE)


def student(name: str, *, is_file: bool = False) -> str:
    """Return the name of the student that a folder's or a file's name holds, else that name itself."""
    for layout in _LAYOUTS:
        if found := layout.fullmatch(name):
            return shown(found["who"])
    if is_file:
        bare = _ENDINGS.sub("", name)
        name = bare if bare != name else PurePosixPath(name).stem
    return shown(name) or "unnamed"
