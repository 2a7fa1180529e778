"""The lessons that came with this wasmlab: every command asks for them, so nothing else is imported here."""

from __future__ import annotations

from pathlib import Path

MANIFEST = "lesson.toml"
_NOT_COURSE = {"dist", "node_modules", "cases", "__pycache__"}


def shipped_course() -> Path:
    """Return the lessons that came with this wasmlab: inside the package, or in its checkout."""
    inside = Path(__file__).parent / "_course"
    return inside if inside.is_dir() else Path(__file__).parents[2]


def shipped_lessons() -> list[Path]:
    """Return the folders of the lessons that came with this wasmlab."""
    return lesson_folders(shipped_course())


def lesson_folders(root: Path) -> list[Path]:
    """Return the folders of the lessons in the course at `root`."""
    try:
        entries = sorted(root.iterdir())
    except OSError:
        return []
    return [
        entry
        for entry in entries
        if entry.name not in _NOT_COURSE and not entry.name.startswith(".") and (entry / MANIFEST).is_file()
    ]
