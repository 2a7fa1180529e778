"""Copies course files so that what a person has edited is kept and what they have lost comes back."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wasmlab.errors import FolderNotWritable

RECORD = ".wasmlab.json"
_MADE = {"dist", "__pycache__", ".pytest_cache", "test-results", "node_modules", ".venv", RECORD}
_MADE |= {".git", ".hg", ".svn"}  # a lesson's history has its solution in it


@dataclass(frozen=True)
class Entry:
    """One file to lay out: `path` is relative to the target, with `/`."""

    path: str
    content: bytes
    executable: bool = False


@dataclass(frozen=True)
class Laid:
    """What became of the files: `kept` are the ones that somebody has edited."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    kept: tuple[str, ...]


def files_under(folder: Path, prefix: str) -> Iterator[Entry]:
    """Yield every file of `folder` that was written by a person, not by a build."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        unwanted = _MADE.intersection(inside.parts) or path.suffix == ".pyc"
        if path.is_file() and not unwanted:
            executable = bool(path.stat().st_mode & 0o100) and path.suffix == ".sh"
            yield Entry(f"{prefix}/{inside.as_posix()}".lstrip("/"), path.read_bytes(), executable)


def lay_out(entries: Iterable[Entry], target: Path, note: Mapping[str, str] | None = None) -> Laid:
    """Write `entries` under `target`; a file that differs from what was laid out before is kept.

    `note` is kept beside the record of what was written, for `read_note`.

    Raises:
        FolderNotWritable: `target` refuses a file, or the disk is full.
    """
    known: dict[str, str] = _read(target).get("files", {})
    done: dict[str, list[str]] = {"created": [], "updated": [], "kept": [], "same": []}
    try:
        _write_record(target, {}, known)  # first: a copy that is cut short is still known as ours
        for entry in entries:
            fate = _fate(entry, target / entry.path, known.get(entry.path))
            if fate in ("created", "updated"):
                _write(entry, target / entry.path)
            if fate != "kept":
                known[entry.path] = _hash(entry.content)
            done[fate].append(entry.path)
        _write_record(target, dict(note or {}), known)
    except OSError as error:
        raise FolderNotWritable(
            f"{error.filename or target} cannot be written: {error.strerror}",
            "choose a folder that you may write to, with space left",
        ) from error
    return Laid(tuple(done["created"]), tuple(done["updated"]), tuple(done["kept"]))


def sweep(wanted: Iterable[str], target: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Remove what was laid out under `target` before and is not `wanted` any more.

    Returns:
        The paths of the files that are gone now, and of those that stay because somebody has edited them.

    Raises:
        FolderNotWritable: a file cannot be removed.
    """
    known: dict[str, str] = _read(target).get("files", {})
    gone, edited = [], []
    for name in sorted(set(known) - set(wanted)):
        path = target / name
        if not path.is_file() or not path.resolve().is_relative_to(target.resolve()):
            continue
        if _hash(path.read_bytes()) != known[name]:
            edited.append(name)
            continue
        _remove(path, target)
        gone.append(name)
    if gone:
        _write_record(target, read_note(target), {name: known[name] for name in known if name not in gone})
    return tuple(gone), tuple(edited)


def _remove(path: Path, target: Path) -> None:
    """Remove a file, and the folders that it leaves empty."""
    try:
        path.unlink()
    except OSError as error:
        what = f"{path} cannot be removed: {error.strerror}"
        raise FolderNotWritable(what, "remove it yourself") from error
    with suppress(OSError):
        for folder in path.parents:
            if folder == target:
                break
            folder.rmdir()


def was_laid_out(target: Path) -> bool:
    """Return whether `target` was made by `lay_out`, even if it was cut short before its record."""
    return (target / RECORD).is_file()


def read_note(target: Path) -> dict[str, str]:
    """Return the note of the last complete `lay_out` there; empty where there was none."""
    note = _read(target).get("note", {})
    return note if isinstance(note, dict) else {}


def _fate(entry: Entry, path: Path, laid_before: str | None) -> str:
    try:
        now = _hash(path.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return "created"
    except IsADirectoryError:
        return "kept"
    if now == _hash(entry.content):
        return "same"
    return "updated" if now == laid_before else "kept"


def _write_record(target: Path, note: dict[str, str], files: dict[str, str]) -> None:
    text = json.dumps({"note": note, "files": files}, indent=1, sort_keys=True)
    _write(Entry(RECORD, text.encode()), target / RECORD)


def _write(entry: Entry, path: Path) -> None:
    """Write beside and swap: a reader never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(entry.content)
        if entry.executable:
            beside.chmod(0o755)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _read(target: Path) -> dict[str, Any]:
    try:
        raw = json.loads((target / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return raw if isinstance(raw, dict) and isinstance(raw.get("files", {}), dict) else {}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
