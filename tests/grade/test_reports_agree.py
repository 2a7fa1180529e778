"""Each report tells the same points and the same outcome, in the words that its reader has for them."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from wasmlab.checks.verdicts import Verdict
from wasmlab.errors import FolderNotWritable, ReportRefused
from wasmlab.grade.outcome import Batch, Graded
from wasmlab.grade.reports import FORMATS, left_over, write_reports
from wasmlab.grade.reports.classroom import notice
from wasmlab.grade.reports.github import render, summary


def _verdict(check: str, word: str, points: float, **more: Any) -> Verdict:
    line = more.pop("line", f"It {check}.")
    return Verdict("sum", f"test_{check}", "wasmtime", word, line, 0.01, points=points, **more)  # type: ignore[arg-type]


MIXED = (
    _verdict("adds", "passed", 2.0),
    _verdict("adds", "passed", 0.5, line="It adds. (2)"),
    _verdict("logs", "passed", 0.25),
    _verdict("logs", "failed", 0.75, line="It logs. (2)", came="x" * 900),
    _verdict("waits", "skipped", 1.0, waits_for="logs", message="waits for logs"),
    _verdict("opens", "skipped", 4.0, message="it needs another machine"),
    _verdict("hides", "passed", 1.5, hidden=True),
)
ANN = Graded("ann", "failed", verdicts=MIXED, notes=("not taken: a.txt",), seconds=1.5, digest="d1")
BOB = Graded("bob", "error", "the grader failed", verdicts=MIXED[:1])
BATCH = Batch("sum", "A sum", "d", ("wasmtime",), "none", False, (ANN, BOB))
ALONE = replace(BATCH, graded=(ANN,))


def _document(name: str, graded: Graded, batch: Batch = BATCH) -> Any:
    text = FORMATS[name].render(batch, graded)
    return json.loads(base64.b64decode(text) if name == "classroom" else text)


def test_what_could_not_run_here_is_in_no_platform_s_list_and_costs_nothing() -> None:
    assert (ANN.earned, BATCH.possible) == (4.25, 6)
    scores = [2, 0.5, 0.25, 0, 0, 1.5]
    assert [test["score"] for test in _document("gradescope", ANN)["tests"]] == scores
    assert [test["points"] for test in _document("prairielearn", ANN)["tests"]] == scores
    assert [test["score"] for test in _document("classroom", ANN)["tests"]] == scores
    assert len(_document("exercism", ANN)["tests"]) == len(scores)
    passed = [True, True, True, True, False, None, None, True]
    assert [result["passed"] for result in _document("check50", ANN)["results"]] == passed


def test_gradescope_takes_what_waits_for_failed_and_shows_what_was_not_taken() -> None:
    document = _document("gradescope", ANN)
    words = ["passed"] * 3 + ["failed"] * 2 + ["passed"]
    assert [test["status"] for test in document["tests"]] == words
    assert (document["score"], document["output"]) == (4.25, "not taken: a.txt")
    assert document["stdout_visibility"] == "hidden"


@pytest.mark.parametrize(
    ("outcome", "score"), [("over-limit", 0.708333), ("not-built", 0), ("refused", 0), ("error", 0)]
)
def test_prairielearn_grades_what_ran_too_long_and_nothing_that_never_ran(outcome: Any, score: float) -> None:
    document = _document("prairielearn", replace(ANN, outcome=outcome, why="it is so"))
    assert (document["score"], document["gradable"]) == (score, score > 0)
    assert document.get("format_errors") == (None if score else ["it is so"])


def test_where_nothing_is_to_be_earned_prairielearn_has_a_score_too() -> None:
    free = replace(ANN, outcome="passed", verdicts=(replace(MIXED[0], points=0.0),))
    assert _document("prairielearn", free, replace(BATCH, graded=(free,)))["score"] == 0


def test_exercism_tells_why_and_not_at_any_length() -> None:
    failed = _document("exercism", ANN)["tests"][3]
    assert len(failed["output"]) == 500
    assert _document("exercism", BOB)["status"] == "error"
    silent = replace(ANN, verdicts=(replace(MIXED[3], came=""),))
    assert _document("exercism", silent)["tests"][0]["message"] == "this check did not pass"


def test_no_platform_is_sent_more_than_it_takes() -> None:
    long = replace(ANN, log="x" * 100_000, verdicts=(replace(MIXED[3], came="x" * 100_000),))
    documents = {name: _document(name, long) for name in ("gradescope", "prairielearn")}
    assert [len(each["output"]) for each in documents.values()] == [64 << 10] * 2
    assert len(documents["gradescope"]["tests"][0]["output"]) == 64 << 10
    assert len(documents["prairielearn"]["tests"][0]["message"]) == 8 << 10


def test_where_several_engines_ran_it_is_told_in_which_it_failed() -> None:
    failed = replace(MIXED[3], message="it is wrong", came="")
    both = replace(ANN, verdicts=(failed, replace(failed, engine="firefox", verdict="passed")))
    told = [
        _document("classroom", each)["tests"][0]["message"]
        for each in (both, replace(both, verdicts=(failed,)))
    ]
    assert told == ["in wasmtime: it is wrong", "it is wrong"]


def test_check50_waits_for_the_one_of_a_name_that_failed() -> None:
    waits = _document("check50", ANN)["results"][5]
    assert (waits["name"], waits["dependency"]) == ("waits_5", "logs_4")
    assert "results" not in _document("check50", BOB)
    never = Graded("cy", "refused", "it is empty", verdicts=(replace(MIXED[4], waits_for="building"),))
    assert [result["passed"] for result in _document("check50", never)["results"]] == [False, None]


def test_classroom_has_the_points_of_all_and_tells_what_stopped_it() -> None:
    assert (_document("classroom", ANN)["status"], _document("classroom", ANN)["max_score"]) == ("fail", 6)
    never = replace(ANN, outcome="not-built", why="c/a.c:1:2: no", verdicts=())
    document = _document("classroom", never)
    assert (document["status"], document["tests"][0]["message"]) == ("error", "c/a.c:1:2: no")
    assert notice(BATCH, ANN).count('{"totalPoints": 4.25, "maxPoints": 6.0}') == 2


def test_github_shows_what_failed_and_where() -> None:
    never = replace(ANN, outcome="not-built", why="c/a.c:3:7: no")
    lines = render(replace(BATCH, graded=(ANN, never))).splitlines()
    assert lines[0].startswith("::error title=It logs. (2)::ann: came: xxx")
    assert lines[1:] == ["::error file=c/a.c,line=3,col=7,title=not-built::ann: no"]
    placed = replace(never, why="c/a.c:3: no")
    assert render(replace(BATCH, graded=(placed,))) == "::error file=c/a.c,line=3,title=not-built::no\n"
    many = render(replace(BATCH, graded=(never,) * 12)).splitlines()
    assert (len(many), many[-1]) == (10, "::error title=sum::3 more are in the summary of this step")
    assert "### ann: failed, 4.25 of 6 points" in summary(BATCH)


def test_a_table_adds_up_the_points_of_a_check_with_parameters() -> None:
    copy = ANN.under("cy", ("not taken: b.txt",))
    batch = replace(BATCH, graded=(ANN, BOB, copy))
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"].render(batch, None))))
    assert [row["adds"] for row in rows] == ["2.5", "2", "2.5"]
    assert [(row["earned"], row["possible"]) for row in rows] == [("4.25", "6"), ("2", "6"), ("4.25", "6")]
    assert [(row["same_as"], row["seconds"]) for row in rows] == [
        ("", "1.500"),
        ("", "0.000"),
        ("ann", "0.000"),
    ]
    assert copy.notes == ("not taken: b.txt",)


def test_the_page_has_the_check_that_is_missed_most_first() -> None:
    text = FORMATS["html"].render(BATCH, None)
    listed = re.findall(r"<tr><td>([^<]*)(.*?)</td><td class=number>(\d)</td>", text)
    assert [(line, int(missed)) for line, _, missed in listed][:2] == [("It logs.", 1), ("It waits.", 1)]
    assert [line for line, tag, _ in listed if "hidden" in tag] == ["It hides. "]
    assert re.search(
        r'It hides\. <span class="tag">hidden</span>.*It hides\. <span class="tag">', text, re.DOTALL
    )
    assert re.findall(r'<span class="count">(\d?)</span>', text) == [
        *("", "", "", "1"),
        *("", "", "", "1"),
        "",
        "",
    ]


def test_who_has_all_the_points_stands_in_the_last_bar() -> None:
    whole = replace(ANN, verdicts=MIXED[:1])
    text = FORMATS["html"].render(replace(BATCH, graded=(whole,)), None)
    assert re.findall(r'<span class="count">(\d?)</span>', text) == [""] * 9 + ["1"]


@pytest.mark.parametrize("name", ["html", "text"])
def test_who_reads_is_told_what_was_stopped_and_what_was_not_confined(name: str) -> None:
    stopped, weak = (
        re.compile("topped before all were graded"),
        re.compile(r"[Ii]t can read what|It could read"),
    )
    for complete, confined in ((True, False), (False, True)):
        text = FORMATS[name].render(replace(BATCH, complete=complete, confined=confined), None)
        assert (not stopped.search(text), not weak.search(text)) == (complete, confined)


def test_a_terminal_shows_all_of_one_and_a_line_of_each_of_many() -> None:
    alone = FORMATS["text"].render(
        replace(ALONE, graded=(replace(ANN, log="a.c: no"),), left_out=("x",)), None
    )
    for told in ("a.c: no", "It logs. (2)", "not taken: a.txt", "1 check was left out"):
        assert told in alone
    assert FORMATS["text"].render(BATCH, None).splitlines() == [
        "failed       4.25 of 6  ann",
        "error           2 of 6  bob",
        f"{'':24}the grader failed",
        "2 graded: 1 failed, 1 error",
        "compiler: none (it can read what you can)",
    ]


def test_points_that_are_thirds_add_up_to_what_they_were_parts_of() -> None:
    thirds = tuple(_verdict("adds", "passed", 0.1, line=str(n)) for n in range(3))
    assert Graded("ann", "passed", verdicts=thirds).earned == 0.3


def test_a_report_of_one_submission_is_not_written_of_none_or_to_what_takes_no_file(tmp_path: Path) -> None:
    for graded in ((), (ANN, BOB)):
        with pytest.raises(ReportRefused, match=f"there are {len(graded)}"):
            write_reports(replace(BATCH, graded=graded), tmp_path, ["check50"], tmp_path / "a.json")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FolderNotWritable, match="cannot be written"):
        write_reports(BATCH, tmp_path / "file", ["csv"])


def test_what_an_earlier_batch_has_left_is_told_and_nothing_else(tmp_path: Path) -> None:
    write_reports(BATCH, tmp_path, ["check50", "csv"])
    assert left_over(BATCH, tmp_path, ["check50", "csv"]) == []
    fewer = replace(BATCH, graded=(BOB, replace(ANN, name="cy")))
    assert left_over(fewer, tmp_path, ["check50", "csv"]) == [tmp_path / "check50" / "ann.json"]
    assert [path.name for path in left_over(ALONE, tmp_path, ["check50"])] == ["ann.json", "bob.json"]
