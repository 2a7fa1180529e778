"""What is said where the disk of the temporary files is full: that is no student's doing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from wasmlab.errors import FolderNotWritable

NO_ROOM = "make room where temporary files lie, or set TMPDIR to another folder"
_LEAST = 64 << 10


def is_full(place: Path) -> bool:
    """Whether the disk of `place` has no room for what a small program is built into."""
    return shutil.disk_usage(place).free < _LEAST


def not_copied(error: OSError) -> FolderNotWritable:
    """Return the error of a lesson that cannot be copied to where temporary files lie."""
    parts = error.args[0] if isinstance(error, shutil.Error) else None
    why = parts[0][2] if parts else str(error)
    return FolderNotWritable(f"the lesson cannot be copied to {tempfile.gettempdir()}: {why}", NO_ROOM)
