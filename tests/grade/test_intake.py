"""What was handed in is found in whatever form it came, and only the wanted files are taken."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from wasmlab.errors import SubmissionMissing
from wasmlab.grade.intake import find_submissions
from wasmlab.grade.submission import Submission

WANTED = ("c/add_and_log.c",)
TEXT = b"int x;\n"


def _write(root: Path, *paths: str, content: bytes = TEXT) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    return root


def _zip(*paths: str, content: bytes = TEXT) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in paths:
            archive.writestr(path, content)
    return out.getvalue()


def _found(*paths: Path) -> dict[str, Submission]:
    return {one.name: one for one in find_submissions(paths, WANTED)}


@pytest.mark.parametrize("path", ["c/add_and_log.c", "add_and_log.c"])
def test_a_folder_with_the_file_is_one_submission(tmp_path: Path, path: str) -> None:
    found = _found(_write(tmp_path / "ann", path, "notes.txt"))
    assert found["ann"].files == {"c/add_and_log.c": TEXT}
    assert found["ann"].notes == ("not taken: notes.txt",)


def test_a_single_submission_is_one_whatever_is_in_it(tmp_path: Path) -> None:
    _write(tmp_path / "ann", "src/other.c", "notes/readme.md")
    (tmp_path / "bob.zip").write_bytes(_zip("one/other.c", "two/other.c"))
    _write(tmp_path, "cy/x/deep/add_and_log.c", "cy/y/notes.txt", "dee.c")
    (tmp_path / "eve").mkdir()
    paths = [tmp_path / name for name in ("ann", "bob.zip", "cy", "dee.c", "eve")]
    found = {one.name: one.refused for one in find_submissions(paths, WANTED, single=True)}
    missing = "c/add_and_log.c is not there"
    assert found == {"ann": missing, "bob": missing, "cy": "", "dee": "", "eve": missing}


def test_a_folder_of_folders_archives_and_files_is_many(tmp_path: Path) -> None:
    _write(
        tmp_path, "ann/c/add_and_log.c", "bob/deep/down/add_and_log.c", "cy.c", "eve/other.txt", "README.md"
    )
    (tmp_path / "dee.zip").write_bytes(_zip("add_and_log.c"))
    found = _found(tmp_path)
    assert {name: one.refused for name, one in found.items()} == {
        "ann": "",
        "bob": "",
        "cy": "",
        "dee": "",
        "eve": "c/add_and_log.c is not there",
    }


def test_a_download_from_moodle_names_its_students(tmp_path: Path) -> None:
    folders = [
        f"{name}_{n}_assignsubmission_file_/add_and_log.c" for n, name in enumerate(("Ann Lee", "Bob O'Hara"))
    ]
    (tmp_path / "all.zip").write_bytes(_zip(*folders))
    assert sorted(_found(tmp_path / "all.zip")) == ["Ann Lee", "Bob O'Hara"]


def test_a_download_from_canvas_has_files_and_archives(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("leeann_LATE_101_5001_add_and_log.c", TEXT)
        archive.writestr("oharabob_102_5002_work.zip", _zip("work/c/add_and_log.c"))
    (tmp_path / "submissions.zip").write_bytes(out.getvalue())
    found = _found(tmp_path / "submissions.zip")
    assert sorted(found) == ["leeann", "oharabob"]
    assert all(one.files == {"c/add_and_log.c": TEXT} for one in found.values())


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("12345-67890 - Ann Lee - Nov 2, 2026 1155 AM", "Ann Lee"),
        ("HW1_annlee_attempt_2026-11-02-11-55-00", "annlee"),
        ("submission_4711", "submission_4711"),
    ],
)
def test_other_platforms_name_their_students_too(tmp_path: Path, name: str, student: str) -> None:
    _write(tmp_path / "all", f"{name}/add_and_log.c")
    assert list(_found(tmp_path / "all")) == [student]


def test_a_csv_says_whose_submission_is_where(tmp_path: Path) -> None:
    _write(tmp_path, "one/add_and_log.c", "two.c")
    rows = "Name,Path\nAnn,one\nBob,two.c\nCy,nowhere\n"
    (tmp_path / "list.csv").write_text(rows, encoding="utf-8-sig")
    found = _found(tmp_path / "list.csv")
    assert [found[name].refused for name in ("Ann", "Cy")] == ["", "nowhere is not there"]


def test_two_of_a_name_are_kept_apart(tmp_path: Path) -> None:
    first, second = _write(tmp_path / "a", "ann/add_and_log.c"), _write(tmp_path / "b", "ANN/add_and_log.c")
    assert list(_found(first, second)) == ["ann", "ANN (2)"]


@pytest.mark.skipif(os.name != "posix", reason="links and pipes of Unix")
@pytest.mark.parametrize(
    ("odd", "why"),
    [
        ("what is this?.txt", "a name that not every system can have"),
        ("aux.c", "a name that not every system can have"),
        ("Notes.txt", "two files called"),
        (f"{'n' * 300}.txt", "a path of 304 characters"),
        ("bell\a.txt", "characters that do not print"),
    ],
    ids=["asked", "reserved", "twice", "long", "unprintable"],
)
def test_an_odd_name_in_the_download_of_a_class_refuses_nobody_else(
    tmp_path: Path, odd: str, why: str
) -> None:
    """In an archive of one's own it is refused as ever, also where that lies in the download."""
    classes = ["Ann_1_assignsubmission_file_", "Bob_2_assignsubmission_file_", "Cy B._3"]
    whole = [f"{folder}/add_and_log.c" for folder in classes]
    (tmp_path / "class.zip").write_bytes(_zip(*whole, f"{classes[1]}/notes.txt", f"{classes[1]}/{odd}"))
    found = _found(tmp_path / "class.zip")
    assert {name: bool(one.refused) for name, one in found.items()} == {
        "Ann": False,
        "Bob": True,
        "Cy B._3": False,
    }
    assert why in found["Bob"].refused
    (tmp_path / "one.zip").write_bytes(_zip("add_and_log.c", "notes.txt", odd))
    assert why in _found(tmp_path / "one.zip")["one"].refused


