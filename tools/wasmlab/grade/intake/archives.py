"""Zip and tar files from strangers: bounded before and while they are read, nothing written to the disk."""

from __future__ import annotations

import bz2
import io
import lzma
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from wasmlab.grade.intake.tars import Member, members
from wasmlab.grade.intake.tree import (
    ENTRIES,
    FILE,
    Refused,
    Tree,
    checked_size,
    is_chaff,
    refuse_name,
    shown,
)

ARCHIVE = 64 << 20
"""Bytes of an archive that is opened at all."""
UNPACKED = 256 << 20
"""Bytes that all its files may have together."""
RATIO = 200
"""How many times smaller than its content a file may be; C source is seldom beyond 10."""

_SPLIT = "hand in the lesson's files only; a download of many is unpacked first, and its folder named"
_DIRECTORY = 4 << 20  # bytes of a zip's own list of files
_ENDINGS = (".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")  # in an archive only the name is seen
_END, _END64, _PLACE64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"


def is_archive(start: bytes, name: str) -> bool:
    """Return whether a file is one that we open, by its first 512 bytes and its name."""
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")):
        return True
    return start[257:262] == b"ustar" or name.lower().endswith(_ENDINGS)


def archive_tree(content: bytes, name: str) -> Tree:
    """List the files of a zip or a tar, packed or not.

    Raises:
        Refused: it is none, or broken, or holds what no submission may.
    """
    if len(content) > ARCHIVE:
        raise Refused(f"{shown(name)} is larger than {ARCHIVE >> 20} MiB", _SPLIT)
    try:
        if content.startswith(b"PK") or name.lower().endswith(".zip"):
            return _zip(content)
        return _tar(_unpacked(content))
    except Refused:
        raise
    except Exception as error:  # what reads a zip raises anything at all for one that was made for it
        raise Refused(f"{shown(name)} is broken: {shown(str(error)) or type(error).__name__}") from error


def read_archive(path: Path) -> Tree:
    """List the files of the archive at `path`; the errors are those of `archive_tree`."""
    try:
        with path.open("rb") as file:
            return archive_tree(file.read(ARCHIVE + 1), path.name)
    except OSError as error:
        raise Refused(f"{shown(path.name)} cannot be read: {error.strerror}") from error


def _zip(content: bytes) -> Tree:
    _bound_directory(content)
    archive = zipfile.ZipFile(io.BytesIO(content))
    listed = archive.infolist()
    if len(listed) > ENTRIES:
        raise Refused(f"the archive holds more than {ENTRIES} files", _SPLIT)
    files: dict[str, Callable[[], bytes]] = {}
    faults: dict[str, str] = {}
    names = []
    for info in listed:
        _refuse_packing(info)
        refuse_name(info.orig_filename)
        info.filename = _written(info)
        kind = info.external_attr >> 28
        if kind not in (0, 4, 8):
            what = "link" if kind == 0xA else "device"
            faults[info.filename.rstrip("/")] = f"the archive holds a {what}: {shown(info.filename)}"
            continue
        if info.is_dir():
            continue
        names.append(info.filename)
        if _is_bomb(info.compress_size, info.file_size):
            size = f"unpacks to {info.file_size >> 20} MiB"
            faults[info.filename] = f"the archive holds a bomb: {shown(info.filename)} {size}"
        elif not is_chaff(info.filename):
            files[info.filename] = _zip_reader(archive, info)
    _refuse_twice(names)
    if sum(info.file_size for info in listed) > UNPACKED:
        raise Refused(f"the archive unpacks to more than {UNPACKED >> 20} MiB", _SPLIT)
    return Tree(files, is_packed=True, faults=faults)


def _written(info: zipfile.ZipInfo) -> str:
    """Return a name as it was meant: a Mac writes UTF-8 and does not say so, as Python wants to be told."""
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):
            return info.filename.encode("cp437").decode("utf-8")
    return info.filename


