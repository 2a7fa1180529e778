"""A folder of files in memory, and what a program holds open of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from wasmlab.engines.wasi.errno import (
    BADF,
    EXIST,
    INVAL,
    ISDIR,
    NOENT,
    NOSPC,
    NOTCAPABLE,
    NOTDIR,
    NOTEMPTY,
    SPIPE,
    Errno,
)

CHARACTERS, FOLDER, FILE = 2, 3, 4
"""WASI's numbers for what a descriptor is: a terminal, a folder, a file."""
CREATE, DIRECTORY, EXCLUSIVE, TRUNCATE = 1, 2, 4, 8
APPEND = 1
READS, WRITES = 1 << 1, 1 << 6
ALL_RIGHTS = (1 << 30) - 1


@dataclass
class File:
    """A file's content."""

    inode: int
    data: bytearray = field(default_factory=bytearray)
    type = FILE


@dataclass
class Folder:
    """A folder's entries, in the order in which they were made."""

    inode: int
    entries: dict[str, File | Folder] = field(default_factory=dict)
    type = FOLDER


@dataclass
class Open:
    """A descriptor of a file or a folder; `preopened` is the name of one that was there at the start."""

    node: File | Folder
    reads: bool = True
    writes: bool = True
    append: bool = False
    position: int = 0
    preopened: str = ""

    @property
    def file(self) -> File:
        """The file, which a folder is not."""
        if not isinstance(self.node, File):
            raise Errno(BADF)
        return self.node

    @property
    def folder(self) -> Folder:
        """The folder, which a file is not."""
        if not isinstance(self.node, Folder):
            raise Errno(NOTDIR)
        return self.node

    def read(self, length: int, position: int) -> bytes:
        """Return up to `length` bytes from `position`."""
        if not self.reads:
            raise Errno(BADF)
        return bytes(self.file.data[position : position + length])


@dataclass
class Stream:
    """One of the three streams: what is still to be read, or what has been written."""

    number: int
    data: bytearray


