"""What is on disk while a batch runs: one line of JSON a submission, so that nothing graded is ever lost."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

from wasmlab.errors import FolderNotWritable, ReportRefused
from wasmlab.grade.outcome import WORDS, Graded

JOURNAL = "grades.jsonl"
_EARLIER = "grades.earlier.jsonl"
_LOCK = ".grades.lock"


class Journal:
    """The file `grades.jsonl`; its first line says which batch it is of."""

    def __init__(self, folder: Path, batch: Mapping[str, Any], *, resume: bool) -> None:
        self.path = folder / JOURNAL
        self.known: dict[str, Graded] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = _locked(folder)
            self._file = self._opened(json.dumps(batch, sort_keys=True), resume=resume)
        except OSError as error:
            raise self._refused(error, "name another folder with --out") from error

    def _opened(self, head: str, *, resume: bool) -> IO[str]:
        if not self._read(head, resume=resume):
            if _holds_grades(self.path):  # hours of work perhaps, and --resume was forgotten
                self.path.replace(self.path.with_name(_EARLIER))
            write_whole(self.path, head + "\n")
        return self.path.open("a", encoding="utf-8", newline="\n")

    def _refused(self, error: OSError, hint: str) -> FolderNotWritable:
        return FolderNotWritable(f"{self.path} cannot be written: {error.strerror}", hint)

    def _read(self, head: str, *, resume: bool) -> bool:
        """Read what an earlier run has left, and whether it is gone on with; a line cut short is dropped."""
        if not resume or not self.path.is_file():
            return False
        lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        if lines and lines[0] != head:
            what = f"{self.path} is of another batch: the lesson, its checks or the options have changed"
            raise ReportRefused(what, "grade anew without --resume, or name another folder with --out")
        good = lines[:1]
        for line in lines[1:]:
            if graded := _graded(line):
                self.known[graded.name] = graded
                good.append(line)
        write_whole(self.path, "".join(f"{line}\n" for line in good))
        return bool(good)

    def add(self, graded: Graded) -> None:
        """Write down one submission; after this it survives us.

        Raises:
            FolderNotWritable: the disk is full, most likely.
        """
        try:
            self._file.write(json.dumps(graded.to_json()) + "\n")
            self._file.flush()
        except OSError as error:
            raise self._refused(error, "make room there, and go on with --resume") from error

    def close(self) -> None:
        """Close the file, and let another one write here."""
        with suppress(OSError):  # what it could not write is told already, and tried again here
            self._file.close()
        self._lock.release()


def _holds_grades(path: Path) -> bool:
    """Whether there is more than a first line; what was stopped before that takes no other's place."""
    return path.is_file() and path.read_bytes().count(b"\n") > 1


def _locked(folder: Path) -> FileLock:
    lock = FileLock(folder / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        what = f"another grade is writing into {folder}"
        raise ReportRefused(what, "wait for its end, or name another folder with --out") from error
    return lock


def _graded(line: str) -> Graded | None:
    """Return what a line says, if it was written whole and by us."""
    try:
        graded = Graded.from_json(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return graded if isinstance(graded.name, str) and graded.outcome in WORDS else None


def write_whole(path: Path, text: str) -> None:
    """Write a file in one step: nobody ever reads half of it.

    Raises:
        OSError: the folder refuses it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
