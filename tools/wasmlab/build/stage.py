"""Where a build works before anything is published: one folder, one build at a time, one swap."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from wasmlab.build import fingerprint
from wasmlab.errors import BuildBusy, FolderNotWritable
from wasmlab.lesson import Lesson
from wasmlab.toolchains.plan import STAGE

_WRITABLE = "make the folder writable, or copy the course's folder to a place where you may write"
_SPACE = "free some space, or copy the course's folder to a disk that has room"
_PATIENCE = 120.0  # seconds


@contextlib.contextmanager
def locked(lesson: Lesson) -> Iterator[None]:
    """Make the lesson's stage and let nobody else build in it: `serve` and `build` may meet there.

    Raises:
        FolderNotWritable: `dist/` refuses to be written.
        BuildBusy: another build has been at work for two minutes.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(lesson.root / STAGE / ".lock", timeout=_PATIENCE)
    make_folder(lesson.root / STAGE)
    try:
        lock.acquire()
    except Timeout as error:
        raise BuildBusy(f"another build of {lesson.name} is at work", "wait for it, or end it") from error
    except OSError as error:
        raise refused(lesson.root / STAGE, error) from error
    try:
        yield
    finally:
        lock.release()


def make_folder(folder: Path) -> None:
    """Make a folder for what a build writes.

    Raises:
        FolderNotWritable: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise refused(folder, error) from error


def refused(path: Path, error: OSError) -> FolderNotWritable:
    """Return the error of a folder or file that a build could not write."""
    shown = "/".join(path.parts[-3:])
    if error.errno == errno.ENOSPC:
        return disk_full(path)
    wanted_folder = [path] if isinstance(error, FileExistsError) else []
    for part in (*wanted_folder, *path.parents):
        if part.is_file():
            what = f"{part.parent.name}/{part.name} is a file, and a folder must stand there"
            return FolderNotWritable(what, f"move the file {part.name} away")
    return FolderNotWritable(f"{shown} cannot be written: {error.strerror}", _WRITABLE)


def disk_full(path: Path) -> FolderNotWritable:
    """Return the error of a build that ran out of space."""
    return FolderNotWritable(f"no space is left for {'/'.join(path.parts[-3:])}", _SPACE)


def publish(made: Path, output: Path) -> None:
    """Put what was made in the place of the last good output, in one move.

    Raises:
        FolderNotWritable: the output cannot be replaced.
    """
    make_folder(output.parent)
    try:
        _replace(made, output)
    except OSError as error:
        raise refused(output, error) from error


def _replace(made: Path, output: Path) -> None:
    """On Windows a file that somebody is reading right now cannot be replaced: try for a second."""
    deadline = time.monotonic() + 1
    while True:
        try:
            made.replace(output)
        except PermissionError:
            if os.name != "nt" or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def clean(lesson: Lesson) -> list[str]:
    """Remove the lesson's outputs, its stage, and `dist/` if nothing else is in it; return what was removed.

    Raises:
        FolderNotWritable: something cannot be removed.
    """
    from wasmlab.build.beside import made_beside

    removed = []
    try:
        for target in lesson.targets:
            for name in fingerprint.published(lesson, target):
                if (lesson.root / name).is_file():
                    (lesson.root / name).unlink()
                    removed.append(name)
            for path in made_beside(lesson.root / target.output):
                path.unlink(missing_ok=True)
        for asset in (*lesson.assets, *(["packages"] if "python" in lesson.assets else [])):
            if (lesson.root / "dist" / asset).is_dir():
                shutil.rmtree(lesson.root / "dist" / asset)
                removed.append(f"dist/{asset}")
        if (lesson.root / STAGE).is_dir():
            shutil.rmtree(lesson.root / STAGE)
        _remove_empty(lesson.root / "dist")
    except OSError as error:
        raise refused(Path(error.filename or lesson.root), error) from error
    return removed


def _remove_empty(folder: Path) -> None:
    """Remove `folder` and the folders in it as far as nothing is in them."""
    if not folder.is_dir() or folder.is_symlink():
        return
    for entry in folder.iterdir():
        _remove_empty(entry)
    with contextlib.suppress(OSError):
        folder.rmdir()
