"""What is open to students has the same points, and nothing of a hidden check but whether it passed."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest

from wasmlab.checks.verdicts import Verdict, Word
from wasmlab.grade.inventory import Inventory
from wasmlab.grade.outcome import Batch, Graded
from wasmlab.grade.reports import FORMATS, write_reports
from wasmlab.grade.reports.github import summary
from wasmlab.grade.students import for_students

SECRETS = ("the-secret", "a=40", "4711", "kept-here")
_FAILED = Verdict(
    "sum", "test_the-secret", "wasmtime", "failed", "the-secret line (a=40)", hidden=True, points=0.5
)
VERDICTS = (
    Verdict("sum", "test_adds", "wasmtime", "passed", "It adds."),
    replace(
        _FAILED,
        message="the-secret came",
        expected="4711",
        came="the-secret",
        try_this="try 4711",
        kept="kept-here",
    ),
    replace(_FAILED, line="the-secret line (a=41)", verdict="passed"),
    Verdict(
        "sum",
        "test_after",
        "wasmtime",
        "skipped",
        "It does more.",
        message="waits for the-secret, which did not pass",
        waits_for="the-secret",
    ),
)
BATCH = Batch(
    "sum",
    "Sum",
    "d",
    ("wasmtime",),
    "none",
    False,
    (Graded("ann", "failed", verdicts=VERDICTS),),
    left_out=("test_opens", "test_the-secret_page"),
    secret=frozenset({"test_the-secret_page"}),
)


def test_outcomes_and_points_are_the_same() -> None:
    shown = for_students(BATCH)
    assert (shown.possible, shown.counts) == (BATCH.possible, BATCH.counts)
    assert [s.earned for s in shown.graded[0].scores] == [s.earned for s in BATCH.graded[0].scores]
    assert [s.is_left_out for s in shown.graded[0].scores] == [False] * 4
    assert shown.graded[0].verdicts[0] == VERDICTS[0]


@pytest.mark.parametrize(("hidden", "word"), [(True, "failed"), (False, "failed"), (False, "passed")])
def test_a_name_that_is_hidden_in_one_file_alone_costs_no_points(hidden: bool, word: Word) -> None:
    adds = Verdict("sum", "test_adds", "wasmtime", word, "It adds.", hidden=hidden)
    later = Verdict("sum", "test_adds", "wasmtime", "skipped", "It adds. (2)", hidden=not hidden)
    waits = Verdict("sum", "test_more", "wasmtime", "skipped", "More.", waits_for="adds")
    batch = replace(BATCH, graded=(Graded("bob", "failed", verdicts=(adds, later, waits)),))
    shown = for_students(batch)
    assert (shown.possible, shown.graded[0].earned) == (batch.possible, batch.graded[0].earned)


def test_of_checks_that_nobody_was_given_the_hidden_ones_have_no_name() -> None:
    page = replace(VERDICTS[0], check="test_opens", verdict="skipped")
    lacking = (page, replace(page, check="test_the-secret_page", hidden=True), replace(page, hidden=True))
    inventory = Inventory(VERDICTS, lacking)
    batch = replace(BATCH, left_out=inventory.left_out, secret=inventory.secret)
    assert for_students(batch).left_out == ("test_opens", "a hidden check")


@pytest.mark.parametrize("name", [*FORMATS])
def test_no_report_tells_a_hidden_check(name: str, tmp_path: Path) -> None:
    write_reports(for_students(BATCH), tmp_path, (name,))
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert len(texts) == 2
    assert not [secret for secret in SECRETS for text in texts if secret in text]
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["counts"]["failed"] == 1


def test_how_long_a_hidden_check_took_tells_nothing() -> None:
    slow = replace(BATCH.graded[0], verdicts=tuple(replace(v, seconds=1.5) for v in VERDICTS))
    shown = for_students(replace(BATCH, graded=(slow,))).graded[0].verdicts
    assert [verdict.seconds for verdict in shown] == [1.5, 0.0, 0.0, 1.5]


@pytest.mark.parametrize("name", ["prairielearn", "exercism", "check50", "classroom", "github"])
def test_a_report_for_a_service_does_not_name_the_hidden_check_that_another_waits_for(name: str) -> None:
    text = summary(BATCH) if name == "github" else FORMATS[name].render(BATCH, BATCH.graded[0])
    told = base64.b64decode(text).decode() if name == "classroom" else text
    assert "It does more." in told
    assert not [secret for secret in SECRETS if secret in told]


def test_gradescope_shows_a_hidden_check_to_the_staff_alone() -> None:
    tests = json.loads(FORMATS["gradescope"].render(BATCH, BATCH.graded[0]))["tests"]
    visible = json.dumps([test for test in tests if test["visibility"] == "visible"])
    assert "It does more." in visible
    assert not [secret for secret in SECRETS if secret in visible]
    assert "the-secret came" in json.dumps([test for test in tests if test["visibility"] == "hidden"])
