"""What lies in the watched folders: which files count, and how to see that one has changed."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path

from wasmlab.shipped import MANIFEST

Signature = tuple[int, int, int]
"""Modification time in ns, size, and number of the file: an edit changes one of them."""

_SKIPPED_FOLDERS = {"node_modules", "__pycache__"}
# What editors leave beside a file while they save it: vim's 4913 and x~, emacs' #x#, x.tmp, x.swp.
_SCRATCH = re.compile(
    r".*~|#.*#|4913|.*\.(sw[a-z]|tmp|temp|part|bak|orig|py[cod])|.*___jb_\w+___", re.IGNORECASE
)

# What a build leaves beside a module, the glue and the explanation of traps: never news of its own.
_BESIDE = re.compile(r".*\.(traps\.json|m?js|html|data|map)")

_C_ENDINGS = {".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".hh", ".inc", ".s", ".def"}


def counts(parts: Iterable[str]) -> bool:
    """Return whether a path, relative to the course, is one that a person edits or a page loads."""
    *folders, name = parts
    if any(folder in _SKIPPED_FOLDERS or folder.startswith(".") for folder in folders):
        return False
    if "dist" in folders and _BESIDE.fullmatch(name):
        return False
    if folders[-2:] == ["dist", "python"] and name != "parts.json":
        return False
    return not name.startswith(".") and not _SCRATCH.fullmatch(name)


def is_c(name: str) -> bool:
    """Return whether a file of this name may be part of a C program."""
    return Path(name).suffix.lower() in _C_ENDINGS


def signature(path: str | Path) -> Signature | None:
    """Return what tells one state of a file from another; None where there is no file."""
    try:
        status = os.stat(path)  # noqa: PTH116  # called for every file of a course each second
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def look(course: Path, folders: Iterable[Path]) -> dict[str, Signature]:
    """Return the signature of every file under `folders`, and of every manifest in the course."""
    found: dict[str, Signature] = {}
    for folder in folders:
        _look_into(folder, found)
    for manifest in _manifests(course):
        if seen := signature(manifest):
            found[manifest] = seen
    return found


def _manifests(course: Path) -> list[str]:
    try:
        return [os.path.join(course, name, MANIFEST) for name in os.listdir(course) if counts([name])]  # noqa: PTH118, PTH208
    except OSError:
        return []


def _look_into(folder: Path, found: dict[str, Signature]) -> None:
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if counts([name]) and name not in _SKIPPED_FOLDERS]
        for name in names:
            if counts([name]) and (seen := signature(path := os.path.join(here, name))):  # noqa: PTH118
                found[path] = seen