def _refuse_twice(names: list[str]) -> None:
    """Refuse two files of one path: nobody can tell which of them is meant."""
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        raise Refused(f"the archive holds two files called {shown(twice[0])}")


def _refuse_packing(info: zipfile.ZipInfo) -> None:
    if not info.filename:
        raise Refused("the archive holds a file without a name")
    if info.flag_bits & 0x1 and not info.is_dir():
        raise Refused("the archive is encrypted", "hand in a zip without a password")
    # Python unpacks the others whole, whatever the list says of their size: 1 MiB may become 20 GiB.
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("the archive is packed in a way that is not opened here")


def _bound_directory(content: bytes) -> None:
    """Refuse a list of files so long that reading it takes its time."""
    end = content.rfind(_END, max(0, len(content) - 65_557))
    if end < 0 or len(content) < end + 22:
        raise Refused("the archive is broken: it has no end")
    _bound_list(*struct.unpack_from("<HI", content, end + 10))
    if end < 20 or not content.startswith(_PLACE64, end - 20):
        return
    # A second end, for large archives, counts instead. It is where the place says, or just before it.
    for place in (struct.unpack_from("<Q", content, end - 12)[0], end - 76):
        if place >= 0 and content.startswith(_END64, place):
            _bound_list(*struct.unpack_from("<QQ", content, place + 32))


def _bound_list(entries: int, size: int) -> None:
    if entries > ENTRIES or size > _DIRECTORY:
        raise Refused(f"the archive holds more than {ENTRIES} files", _SPLIT)


def _zip_reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            with archive.open(info) as file:
                return checked_size(info.filename, file.read(FILE + 1))
        except Refused:
            raise
        except Exception as error:  # as above: the batch goes on, whatever a submission is
            raise Refused(f"{shown(info.filename)} in the archive is broken") from error

    return read


def _is_bomb(packed: int, size: int) -> bool:
    return size > FILE and size > RATIO * max(packed, 1)


def _unpacked(content: bytes) -> bytes:
    """Unpack what holds a tar, as far as it may be long."""
    unpacker: Any
    if content.startswith(b"\x1f\x8b"):
        unpacker = zlib.decompressobj(wbits=31)
    elif content.startswith(b"BZh"):
        unpacker = bz2.BZ2Decompressor()
    elif content.startswith(b"\xfd7zXZ"):
        unpacker = lzma.LZMADecompressor(memlimit=UNPACKED)
    else:
        return content
    most = min(UNPACKED, max(FILE, RATIO * len(content)))
    found: bytes = unpacker.decompress(content, most + 1)
    if len(found) > most:
        raise Refused(f"the archive holds a bomb: it unpacks to more than {most >> 20} MiB", _SPLIT)
    if not unpacker.eof:
        raise Refused("the archive is broken: its end is missing")
    return found


def _tar(content: bytes) -> Tree:
    files: dict[str, Callable[[], bytes]] = {}
    faults: dict[str, str] = {}
    names = []
    for number, member in enumerate(members(content)):
        if number >= ENTRIES:
            raise Refused(f"the archive holds more than {ENTRIES} files", _SPLIT)
        name = member.name.removeprefix("./")
        if name in ("", "."):
            continue
        refuse_name(name)
        if member.kind == "device":  # or what says nowhere how long it is: nothing after it can be read
            raise Refused(f"the archive holds a device: {shown(name)}")
        if member.kind == "link":
            faults[name] = f"the archive holds a link: {shown(name)}"
        if member.kind != "file":
            continue
        names.append(name)
        if not is_chaff(name):
            files[name] = _tar_reader(content, member, name)
    _refuse_twice(names)
    return Tree(files, is_packed=True, faults=faults)


def _tar_reader(content: bytes, member: Member, name: str) -> Callable[[], bytes]:
    end = member.start + min(member.size, FILE + 1)
    return lambda: checked_size(name, content[member.start : end])
