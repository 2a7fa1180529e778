"""The lesson's files are the template's again before each submission, whatever the one before has done."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from wasmlab.grade.workers.laying import Layout

FILES = {"lesson.toml": "format = 1", "c/a.h": "int a;", "web/deep/page.js": "run();"}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    for name, text in FILES.items():
        (tmp_path / "template" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "template" / name).write_text(text, encoding="utf-8")
    found = Layout(tmp_path / "template", tmp_path / "room" / "lesson")
    found.restore({"c/a.c": b"int b;"})
    return found


def _held(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in files}


def _change(root: Path) -> None:
    (root / "c" / "a.h").write_text("int c;", encoding="utf-8")


def _change_and_set_the_time(root: Path) -> None:
    path = root / "c" / "a.h"
    times = path.stat()
    _change(root)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def _remove(root: Path) -> None:
    (root / "web" / "deep" / "page.js").unlink()
    (root / "web" / "deep").rmdir()


def _add(root: Path) -> None:
    (root / "more" / "deep").mkdir(parents=True)
    (root / "more" / "deep" / "x.h").write_text("int d;", encoding="utf-8")
    (root / "c" / "stdint.h").write_text("int e;", encoding="utf-8")


def _put_a_folder_for_a_file(root: Path) -> None:
    (root / "c" / "a.h").unlink()
    (root / "c" / "a.h").mkdir()
    (root / "c" / "a.h" / "x").write_text("", encoding="utf-8")


def _put_a_file_for_a_folder(root: Path) -> None:
    _remove(root)
    (root / "web" / "deep").write_text("", encoding="utf-8")


def _link_a_file(root: Path) -> None:
    (root.parent / "outside.h").write_text("int a;", encoding="utf-8")
    (root / "c" / "a.h").unlink()
    (root / "c" / "a.h").symlink_to(root.parent / "outside.h")


def _link_a_folder(root: Path) -> None:
    _remove(root)
    (root.parent / "outside").mkdir()
    (root.parent / "outside" / "page.js").write_text("run();", encoding="utf-8")
    (root / "web" / "deep").symlink_to(root.parent / "outside", target_is_directory=True)


def _give_a_second_name(root: Path) -> None:
    os.link(root / "c" / "a.h", root.parent / "kept.h")


CHANGES = [_change, _change_and_set_the_time, _remove, _add]
SWAPS = [_put_a_folder_for_a_file, _put_a_file_for_a_folder]
LINKS = [_link_a_file, _link_a_folder, _give_a_second_name]


@pytest.mark.parametrize("attack", CHANGES + SWAPS + LINKS * (os.name == "posix"))
def test_what_was_changed_is_put_right(layout: Layout, attack: Callable[[Path], None]) -> None:
    attack(layout.root)
    layout.restore({"c/a.c": b"int mine;"})
    assert _held(layout.root) == {**FILES, "c/a.c": "int mine;"}
    assert [path for path in layout.root.rglob("*") if path.is_symlink()] == []
    assert (layout.root / "c" / "a.h").stat().st_nlink == 1


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
@pytest.mark.parametrize("target", ["folder", "file", "nothing"])
def test_a_link_in_place_of_it_all_leads_nowhere(layout: Layout, tmp_path: Path, target: str) -> None:
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder" / "theirs.txt", tmp_path / "file"):
        path.write_text("theirs", encoding="utf-8")
    shutil.rmtree(layout.root)
    layout.root.symlink_to(tmp_path / target)
    layout.restore({"c/a.c": b"int b;"})
    assert _held(layout.root) == FILES | {"c/a.c": "int b;"}
    assert not layout.root.is_symlink()
    assert _held(tmp_path / "folder") == {"theirs.txt": "theirs"}


def test_a_file_in_place_of_it_all_is_removed(layout: Layout) -> None:
    shutil.rmtree(layout.root)
    layout.root.write_text("", encoding="utf-8")
    layout.restore({"c/a.c": b"int b;"})
    assert _held(layout.root) == FILES | {"c/a.c": "int b;"}


def test_the_last_submission_leaves_nothing(layout: Layout) -> None:
    layout.restore({})
    assert _held(layout.root) == FILES


def test_a_file_that_is_the_same_stays_where_it_is(layout: Layout) -> None:
    before = (layout.root / "c" / "a.h").stat().st_ino
    layout.restore({})
    assert (layout.root / "c" / "a.h").stat().st_ino == before
