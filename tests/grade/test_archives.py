"""An archive is read as its writer meant it, or refused in a moment: nothing else comes out of it."""

from __future__ import annotations

import bz2
import io
import random
import re
import struct
import tarfile
import time
import zipfile
from collections.abc import Iterator

import pytest

from wasmlab.grade.intake import archives
from wasmlab.grade.intake.archives import archive_tree
from wasmlab.grade.intake.tars import BLOCK
from wasmlab.grade.intake.tree import Refused

TEXT = b"int x;\n" * 200
NAMES = ("c/a.c", "./b.c", "k" * 90 + "/m.c", "d" * 140 + "/" + "e" * 40, "für/ünder.c", "w/", "empty.c")
FORMATS = (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT)


def _tar(*names: str, form: int = tarfile.PAX_FORMAT, packing: str = "", **pax: str) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{packing}", format=form, pax_headers={"comment": "1f3"}) as file:
        for name in names:
            info = tarfile.TarInfo(name)
            info.pax_headers = pax
            content = b"" if name.endswith("/") or "empty" in name else TEXT
            info.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return out.getvalue()


def _zip(*names: str, method: int = zipfile.ZIP_DEFLATED, large: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name in names:
            with archive.open(name, "w", force_zip64=large) as file:
                file.write(TEXT)
    return out.getvalue()


def _header(told: bytes, kind: bytes = b"x") -> bytes:
    """A header before a file, and what it tells."""
    info = tarfile.TarInfo("header")
    info.size, info.type = len(told), kind
    return info.tobuf(tarfile.USTAR_FORMAT) + _filled(told)


def _filled(content: bytes) -> bytes:
    return content.ljust(-(-len(content) // BLOCK) * BLOCK, b"\0")


def _second_end(content: bytes, entries: int, size: int) -> bytes:
    """Give a zip the end that large ones have."""
    end = len(content) - 22
    (start,) = struct.unpack_from("<I", content, end + 16)
    large = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, start)
    return content[:end] + large + struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1) + content[end:]


@pytest.mark.parametrize("packing", ["", "gz", "bz2", "xz"])
@pytest.mark.parametrize("form", FORMATS)
def test_a_tar_is_read_as_python_reads_it(form: int, packing: str) -> None:
    content = _tar(*NAMES, form=form, packing=packing)
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        files = [(one.name, archive.extractfile(one)) for one in archive if one.isfile()]
        expected = {name.removeprefix("./"): file.read() for name, file in files if file}
    assert {name: read() for name, read in archive_tree(content, "a.tar").files.items()} == expected
    assert len(expected) == len(NAMES) - 1


def test_what_macos_tells_about_a_file_does_not_hinder() -> None:
    told = {"LIBARCHIVE.xattr.com.apple.provenance": "x" * 3000, "SCHILY.fflags": "é\n=", "mtime": "1.5"}
    assert archive_tree(_tar("c/a.c", **told), "a.tar").files["c/a.c"]() == TEXT


def test_a_tar_ends_with_its_last_block_or_with_zeros() -> None:
    whole = _tar("a.c")
    end = len(whole.rstrip(b"\0"))
    for content in (whole[:end], whole + b"more"):
        assert archive_tree(content, "a.tar").files["a.c"]() == TEXT


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (_header(b"30 size=999999999999999999999\n") + _tar("a.c"), "a size in it is no number"),
        (_header(b"12 size=-99\n") + _tar("a.c"), "a size in it is no number"),
        (_header(b"20 size=99999999999\n") + _tar("a.c"), "its end is missing"),
        (_header(b"12 path=a.c\n"), "its end is missing"),
        (_header(b"90 path=a.c\n") + _tar("a.c"), "damaged"),
        (_header(b"6 path=a.c\n") + _tar("a.c"), "damaged"),
        (_header(b"0 path=a.c\n") + _tar("a.c"), "damaged"),
        (_header(b"1" * 60_000) + _tar("a.c"), "a size in it is no number"),
        (_header(b"3 a" * 20_000 + b"=") + _tar("a.c"), "damaged"),
        (_header(b"y" * 70_000, b"L") + _tar("a.c"), "too long"),
        (_header(b"y" * 70_000, b"g") + _tar("a.c"), "too long"),
        (_header(b"") * 20_000 + _tar("a.c"), "too long"),
        (_tar("a.c").replace(b"a.c\0", b"b.c\0"), "this is no tar, or was changed"),
        (_tar("a.c", form=tarfile.GNU_FORMAT)[:-9000], "its end is missing"),
        (b"not at all", "this is no tar"),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
)
def test_a_broken_tar_says_how_in_a_moment(content: bytes, why: str) -> None:
    start = time.process_time()
    with pytest.raises(Refused, match="is broken") as refused:
        archive_tree(content, "a.tar")
    assert why in refused.value.why
    assert time.process_time() - start < 3


