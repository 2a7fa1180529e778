"""Looks through an `expect.json`: a key or a value that nobody understands would prove nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from wasmlab.engines import ENGINES, OPTIONAL
from wasmlab.lesson import Lesson
from wasmlab.names import did_you_mean

KEYS = ("is", "engines", "checks", "edits", "build", "verdicts")
_EDIT = ("file", "find", "put")
Wrong = tuple[str, str]
"""What is wrong, and what to do."""


def wrong_parts(lesson: Lesson, raw: Any) -> Iterator[Wrong]:
    """Yield what is wrong with what was read from the `expect.json` of a case of `lesson`."""
    if not isinstance(raw, dict):
        yield "it is no object", f"write {{ ... }} with {', '.join(KEYS)}"
        return
    for key in sorted(set(raw) - set(KEYS)):
        yield f"nobody knows {key}", f"it has {', '.join(KEYS)}"
    if not isinstance(raw.get("is", ""), str):
        yield "is is no text", "say in one line what the mistake is"
    yield from _names(raw, "engines", [*ENGINES, *OPTIONAL], "an engine")
    folder = lesson.root / "checks"
    files = [path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.py"))]
    yield from _names(raw, "checks", files, "a file of checks")
    yield from _edits(lesson, raw.get("edits", []))
    yield from _expected(raw)


def _names(raw: dict[str, Any], key: str, known: list[str], what: str) -> Iterator[Wrong]:
    names = raw.get(key, [])
    if not isinstance(names, list) or (key in raw and not names):
        yield f"{key} is no list of names", f'write "{key}": ["{next(iter(known), "...")}"]'
        return
    for name in names:
        if name not in known:
            yield f"{key}: {name!r} is not {what}", did_you_mean(str(name), known)


def _edits(lesson: Lesson, edits: Any) -> Iterator[Wrong]:
    if not isinstance(edits, list):
        yield "edits is no list", 'write "edits": [{"file": ..., "find": ..., "put": ...}]'
        return
    for edit in edits:
        if not isinstance(edit, dict) or set(edit) != set(_EDIT):
            yield "an edit has file, find and put", "mend it"
        elif not all(isinstance(edit[key], str) for key in _EDIT):
            yield "file, find and put of an edit are texts", "put each of them in quotes"
        elif ".." in PurePosixPath(edit["file"]).parts or not (lesson.root / edit["file"]).is_file():
            yield f"an edit is of {edit['file']}, and {lesson.name} has no such file", "mend its name"


def _expected(raw: dict[str, Any]) -> Iterator[Wrong]:
    hint = "delete it, and wasmlab dev check --accept writes it anew"
    build, verdicts = raw.get("build", {}), raw.get("verdicts", {})
    if not isinstance(build, dict):
        yield "build is no object", hint
    if not isinstance(verdicts, dict) or not all(isinstance(each, dict) for each in verdicts.values()):
        yield "verdicts has an object for each check", hint
