"""An archive of a class: nobody in it is lost, nobody is made up, and one keeps no other from a grade."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from wasmlab.grade.intake import find_submissions

TEXT = b"int x;\n"
LINK = object()
FILE = "add_and_log.c"


def _zip(held: dict[str, bytes | object]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in held.items():
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, (0o120777 if content is LINK else 0o100644) << 16
            archive.writestr(info, content if isinstance(content, bytes) else b"/etc/passwd")
    return out.getvalue()


def _tar(held: dict[str, bytes | object], packing: str = "gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{packing}") as archive:
        for name, content in held.items():
            info = tarfile.TarInfo(name)
            if isinstance(content, bytes):
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
            else:
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
                archive.addfile(info)
    return out.getvalue()


def _found(folder: Path, content: bytes) -> dict[str, str]:
    """Return why each one in the archive of a class was refused, empty where it was taken."""
    (folder / "class").write_bytes(content)
    return {one.name: one.refused for one in find_submissions([folder / "class"], (f"c/{FILE}",))}


both = pytest.mark.parametrize("pack", [_zip, _tar])
Pack = Callable[[dict[str, bytes | object]], bytes]


@both
@pytest.mark.parametrize("around", ["", "autumn/"])
def test_a_link_refuses_who_has_handed_it_in_and_nobody_else(tmp_path: Path, pack: Pack, around: str) -> None:
    files = {f"{around}{who}/{FILE}": TEXT for who in ("ann", "bob")}
    found = _found(tmp_path, pack({**files, f"{around}bob/more/x": LINK}))
    assert found == {"ann": "", "bob": f"the archive holds a link: {around}bob/more/x"}


@both
def test_what_a_mac_tells_about_a_file_is_nobody(tmp_path: Path, pack: Pack) -> None:
    told = {"._ann.c": b"\0\5\x16\7", "__MACOSX/._ann.c": b"\0\5\x16\7", ".DS_Store": b"\0"}
    assert _found(tmp_path, pack({**told, "ann.c": TEXT, "bob.c": TEXT})) == {"ann": "", "bob": ""}


@both
@pytest.mark.parametrize("packing", ["gz", "bz2", "xz"])
def test_a_packed_tar_in_the_archive_of_a_class_is_opened(tmp_path: Path, pack: Pack, packing: str) -> None:
    inner = _tar({f"work/c/{FILE}": TEXT}, packing)
    names = [f"ann.tar.{packing}", f"lee_1_2_work.tar.{packing}", "bob.tar"]
    assert _found(tmp_path, pack(dict.fromkeys(names, inner))) == {"ann": "", "bob": "", "lee": ""}


def test_a_name_that_a_mac_has_packed_is_read_as_it_was_written(tmp_path: Path) -> None:
    """It is UTF-8, and nothing in the archive says so; what is no UTF-8 is in DOS's letters."""
    whole = _zip({f"J\u00f6rg/{FILE}": TEXT, f"M#ller/{FILE}": TEXT, f"bob/{FILE}": TEXT})
    silent = whole.replace(b"\0\x08", b"\0\0").replace(b"M#ller", b"M\x81ller")
    assert set(_found(tmp_path, whole)) == {"J\u00f6rg", "M#ller", "bob"}
    assert silent != whole
    assert list(_found(tmp_path, silent)) == ["J\u00f6rg", "M\u00fcller", "bob"]


@both
def test_a_file_of_one_mib_is_taken_whole_and_a_larger_one_refused(tmp_path: Path, pack: Pack) -> None:
    """Cut to what may be taken it would be graded, and nobody would know why it does not build."""
    fits = b"".join(b"int x%06d;\n" % number for number in range(1 << 17))[: 1 << 20]
    found = _found(tmp_path, pack({f"ann/{FILE}": fits, f"bob/{FILE}": fits + b"\n"}))
    assert found == {"ann": "", "bob": "bob/add_and_log.c is larger than 1 MiB"}


@both
@pytest.mark.parametrize("odd", ["notes.txt", "NOTES.TXT", "ends. ", "ends."])
def test_names_that_windows_takes_for_one_or_cuts_are_refused(tmp_path: Path, pack: Pack, odd: str) -> None:
    held = {f"ann/{FILE}": TEXT, f"bob/{FILE}": TEXT, f"bob/{odd}": TEXT, "bob/Notes.txt": TEXT}
    found = _found(tmp_path, pack(held))
    assert found["ann"] == ""
    assert found["bob"].startswith("the archive holds ")


def test_what_an_editor_leaves_in_a_folder_is_neither_counted_nor_told(tmp_path: Path) -> None:
    for name in (FILE, "Thumbs.db", ".git/config", ".git/HEAD.c", "work/.vscode/a.json", "more.txt"):
        (tmp_path / "ann" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "ann" / name).write_bytes(TEXT)
    (one,) = find_submissions([tmp_path / "ann"], (f"c/{FILE}",))
    assert one.notes == ("not taken: more.txt",)


@both
def test_archives_with_a_folder_around_them_are_those_of_a_class(tmp_path: Path, pack: Pack) -> None:
    inner = {f"class/{who}.zip": _zip({FILE: TEXT}) for who in ("ann", "bob")}
    assert _found(tmp_path, pack(inner)) == {"ann": "", "bob": ""}
    for name, content in inner.items():
        (tmp_path / "named" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "named" / name).write_bytes(content)
    assert [one.name for one in find_submissions([tmp_path / "named"], (f"c/{FILE}",))] == ["ann", "bob"]
