"""Whose grade it is: names of their own, and a CSV whose rows give nobody what is another's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wasmlab.errors import SubmissionMissing
from wasmlab.grade.intake import find_submissions
from wasmlab.grade.submission import Submission

WANTED = ("c/add_and_log.c",)


def _write(root: Path, *paths: str) -> Path:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8")
    return root


def _found(*paths: Path) -> list[Submission]:
    return list(find_submissions(paths, WANTED))


def _listed(folder: Path, rows: str | bytes) -> dict[str, str]:
    """Return why each of a CSV's rows was refused, empty where it was taken."""
    (folder / "list.csv").write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    return {one.name: one.refused for one in _found(folder / "list.csv")}


def test_a_made_name_is_never_a_real_one(tmp_path: Path) -> None:
    names = ["a/ann", "b/ann", "c/ann (2)", "d/Ann", "e/ann (2)"]
    folders = [_write(tmp_path / name, "add_and_log.c") for name in names]
    assert [one.name for one in _found(*folders)] == ["ann", "ann (3)", "ann (2)", "Ann (4)", "ann (2) (2)"]


def test_names_that_a_file_system_takes_for_one_are_kept_apart(tmp_path: Path) -> None:
    _write(tmp_path, "one.c")
    names = _listed(tmp_path, "name,path\nJ\u00f6rg,one.c\nJo\u0308rg,one.c\n")
    assert list(names) == ["J\u00f6rg", "Jo\u0308rg (2)"]


def test_a_name_moves_no_cursor_and_makes_no_line(tmp_path: Path) -> None:
    _write(tmp_path, "one.c")
    names = _listed(
        tmp_path, 'name,path\n"eve\x1b]0;owned\x07",one.c\n"mal\npassed",one.c\n\u202ebob,one.c\n'
    )
    assert list(names) == ["eve\\u001b]0;owned\\u0007", "mal\\u000apassed", "\\u202ebob"]


def test_a_row_without_a_path_gets_nobodys_grade(tmp_path: Path) -> None:
    _write(tmp_path, "alice/add_and_log.c")
    rows = "name,path\nalice,alice\ncarol,\ndan\neve,.\nfay,alice/..\n,\n"
    assert _listed(tmp_path, rows) == {
        "alice": "",
        "carol": "no file is named",
        "dan": "no file is named",
        "eve": ". is the folder of the list itself",
        "fay": "alice/.. is the folder of the list itself",
    }


def test_a_lone_file_of_a_row_stands_for_the_wanted_one(tmp_path: Path) -> None:
    _write(tmp_path, "sub/lone.c", "sub/notes.txt")
    (tmp_path / "list.csv").write_text("name,path\nann,sub/lone.c\nbob,sub/notes.txt\n", encoding="utf-8")
    ann, bob = _found(tmp_path / "list.csv")
    assert ann.files == {"c/add_and_log.c": b"sub/lone.c"}
    assert bob.refused == "c/add_and_log.c is not there"


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
def test_a_list_leads_through_no_link(tmp_path: Path) -> None:
    _write(tmp_path / "private", "add_and_log.c")
    folder = _write(tmp_path / "class", "ada/add_and_log.c")
    (folder / "ada.c").symlink_to(tmp_path / "private" / "add_and_log.c")
    (folder / "eve").symlink_to(tmp_path / "private")
    rows = ["file,ada.c", "folder,eve", "through,eve/add_and_log.c", f"whole,{folder.absolute()}/eve/x/.."]
    elsewhere = [f"absolute,{tmp_path}/private", "beside,../private", f"end,{folder}/../class/eve"]
    found = _listed(folder, "\n".join(["name,path", *rows, *elsewhere]))
    links = dict.fromkeys(("folder", "through", "whole", "end"), "eve is a link")
    assert found == {"file": "ada.c is a link", "absolute": "", "beside": "", **links}


def test_a_row_that_cannot_be_read_is_refused_alone(tmp_path: Path) -> None:
    _write(tmp_path, "ada/add_and_log.c")
    found = _listed(tmp_path, f"name,path\nada,ada\nlong,{'x' * 300}\nnul,a\0b\n")
    assert found["ada"] == ""
    assert "cannot be read" in found["long"]
    assert found["nul"]


@pytest.mark.parametrize(
    "rows", ["name;path\nJ\u00f6rg;one.c\n", "name\tpath\nJ\u00f6rg\tone.c\n", "name;path\r\nJ\u00f6rg;one.c"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_excel_writes_is_read(tmp_path: Path, rows: str, encoding: str) -> None:
    _write(tmp_path, "one.c")
    assert _listed(tmp_path, rows.encode(encoding)) == {"J\u00f6rg": ""}


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ("name,path\nJ\u00f6rg,one.c\n".encode("latin-1"), "is not in UTF-8"),
        (b"\xff\xfen", "is not in UTF-8"),
        (b"name,path\n" + b"a" * 140_000 + b",one.c\n", "field larger than"),
        (b'name,path\nann,"one.c\nbob,two.c\n', "unexpected end"),
        (b"a" * 140_000, "field larger than"),
        (b"who,where\nann,one.c\n", "does not say whose"),
        (b"name,path\n", "lists no submission"),
        (b"", "does not say whose"),
    ],
)
def test_a_list_that_cannot_be_read_is_an_error_of_the_caller(tmp_path: Path, rows: bytes, what: str) -> None:
    _write(tmp_path, "one.c")
    with pytest.raises(SubmissionMissing, match=what):
        _listed(tmp_path, rows)
