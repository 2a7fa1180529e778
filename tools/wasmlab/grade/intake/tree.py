"""What a folder or an archive holds, as one list of entries whose names are not trusted yet."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

ENTRIES = 5_000
"""How many files and folders one submission, or one download of many, may hold."""
FILE = 1 << 20
"""Bytes of one file that is taken."""
NAME = 200
"""Characters of a path."""

# What operating systems and editors leave everywhere; "._sum.c" is what a Mac knows about sum.c.
_CHAFF = re.compile(
    r"(^|/)(__MACOSX|\._[^/]*|\.DS_Store|Thumbs\.db|desktop\.ini|\.git|\.vscode|\.idea|__pycache__)(/|$)"
)
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$")
"""Names that Windows keeps for devices: what is written to such a file is gone."""


class Refused(Exception):
    """Something that was handed in cannot be taken; `why` is for the student."""

    def __init__(self, why: str, hint: str = "hand in the files themselves, or a plain zip of them") -> None:
        super().__init__(why)
        self.why = why
        self.hint = hint


@dataclass(frozen=True)
class Tree:
    """The regular files by their paths, each with what reads it.

    `links` are the paths that lead elsewhere, and `faults` those that no archive may hold, with why. They
    and the names of what is packed are refused when it is taken: one of many keeps no other from that.
    """

    files: Mapping[str, Callable[[], bytes]]
    links: frozenset[str] = frozenset()
    is_packed: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)

    def under(self, folder: str) -> Tree:
        """Return what is in one of its folders."""
        start = f"{folder}/"
        inside = {
            path.removeprefix(start): read for path, read in self.files.items() if path.startswith(start)
        }
        links = frozenset(p.removeprefix(start) for p in self.links if p.startswith(start))
        faults = {
            path.removeprefix(start): why for path, why in self.faults.items() if f"{path}/".startswith(start)
        }
        return Tree(inside, links, self.is_packed, faults)

    @property
    def tops(self) -> list[str]:
        """The names at the top, in their order."""
        return sorted({path.partition("/")[0] for path in (*self.files, *self.faults)})


def folder_tree(root: Path) -> Tree:
    """List a folder without following a link.

    Raises:
        Refused: it holds too much, or cannot be read.
    """
    files: dict[str, Callable[[], bytes]] = {}
    links = set()
    try:
        for number, path in enumerate(_walk(root)):
            if number >= ENTRIES:
                raise Refused(f"it holds more than {ENTRIES} files", "hand in the lesson's files only")
            name = path.relative_to(root).as_posix()
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                links.add(name)
            elif stat.S_ISREG(mode) and not is_chaff(name):
                files[name] = reader(path)
    except OSError as error:
        raise Refused(f"{_said(error, root)} cannot be read: {error.strerror}") from error
    return Tree(files, frozenset(links))


def _walk(root: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(root, onerror=_raise):
        here = Path(place)
        for name in list(folders):
            if (here / name).is_symlink():
                folders.remove(name)
                yield here / name
        folders[:] = sorted(name for name in folders if not is_chaff(name))
        yield from (here / name for name in sorted(names))


def _raise(error: OSError) -> None:
    """Without it a folder that cannot be read is taken for an empty one."""
    raise error


def _said(error: OSError, root: Path) -> str:
    """Return what of a folder cannot be read, seen from there."""
    path = Path(os.fsdecode(error.filename or root))
    return shown(path.relative_to(root).as_posix()) if path != root and path.is_relative_to(root) else "it"


def reader(path: Path) -> Callable[[], bytes]:
    """Return what reads a file, or refuses it."""

    def read() -> bytes:
        try:
            with open_regular(path) as file:
                content = file.read(FILE + 1)
        except OSError as error:
            raise Refused(f"{shown(path.name)} cannot be read: {error.strerror}") from error
        return checked_size(path.name, content)

    return read


def open_regular(path: Path) -> BinaryIO:
    """Open a regular file; nothing else is opened, for a pipe would be waited at for ever.

    Raises:
        OSError: it cannot be read.
        Refused: it is a link, a pipe or a device.
    """
    refuse_irregular(path)
    # Between that look and now another may have been put there.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    file = os.fdopen(os.open(path, flags | getattr(os, "O_BINARY", 0)), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise Refused(f"{shown(path.name)} is no file")
    return file


def refuse_irregular(path: Path) -> None:
    """Refuse what is no regular file, without opening it.

    Raises:
        Refused: it is a link, a pipe, a device, or cannot be looked at.
    """
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        raise Refused(f"{shown(path.name)} cannot be read: {error.strerror}") from error
    if stat.S_ISLNK(mode):
        raise Refused(f"{shown(path.name)} is a link", "hand in the file itself")
    if not stat.S_ISREG(mode):
        raise Refused(f"{shown(path.name)} is a pipe or a device, and no file", "hand in the file itself")


def checked_size(name: str, content: bytes) -> bytes:
    """Return `content`.

    Raises:
        Refused: it is larger than a file may be.
    """
    if len(content) > FILE:
        raise Refused(f"{shown(name)} is larger than {FILE >> 20} MiB", "hand in what you wrote yourself")
    return content


def is_chaff(name: str) -> bool:
    """Whether a path is one that nobody has meant to hand in."""
    return bool(_CHAFF.search(name))


def shown(name: str) -> str:
    """Return a name as it may stand in a message: short, and nothing in it that moves a cursor."""
    safe = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in name)
    return safe if len(safe) <= 80 else f"{safe[:77]}..."


def refuse_name(name: str) -> None:
    """Refuse a path in an archive that would not stay inside a folder.

    Raises:
        Refused: the reason names the path.
    """
    parts = name.rstrip("/").split("/")
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        raise Refused(f"the archive holds an absolute path: {shown(name)}")
    if ".." in parts or "\\" in name:
        raise Refused(f"the archive holds a path that leaves it: {shown(name)}")


def refuse_odd(name: str) -> None:
    """Refuse a path in an archive that would not be a file on every system.

    Raises:
        Refused: the reason names the path.
    """
    parts = name.split("/")
    if len(name) > NAME:
        raise Refused(f"the archive holds a path of {len(name)} characters")
    if not name.isprintable():
        raise Refused(f"the archive holds a path with characters that do not print: {shown(name)}")
    if any(RESERVED.match(part) or part != part.rstrip(" .") or set(part) & set('<>:"|?*') for part in parts):
        raise Refused(f"the archive holds a name that not every system can have: {shown(name)}")


def refuse_doubles(names: Iterable[str]) -> None:
    """Refuse names that are the same, also where only the case differs.

    Raises:
        Refused: the reason names the path.
    """
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise Refused(f"the archive holds two files called {shown(name)}")
        seen.add(name.casefold())