@pytest.mark.parametrize("kind", ["link", "bomb"])
def test_what_no_archive_may_hold_refuses_nobody_else_in_a_class(tmp_path: Path, kind: str) -> None:
    out = io.BytesIO(_zip("Ann_1_assignsubmission_file_/add_and_log.c"))
    bad = zipfile.ZipInfo("Bob_2_assignsubmission_file_/x")
    bad.compress_type = zipfile.ZIP_DEFLATED
    bad.create_system = 3
    bad.external_attr = (0o120777 if kind == "link" else 0o100644) << 16
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(bad, "/etc/passwd" if kind == "link" else b"\0" * (3 << 20))
    (tmp_path / "class.zip").write_bytes(out.getvalue())
    found = _found(tmp_path / "class.zip")
    assert {name: one.refused.partition(":")[0] for name, one in found.items()} == {
        "Ann": "",
        "Bob": f"the archive holds a {kind}",
    }
    (tmp_path / "one.zip").write_bytes(out.getvalue().replace(b"Ann_1", b"Bob_2"))
    (one,) = _found(tmp_path / "one.zip").values()
    assert f"holds a {kind}" in one.refused


def test_links_and_pipes_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    secret = _write(tmp_path / "private", "secret.c") / "secret.c"
    for name in ("file", "folder", "pipe", "dangling"):
        (tmp_path / "all" / name).mkdir(parents=True)
    (tmp_path / "all" / "file" / "add_and_log.c").symlink_to(secret)
    (tmp_path / "all" / "folder" / "c").symlink_to(secret.parent)
    (tmp_path / "all" / "dangling" / "add_and_log.c").symlink_to(tmp_path / "none")
    os.mkfifo(tmp_path / "all" / "pipe" / "add_and_log.c")
    found = _found(tmp_path / "all")
    assert all(one.refused and not one.files for one in found.values())
    assert "is a link" in found["file"].refused


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    folder = _write(tmp_path / "ann", "add_and_log.c", content=b"x" * ((1 << 20) + 1))
    assert "larger than 1 MiB" in _found(folder)["ann"].refused


def test_what_is_not_there_is_an_error_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(SubmissionMissing):
        _found(tmp_path / "nowhere")
    with pytest.raises(SubmissionMissing):
        _found(tmp_path)