def test_a_list_of_holes_is_not_read() -> None:
    content = _tar("a.c", **{"GNU.sparse.major": "1", "GNU.sparse.minor": "0"})
    with pytest.raises(Refused, match="a device"):
        archive_tree(content, "a.tar")


def test_the_second_end_of_a_large_zip_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = _zip("a.c")
    size = struct.unpack_from("<I", whole, len(whole) - 10)[0]
    assert archive_tree(_second_end(whole, 1, size), "a.zip").files["a.c"]() == TEXT
    monkeypatch.setattr(zipfile, "ZipFile", None)  # its list is not even begun
    for entries, length in ((6000, size), (1, 5 << 20), (1, 2**64 - 1)):
        with pytest.raises(Refused, match="more than 5000"):
            archive_tree(_second_end(whole, entries, length), "a.zip")


@pytest.mark.parametrize(
    ("bound", "content"),
    [
        ("ARCHIVE", _zip("a.c")),
        ("ENTRIES", _zip("a.c", "b.c")),
        ("ENTRIES", _tar("a.c", "b.c")),
        ("UNPACKED", _zip("a.c")),
        ("UNPACKED", _tar("a.c", packing="gz")),
    ],
    ids=["large", "zip of many", "tar of many", "zip unpacked", "tar unpacked"],
)
def test_a_teacher_is_told_what_to_do_with_a_class_that_is_too_large(
    bound: str, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, bound, 1)
    with pytest.raises(Refused, match=r"larger|more than") as refused:
        archive_tree(content, "class")
    assert "unpacked first, and its folder named" in refused.value.hint


def test_a_name_that_is_empty_is_refused() -> None:
    with pytest.raises(Refused, match="without a name"):
        archive_tree(_zip("a.c", "b").replace(b"\0b", b"\0\0").replace(b"b", b""), "a.zip")


def test_what_python_unpacks_without_a_bound_is_not_unpacked() -> None:
    lying = bytearray(_zip("a.c", method=zipfile.ZIP_STORED))
    bomb = bz2.compress(bytes(1 << 20))
    start = lying.find(b"PK\x01\x02")
    struct.pack_into("<H", lying, start + 10, zipfile.ZIP_BZIP2)
    struct.pack_into("<H", lying, 8, zipfile.ZIP_BZIP2)
    lying[33 : 33 + len(bomb)] = bomb
    with pytest.raises(Refused, match="not opened here"):
        archive_tree(bytes(lying), "a.zip")


@pytest.mark.parametrize("error", [IndexError, OverflowError, MemoryError, RecursionError, RuntimeError])
def test_whatever_reading_raises_is_a_refusal(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    content = _zip("a.c")
    read = archive_tree(content, "a.zip").files["a.c"]
    monkeypatch.setattr(zipfile.ZipFile, "open", fail)
    with pytest.raises(Refused, match="is broken"):
        read()
    monkeypatch.setattr(zipfile.ZipFile, "infolist", fail)
    with pytest.raises(Refused, match=f"is broken: {error.__name__}"):
        archive_tree(content, "a.zip")


def _mutated(seeds: list[bytes], times: int) -> Iterator[bytes]:
    """Yield archives with a few bytes changed, often in headers; their sums are made right again."""
    chance = random.Random(20_261_102)
    for turn in range(times):
        content = bytearray(seeds[turn % len(seeds)])
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(0, len(content), chance.choice((1, BLOCK))) + chance.randrange(345)
            new = chance.choice((b"\xff\xff\xff\xff", bytes(4), b"\x80\0\0\0", b"9999", chance.randbytes(1)))
            if (numbers := [*re.finditer(rb"[0-9]+", content)]) and chance.random() < 0.3:
                number = chance.choice(numbers)
                at, new = number.start(), b"9" * len(number[0])
            content[at : at + len(new)] = new
        for at in range(0, len(content), BLOCK):
            if content[at + 257 : at + 262] == b"ustar":
                content[at + 148 : at + 156] = b" " * 8
                content[at + 148 : at + 156] = b"%06o\0 " % sum(content[at : at + BLOCK])
        yield bytes(content)


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_an_archive_with_changed_bytes_is_read_or_refused(kind: str) -> None:
    told = {"size": f"{len(TEXT):020}", "mtime": "1.5"}
    tars = [_filled(_tar(*NAMES[:4], form=form, **told).rstrip(b"\0")) for form in FORMATS]
    zips = [
        _zip("c/a.c", "ü/b", method=method, large=large) for method in (0, 8, 12) for large in (True, False)
    ]
    taken = 0
    for content in _mutated(tars if kind == "tar" else zips, 300):
        try:
            taken += sum(len(read()) for read in archive_tree(content, f"a.{kind}").files.values()) > 0
        except Refused:
            continue
    assert 10 < taken < 290
