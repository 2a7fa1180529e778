"""Finds files in a lesson that nobody meant to hand out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from wasmlab.dev.cases import FOLDER, Case
from wasmlab.dev.finding import Finding
from wasmlab.dev.mutants.reasons import NAME as REASONS
from wasmlab.lesson import Lesson

_LEFT = re.compile(
    r"\.DS_Store|Thumbs\.db|desktop\.ini|.*~|#.*#|.*\.(orig|rej|bak|tmp|sw[a-z]|py[cod]|o|wasm)",
    re.IGNORECASE,
)
_MADE = {"dist", "__pycache__", "test-results", ".pytest_cache", "node_modules"}


def stray_files(lesson: Lesson, cases: list[Case]) -> list[Finding]:
    """Return the files that an editor or a tool has left, and those of cases that change nothing."""
    return [*_left(lesson), *_outside(lesson), *(found for case in cases for found in _idle(lesson, case))]


def _left(lesson: Lesson) -> Iterator[Finding]:
    for path in sorted(lesson.root.rglob("*")):
        inside = path.relative_to(lesson.root)
        if path.is_file() and not _MADE & set(inside.parts) and _LEFT.fullmatch(path.name):
            yield Finding(f"{lesson.name}/{inside.as_posix()}", "a tool or an editor left it", "delete it")


def _outside(lesson: Lesson) -> Iterator[Finding]:
    """Yield what lies beside the folders of the cases."""
    folder = lesson.root / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.is_dir() and path.name != REASONS:
            yield Finding(
                f"{lesson.name}/{FOLDER}/{path.name}", "it belongs to no case", "put it into a folder"
            )


def _idle(lesson: Lesson, case: Case) -> Iterator[Finding]:
    """Yield files of a case that are the lesson's own, or that no lesson has."""
    if not case.files and not case.edits:
        yield Finding(case.shown, "it changes nothing", "put the file that differs into it")
    for name in case.files:
        own = lesson.root / name
        if not own.is_file():
            yield Finding(f"{case.shown}/{name}", f"{lesson.name} has no such file", "mend its name")
        elif _same(own, case.root / name):
            yield Finding(f"{case.shown}/{name}", "it is the lesson's own, letter by letter", "delete it")


def _same(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()
