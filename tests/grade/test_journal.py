"""A journal is gone on with, whatever a line of it has become."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from wasmlab.errors import FolderNotWritable, ReportRefused
from wasmlab.grade.journal import Journal
from wasmlab.grade.outcome import Graded

BATCH = {"lesson": "sum"}


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "3",
        "null",
        '"x"',
        "{}",
        '{"name": 3, "outcome": "passed"}',
        '{"name": "bob", "outcome": "good"}',
        '{"name": "bob", "outcome": "passed", "verdicts": [3]}',
        '{"name": "bob", "outcome": []}',
        "[" * 100_000,
    ],
)
def test_a_line_that_is_none_of_ours_is_dropped(tmp_path: Path, line: str) -> None:
    ann = json.dumps(Graded("ann", "passed", digest="d").to_json())
    (tmp_path / "grades.jsonl").write_text("\n".join([json.dumps(BATCH), line, ann]) + "\n", encoding="utf-8")
    journal = Journal(tmp_path, BATCH, resume=True)
    journal.close()
    assert set(journal.known) == {"ann"}
    assert journal.path.read_text(encoding="utf-8") == f"{json.dumps(BATCH)}\n{ann}\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk here is always full")
def test_a_full_disk_has_a_name_and_resume_goes_on(tmp_path: Path) -> None:
    journal = Journal(tmp_path, BATCH, resume=False)
    journal.close()
    with Path("/dev/full").open("a", encoding="utf-8") as journal._file:
        with pytest.raises(FolderNotWritable, match="No space left") as told:
            journal.add(Graded("ann", "passed"))
        journal.close()
    assert "--resume" in told.value.hint


def test_two_at_a_time_do_not_write_into_one_folder(tmp_path: Path) -> None:
    first = Journal(tmp_path, BATCH, resume=False)
    first.add(Graded("ann", "passed"))
    for resume in (False, True):
        with pytest.raises(ReportRefused, match="another grade is writing into") as told:
            Journal(tmp_path, BATCH, resume=resume)
    assert "--out" in told.value.hint
    first.close()
    after = Journal(tmp_path, BATCH, resume=True)
    after.close()
    assert set(after.known) == {"ann"}


def test_what_is_graded_anew_leaves_what_was_there(tmp_path: Path) -> None:
    for name in ("ann", "bob"):
        journal = Journal(tmp_path, BATCH, resume=False)
        journal.add(Graded(name, "passed"))
        journal.close()
    assert '"bob"' in journal.path.read_text(encoding="utf-8")
    assert '"ann"' in (tmp_path / "grades.earlier.jsonl").read_text(encoding="utf-8")


def test_a_run_that_has_graded_nobody_does_not_take_the_place_of_what_was_there(tmp_path: Path) -> None:
    for names in ("ann", "", ""):  # --resume was forgotten, and stopped at once; so it was again
        journal = Journal(tmp_path, BATCH, resume=False)
        for name in names.split():
            journal.add(Graded(name, "passed"))
        journal.close()
    assert '"ann"' in (tmp_path / "grades.earlier.jsonl").read_text(encoding="utf-8")
