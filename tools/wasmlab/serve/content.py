"""What is sent for a file: its bytes, a tag of their content, the part asked for, and the client's tag."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

WHOLE = 1024 * 1024
"""Files up to this size are read at once, so that what is sent is one state of the file."""
CHUNK = 256 * 1024
CLIENT = '<script type="module" src="/_wasmlab/client.js"></script>'
# Named up front, so that they load side by side and not each after the one that imports it.
PARTS = "".join(
    f'<link rel="modulepreload" href="/_wasmlab/{name}.js">'
    for name in ("console", "live", "overlay", "problem", "saying", "warnings")
)

# A page that says so has all that it needs, and forbids itself the rest.
_WITHOUT = b'<meta name="wasmlab-client" content="none">'
# A comment is matched first, so that a tag inside it is passed over.
_PLACE = re.compile(rb"<!--.*?-->|<(?:head|html)(?:\s[^>]*)?>|<!doctype[^>]*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Range:
    """The bytes from `start` up to `stop`, as in a slice."""

    start: int
    stop: int


def tag(data: bytes, *more: str) -> str:
    """Return an ETag for this content; `more` sets apart what is the same bytes in another form."""
    return '"' + "-".join([hashlib.sha256(data).hexdigest()[:24], *more]) + '"'


def tag_of_open(file: BinaryIO) -> str:
    """Return an ETag for a file that is too large to be read for it."""
    status = os.fstat(file.fileno())
    return f'"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"'


def with_client(page: bytes, build: int) -> bytes:
    """Return `page` with the client's script and the number of the build that it shows.

    It goes to the start of the head, before the page's own scripts, so that it hears what they say.
    """
    if _WITHOUT in page[:500]:
        return page
    script = f'<meta name="wasmlab-build" content="{build}">{CLIENT}{PARTS}'.encode()
    best: dict[bytes, int] = {}
    for match in _PLACE.finditer(page):
        kind = match[0][1:5].lower()
        if kind == b"head":
            return page[: match.end()] + script + page[match.end() :]
        if kind != b"!--":
            best.setdefault(kind, match.end())
    place = best.get(b"html", best.get(b"!doc", 0))
    return page[:place] + script + page[place:]


def parse_range(header: str, size: int) -> Range | None:
    """Return the one range that `header` asks for; None means: send everything.

    Raises:
        ValueError: the range lies outside a file of `size` bytes.
    """
    match = re.fullmatch(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*", header)
    if match is None or match[1] == match[2] == "":
        return None
    if not match[1]:
        length = min(int(match[2]), size)
        start, stop = size - length, size
    else:
        start = int(match[1])
        stop = min(int(match[2]) + 1, size) if match[2] else size
        if match[2] and int(match[2]) < start:
            return None
    if start >= stop:
        raise ValueError(header)
    return Range(start, stop)


def chunks(file: BinaryIO, part: Range) -> Iterator[bytes]:
    """Read `part` of an open file piece by piece."""
    file.seek(part.start)
    left = part.stop - part.start
    while left > 0 and (data := file.read(min(CHUNK, left))):
        left -= len(data)
        yield data


def accepts(header: str, coding: str) -> bool:
    """Return whether an Accept-Encoding header takes `coding`."""
    for item in header.lower().split(","):
        name, _, weight = item.partition(";")
        if name.strip() == coding:
            return not re.fullmatch(r"q=0(\.0*)?", weight.replace(" ", ""))
    return False


def compressed_beside(path: Path, header: str) -> tuple[Path, str] | None:
    """Return the compressed file that stands ready beside `path`, and its coding."""
    for ending, coding in ((".br", "br"), (".gz", "gzip")):
        beside = path.with_name(path.name + ending)
        if accepts(header, coding) and _is_as_new(beside, path):
            return beside, coding
    return None


def _is_as_new(beside: Path, path: Path) -> bool:
    try:
        return beside.is_file() and beside.stat().st_mtime_ns >= path.stat().st_mtime_ns
    except OSError:
        return False


@lru_cache(maxsize=32)
def gzipped(data: bytes) -> bytes:
    """Compress `data`; the same bytes are compressed once."""
    return gzip.compress(data, compresslevel=5, mtime=0)