class Tree:
    """All files under one folder, together no larger than `limit` bytes."""

    def __init__(self, files: Mapping[str, bytes], limit: int, count: int) -> None:
        self._inodes = 0
        self._size = 0
        self._limit = limit
        self._count = count
        self.root = Folder(self._inode())
        for path in sorted(files):
            self._put(path, files[path])

    def _inode(self) -> int:
        self._inodes += 1
        return self._inodes

    def _put(self, path: str, data: bytes) -> None:
        *folders, name = path.split("/")
        at = self.root
        for part in folders:
            inner = at.entries.get(part)
            if inner is None:
                inner = at.entries[part] = Folder(self._inode())
            if not isinstance(inner, Folder):
                return
            at = inner
        at.entries[name] = File(self._inode(), bytearray(data))
        self._size += len(data)

    def files(self) -> dict[str, bytes]:
        """Return every file's content by its path."""
        return dict(_walk(self.root, ""))

    def write(self, opened: Open, data: bytes, position: int) -> None:
        """Put bytes into a file, which grows where it must."""
        if not opened.writes:
            raise Errno(BADF)
        if data:
            self._grow(opened.file, position + len(data))
            opened.file.data[position : position + len(data)] = data

    def _grow(self, file: File, size: int) -> None:
        more = size - len(file.data)
        if more > 0:
            if self._size + more > self._limit:
                raise Errno(NOSPC)
            self._size += more
            file.data.extend(bytes(more))

    def allocate(self, opened: Open, size: int) -> None:
        """Make a file at least as large as `size`."""
        self._grow(opened.file, size)

    def resize(self, opened: Open, size: int) -> None:
        """Cut a file, or fill it up with zeros."""
        file = opened.file
        if not opened.writes:
            raise Errno(INVAL)
        self._grow(file, size)
        self._size -= len(file.data) - size
        del file.data[size:]

    def open(self, at: Folder, path: str, how: int, rights: int, append: bool) -> Open:
        """Open the file or folder at `path`, making it where that is asked for."""
        parent, name = self._parent(at, path)
        node = _entry(parent, name)
        reads, writes = bool(rights & READS), bool(rights & WRITES)
        if node is None:
            if not how & CREATE:
                raise Errno(NOENT)
            node = parent.entries[name] = File(self._new_inode())
        elif how & CREATE and how & EXCLUSIVE:
            raise Errno(EXIST)
        if isinstance(node, Folder):
            if writes and not how & DIRECTORY:
                raise Errno(ISDIR)
            return Open(node)
        if how & DIRECTORY or path.endswith("/"):
            raise Errno(NOTDIR)
        opened = Open(node, reads, writes, append)
        if how & TRUNCATE:
            self.resize(opened, 0)
        return opened

    def _new_inode(self) -> int:
        if self._inodes >= self._count:
            raise Errno(NOSPC)
        return self._inode()

    def find(self, at: Folder, path: str) -> File | Folder:
        """Return what is at `path`."""
        parent, name = self._parent(at, path)
        node = _entry(parent, name)
        if node is None:
            raise Errno(NOENT)
        if path.endswith("/") and isinstance(node, File):
            raise Errno(NOTDIR)
        return node

    def make_folder(self, at: Folder, path: str) -> None:
        """Make a folder."""
        parent, name = self._parent(at, path)
        if _entry(parent, name) is not None:
            raise Errno(EXIST)
        parent.entries[name] = Folder(self._new_inode())

    def remove(self, at: Folder, path: str, *, folder: bool) -> None:
        """Remove a file, or a folder with nothing in it."""
        node = self.find(at, path)
        if folder != isinstance(node, Folder):
            raise Errno(NOTDIR if folder else ISDIR)
        if isinstance(node, Folder) and node.entries:
            raise Errno(NOTEMPTY)
        parent, name = self._parent(at, path)
        self._drop(parent, name)

    def _drop(self, parent: Folder, name: str) -> None:
        if name == ".":
            raise Errno(INVAL)
        node = parent.entries.pop(name)
        if isinstance(node, File):
            self._size -= len(node.data)

    def rename(self, old_at: Folder, old: str, new_at: Folder, new: str) -> None:
        """Move a file or a folder; what stands at the new place gives way."""
        node = self.find(old_at, old)
        source, name = self._parent(old_at, old)
        target, new_name = self._parent(new_at, new)
        there = _entry(target, new_name)
        if there is node:
            return
        if "." in (name, new_name) or (isinstance(node, Folder) and _inside(node, target)):
            raise Errno(INVAL)
        if there is not None:
            if isinstance(there, Folder) != isinstance(node, Folder):
                raise Errno(ISDIR if isinstance(there, Folder) else NOTDIR)
            if isinstance(there, Folder) and there.entries:
                raise Errno(NOTEMPTY)
            self._drop(target, new_name)
        del source.entries[name]
        target.entries[new_name] = node

    def _parent(self, at: Folder, path: str) -> tuple[Folder, str]:
        """Return the folder that holds the last part of `path`, and that part: `.` for the folder itself."""
        if not path:
            raise Errno(NOENT)
        if path.startswith("/"):
            raise Errno(NOTCAPABLE)
        chain: list[tuple[Folder, str]] = [(at, ".")]
        for part in path.split("/"):
            if part in ("", "."):
                continue
            if part == "..":
                if len(chain) == 1:
                    raise Errno(NOTCAPABLE)
                chain.pop()
                continue
            folder = _entry(*chain[-1])
            if not isinstance(folder, Folder):
                raise Errno(NOENT if folder is None else NOTDIR)
            chain.append((folder, part))
        return chain[-1]


def _entry(folder: Folder, name: str) -> File | Folder | None:
    return folder if name == "." else folder.entries.get(name)


def _inside(outer: Folder, inner: Folder) -> bool:
    within = (node for node in outer.entries.values() if isinstance(node, Folder))
    return outer is inner or any(_inside(node, inner) for node in within)


def _walk(folder: Folder, before: str) -> Iterator[tuple[str, bytes]]:
    for name, node in folder.entries.items():
        if isinstance(node, Folder):
            yield from _walk(node, f"{before}{name}/")
        else:
            yield f"{before}{name}", bytes(node.data)


def seek(opened: Open | Stream, offset: int, whence: int) -> int:
    """Move a file's position and return it."""
    if isinstance(opened, Stream):
        raise Errno(SPIPE)
    if whence not in (0, 1, 2):
        raise Errno(INVAL)
    base = (0, opened.position, len(opened.file.data))[whence]
    if isinstance(opened.node, Folder) or base + offset < 0:
        raise Errno(INVAL)
    opened.position = base + offset
    return opened.position
