"""What a tar holds, read by us in one pass, with a bound on whatever a stranger can make long.

Python's `tarfile` knows no such bound: a length of a million digits keeps it for hours, records that overlap
take the square of their size in memory, and a list of holes is read to the end of the archive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

BLOCK = 512
_BEFORE = 64 << 10  # bytes of what stands before a file: its long name, what macOS knows about it
_TOGETHER = 8 << 20  # bytes of all that: a KiB and its header for each of 5000 files, which takes a second
_DIGITS = 20  # of a number in a record: 64 bits

_RECORDS, _GLOBAL, _LONG_NAME, _LONG_LINK = b"x", b"g", b"L", b"K"
_KINDS = {b"\0": "file", b"0": "file", b"7": "file", b"5": "folder", b"1": "link", b"2": "link"}


@dataclass(frozen=True)
class Member:
    """A file, a folder, a link or a device, and where its content is; nobody has looked at its name yet."""

    name: str
    kind: str
    start: int
    size: int


def members(content: bytes) -> Iterator[Member]:
    """Yield what a tar holds, in its order.

    Raises:
        ValueError: it is broken; the message says how.
    """
    at = together = 0
    said: dict[bytes, bytes] = {}
    while header := content[at : at + BLOCK].rstrip(b"\0"):  # a block of zeros is the end
        header = _checked(header.ljust(BLOCK, b"\0"))
        at, kind, size = at + BLOCK, header[156:157], _number(header[124:136])
        if kind in (_RECORDS, _GLOBAL, _LONG_NAME, _LONG_LINK):
            together += BLOCK + size
            if size > _BEFORE or together > _TOGETHER:
                raise ValueError("what it tells about its files is too long")
            said |= _said(kind, content[at : _end(content, at, size)])
        else:
            member = _member(header, at, size, said)
            size, said = member.size, {}
            _end(content, at, size)
            yield member
        at += -(-size // BLOCK) * BLOCK
    if said:
        raise ValueError("its end is missing")


def _checked(header: bytes) -> bytes:
    """Return a header whose sum is right; the field of the sum counts as spaces."""
    if _number(header[148:156]) != sum(header[:148]) + sum(b" " * 8) + sum(header[156:]):
        raise ValueError("this is no tar, or was changed on its way")
    return header


def _number(field: bytes) -> int:
    """Read octal digits, or what is too large for them: a byte 0x80, and the number itself; -1 is none."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.partition(b"\0")[0].strip(b" ")
    return -1 if digits.strip(b"01234567") else int(digits or b"0", 8)


def _end(content: bytes, start: int, size: int) -> int:
    if size < 0:
        raise ValueError("a size in it is no number")
    if start + size > len(content):
        raise ValueError("its end is missing")
    return start + size


def _said(kind: bytes, block: bytes) -> dict[bytes, bytes]:
    """Return what a header before a file says of it, by the words that pax has for that."""
    if kind == _LONG_NAME:
        return {b"path": block.partition(b"\0")[0]}
    # Of all files together only comments are told, and whoever links is refused anyway.
    return dict(_records(block)) if kind == _RECORDS else {}


def _records(block: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the records of pax: each begins with its own length, so each byte is read once."""
    at = 0
    while at < len(block):
        space = block.find(b" ", at, at + _DIGITS)
        end = at + _decimal(block[at : max(space, at)])
        key, equals, value = block[space + 1 : end - 1].partition(b"=")
        if not equals or block[end - 1 : end] != b"\n":
            raise ValueError("what it tells about its files is damaged")
        yield key, value
        at = end


def _decimal(digits: bytes) -> int:
    if not digits.isdigit() or len(digits) > _DIGITS:
        raise ValueError("a size in it is no number")
    return int(digits)


def _member(header: bytes, start: int, size: int, said: dict[bytes, bytes]) -> Member:
    name = (said.get(b"path") or _name(header)).decode("utf-8", "surrogateescape")
    kind = _KINDS.get(header[156:157], "device")
    if any(key.startswith(b"GNU.sparse.") for key in said):
        kind = "device"  # a file with holes is not as long as it says: nobody hands one in
    elif kind == "file" and name.endswith("/"):
        kind = "folder"  # as the oldest programs write them
    if kind != "file":
        return Member(name.rstrip("/"), kind, start, 0)
    return Member(name, kind, start, _decimal(said[b"size"]) if said.get(b"size") else size)


def _name(header: bytes) -> bytes:
    """Return the name of at most 100 bytes, behind the folder that POSIX has a field for and GNU has not."""
    name = header[:100].partition(b"\0")[0]
    folder = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return folder + b"/" + name if folder else name
