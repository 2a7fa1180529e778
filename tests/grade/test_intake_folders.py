"""Folders of many: what platforms write, what is no file, and what nobody has handed in."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from wasmlab.errors import SubmissionMissing
from wasmlab.grade.intake import find_submissions

ONE = ("c/add_and_log.c",)
TWO = ("c/hello_export.c", "c/string_pass.c")


def _laid(folder: Path, *paths: str) -> Path:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path, encoding="utf-8")
    return folder


def _zipped(folder: Path, *paths: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for path in paths:
            archive.writestr(path, path)
    return folder / "all.zip"


def _taken(path: Path, wanted: Sequence[str] = ONE) -> dict[str, list[str] | str]:
    """Return where the files of each came from, or why it was refused."""
    found = find_submissions([path], wanted)
    return {one.name: one.refused or [each.decode() for each in one.files.values()] for one in found}


both = pytest.mark.parametrize("lay", [_laid, _zipped])
Lay = Callable[..., Path]


@both
def test_files_beside_each_other_are_put_together_by_student(tmp_path: Path, lay: Lay) -> None:
    doe = ["doejane_12345_67890_hello_export.c", "doejane_12345_67891_string_pass.c"]
    late = ["li_LATE_7_1_hello_export-1.c", "li_LATE_7_2_string_pass-12.c"]
    other = ["doejane_99_3_hello_export.c", "doejane_99_4_report.pdf"]
    assert _taken(lay(tmp_path / "all", *doe, *late, *other), TWO) == {
        "doejane": doe,
        "doejane (2)": "c/string_pass.c is not there",
        "li": late,
    }


@both
def test_files_of_students_with_one_end_of_a_name_are_kept_apart(tmp_path: Path, lay: Lay) -> None:
    attempt = "attempt_2026-01-02-10-11-12"
    names = [
        f"Lab_{who}_smith_{attempt}_{file}.c" for who in "ab" for file in ("hello_export", "string_pass")
    ]
    assert _taken(lay(tmp_path / "all", *names), TWO) == {"smith": names[:2], "smith (2)": names[2:]}


@both
def test_a_file_beside_what_is_wanted_is_not_another_student(tmp_path: Path, lay: Lay) -> None:
    names = [
        "li_14_348_add_and_log.c",
        "li_14_349_more.c",
        "cy_15_1_add_and_log.c",
        "cy_15_2_add_and_log-1.c",
    ]
    only = ["dee_16_1_main.c", "eve_17_1_report.pdf"]
    assert _taken(lay(tmp_path / "all", *names, *only)) == {
        "li": ["li_14_348_add_and_log.c"],
        "cy": "add_and_log.c is there twice",
        "dee": ["dee_16_1_main.c"],
        "eve": "c/add_and_log.c is not there",
    }


def test_an_archive_and_a_file_of_one_student_are_one_submission(tmp_path: Path) -> None:
    inner = _zipped(tmp_path / "inner", "work/c/hello_export.c").read_bytes()
    _laid(tmp_path / "all", "li_14_1_string_pass.c")
    (tmp_path / "all" / "li_14_2_work.zip").write_bytes(inner)
    assert _taken(tmp_path / "all", TWO) == {"li": ["work/c/hello_export.c", "li_14_1_string_pass.c"]}


@both
def test_canvas_knows_letters_beyond_ascii_and_digits(tmp_path: Path, lay: Lay) -> None:
    names = [
        "m\u00fcllerj\u00f6rg_12_346_add_and_log.c",
        "smith2john_13_347_add_and_log.c",
        "mu\u0308_1_2_x.c",
    ]
    assert set(_taken(lay(tmp_path / "all", *names))) == {"m\u00fcllerj\u00f6rg", "smith2john", "m\u00fc"}


@both
@pytest.mark.parametrize("students", [1, 2])
def test_an_export_with_a_folder_around_it_is_looked_into(tmp_path: Path, lay: Lay, students: int) -> None:
    top = "assignment_77_export"
    names = [f"{top}/submission_{n}/add_and_log.c" for n in range(students)]
    found = _taken(lay(tmp_path / "all", f"{top}/submission_metadata.yml", *names))
    assert found == {f"submission_{n}": [name] for n, name in enumerate(names)}


@both
def test_a_student_alone_is_not_taken_for_an_export(tmp_path: Path, lay: Lay) -> None:
    path = "ann/submission_1/add_and_log.c"
    assert _taken(lay(tmp_path / "all", path)) == {"ann": [path]}


@both
@pytest.mark.parametrize("place", ["add_and_log.c", "c/add_and_log.c"])
def test_a_class_with_a_folder_around_it_is_a_class(tmp_path: Path, lay: Lay, place: str) -> None:
    names = [f"class/{who}/{place}" for who in ("ann", "bob")]
    found = _taken(lay(tmp_path / "all", "class/grades.txt", *names))
    assert {who: found[who] for who in ("ann", "bob")} == {"ann": [names[0]], "bob": [names[1]]}


def test_a_wanted_file_that_strayed_among_many_does_not_make_them_one(tmp_path: Path) -> None:
    many = _laid(tmp_path / "all", "add_and_log.c", "ann/add_and_log.c", "bob/c/add_and_log.c")
    with pytest.raises(SubmissionMissing, match="and so do the folders in it, like ann and bob") as caught:
        _taken(many)
    assert "--single" in caught.value.hint
    assert [one.name for one in find_submissions([many], ONE, single=True)] == ["all"]


def test_the_folders_of_one_submission_are_not_many(tmp_path: Path) -> None:
    wanted = ("c/add.c", "js/main.js")
    assert set(_taken(_laid(tmp_path / "ann", *wanted), wanted)) == {"ann"}


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of Unix")
def test_what_is_no_file_is_never_opened(tmp_path: Path) -> None:
    folder = _laid(tmp_path / "class", "ada/add_and_log.c")
    for name in ("eve.c", "mal", "nil.zip"):
        os.mkfifo(folder / name)
    pipe = "is a pipe or a device, and no file"
    found = {
        "ada": ["ada/add_and_log.c"],
        "eve": f"eve.c {pipe}",
        "mal": f"mal {pipe}",
        "nil": f"nil.zip {pipe}",
    }
    assert _taken(folder) == found
    assert [_taken(folder / name) for name in ("eve.c", "nil.zip")] == [
        {"eve": found["eve"]},
        {"nil": found["nil"]},
    ]


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
def test_no_link_is_a_submission(tmp_path: Path) -> None:
    elsewhere = _laid(tmp_path / "elsewhere", "add_and_log.c")
    folder = _laid(tmp_path / "class", "ada/add_and_log.c", "README.md")
    links = {"folder": elsewhere, "file.c": elsewhere / "add_and_log.c", "gone": tmp_path / "none"}
    for name, target in links.items():
        (folder / name).symlink_to(target)
    (folder / "notes.txt").symlink_to(folder / "README.md")
    refused = {Path(name).stem: f"{name} is a link" for name in links}
    assert _taken(folder) == {"ada": ["ada/add_and_log.c"], **refused}
    named = find_submissions([folder / "ada", folder / "folder"], ONE)  # as class/* names them
    assert [one.refused for one in named] == ["", "folder is a link"]


def test_our_own_reports_are_no_submission(tmp_path: Path) -> None:
    _laid(tmp_path, "ada/add_and_log.c", "grades/grades.jsonl", "grades/report.json")
    _laid(tmp_path, "eve/add_and_log.c", "eve/grades.jsonl")
    assert set(_taken(tmp_path)) == {"ada", "eve"}


@pytest.mark.skipif(os.name != "posix", reason="permissions of Unix")
@pytest.mark.parametrize(("locked", "what"), [("ada", "it"), ("ada/c", "c")])
@pytest.mark.parametrize("mode", [0o000, 0o400])
def test_a_folder_that_cannot_be_read_is_not_taken_for_an_empty_one(
    tmp_path: Path, locked: str, what: str, mode: int
) -> None:
    _laid(tmp_path / "class", "ada/c/add_and_log.c", "bob/add_and_log.c")
    place = tmp_path / "class" / locked
    place.chmod(mode)
    try:
        if os.access(place / ".", os.X_OK):
            pytest.skip("root reads everything")
        found = _taken(tmp_path / "class")
    finally:
        place.chmod(0o700)
    assert found["bob"] == ["bob/add_and_log.c"]
    assert "cannot be read: Permission denied" in found["ada"]
    assert str(found["ada"]).startswith((what, "c"))


def test_an_error_of_the_system_while_it_looks_has_a_name(tmp_path: Path) -> None:
    with pytest.raises(SubmissionMissing, match="cannot be read"):
        _taken(tmp_path / ("x" * 300))


def test_a_subfolder_that_the_system_refuses_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _laid(tmp_path, "ada/c/add_and_log.c", "bob/add_and_log.c")
    scandir = os.scandir

    def refuse(path: Any) -> Any:
        if Path(path) == tmp_path / "ada" / "c":
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert _taken(tmp_path) == {"ada": "c cannot be read: Permission denied", "bob": ["bob/add_and_log.c"]}
