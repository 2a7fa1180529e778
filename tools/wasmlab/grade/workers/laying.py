"""The lesson's files as every submission meets them: what the one before it has changed is put right."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

_KEPT = 1 << 20  # bytes: a larger file is copied again rather than compared


class Layout:
    """A folder that holds a template's files whenever it is restored.

    It is compared by content and not by times, which who writes a file can set. A file that is the
    same stays where it is: to copy them all takes as long as half a compilation.
    """

    def __init__(self, template: Path, root: Path) -> None:
        self.root = root
        self._template = template
        self._files: dict[str, bytes | None] = {}
        self._folders = [""]
        for path in sorted(template.rglob("*")):
            name = path.relative_to(template).as_posix()
            if path.is_dir():
                self._folders.append(name)
            else:
                self._files[name] = path.read_bytes() if path.stat().st_size <= _KEPT else None
        self._known = set(self._folders)

    def restore(self, files: Mapping[str, bytes]) -> None:
        """Make the folder hold the template's files and `files`, by their paths, and nothing else."""
        try:
            here = self._here()
        except OSError:  # something in there refuses even to be looked at
            remove(self.root)
            here = set()
        for name in self._folders:
            if name not in here:
                (self.root / name).mkdir(parents=True, exist_ok=True)
        for name in self._files.keys() - here:
            shutil.copyfile(self._template / name, self.root / name)
        for name, content in files.items():
            path = self.root / name
            if name.rpartition("/")[0] not in self._known:
                path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def _here(self) -> set[str]:
        """Return the folders and the files that are here as they must be; what does not belong is removed."""
        here: set[str] = set()
        if self.root.is_symlink() or not self.root.is_dir():
            remove(self.root)
            return here
        waiting, root = [""], str(self.root)  # a path as an object costs more than the look at the file
        while waiting:
            folder = waiting.pop()
            here.add(folder)
            with os.scandir(f"{root}/{folder}") as entries:
                for entry in entries:
                    name = f"{folder}/{entry.name}" if folder else entry.name
                    if entry.is_dir(follow_symlinks=False):
                        if name in self._known:
                            waiting.append(name)
                        else:
                            shutil.rmtree(entry.path)
                    elif entry.is_file(follow_symlinks=False) and self._is_kept(entry.path, name):
                        here.add(name)
                    else:
                        os.unlink(entry.path)  # noqa: PTH108
        return here

    def _is_kept(self, path: str, name: str) -> bool:
        """Return whether a plain file holds what the template's file `name` does, and has no other name."""
        if (content := self._files.get(name)) is None:
            return False
        file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            status = os.fstat(file)
            if status.st_size != len(content) or status.st_nlink != 1:
                return False
            return os.read(file, len(content) + 1) == content
        finally:
            os.close(file)


def remove(path: Path) -> None:
    """Remove a folder, or what stands in its place; a link goes, and what it leads to stays."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)
