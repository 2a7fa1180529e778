"""Files that are made from other files: written anew, or named where they are stale."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from wasmlab.course import Course
from wasmlab.dev.generated.diagrams import diagram_pages, record_pages
from wasmlab.dev.generated.reference import cli_page, errors_page, manifest_page
from wasmlab.dev.generated.scripts import lesson_scripts
from wasmlab.errors import GeneratedStale


def generated(course: Course, command: Any) -> dict[Path, str]:
    """Return every generated file of a course with the text that it must have.

    `command` is the command line as typer makes it; its reference is written where the course
    has a folder `docs/reference`.
    """
    files: dict[Path, str] = {}
    for lesson in course.lessons:
        files |= {lesson.root / "scripts" / name: text for name, text in lesson_scripts(lesson).items()}
    reference = course.root / "docs" / "reference"
    if reference.is_dir():
        files[reference / "cli.md"] = cli_page(command)
        files[reference / "lesson-toml.md"] = manifest_page()
        files[reference / "errors.md"] = errors_page()
        files |= record_pages(course, reference)
    return files | diagram_pages(course)


def stale(files: dict[Path, str]) -> list[Path]:
    """Return the files that are missing or say something else."""
    return [path for path, text in files.items() if not _says(path, text)]


def refuse_stale(root: Path, files: dict[Path, str]) -> None:
    """Do nothing where all is current.

    Raises:
        GeneratedStale: some are not; the error names them.
    """
    if old := stale(files):
        names = ", ".join(path.relative_to(root).as_posix() for path in old)
        raise GeneratedStale(f"out of date: {names}", "wasmlab dev regen")


def write(files: dict[Path, str]) -> list[Path]:
    """Write what is stale, and return it."""
    changed = stale(files)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(files[path], encoding="utf-8", newline="\n")
        if path.suffix == ".sh" and os.name != "nt":
            path.chmod(0o755)
    return changed


def _says(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (FileNotFoundError, UnicodeDecodeError):
        return False
