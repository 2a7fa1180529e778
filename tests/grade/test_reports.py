"""Each report is what its format says, shows a hidden check as its format can, and holds text as text."""

from __future__ import annotations

import base64
import csv
import io
import json
import os
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from wasmlab.errors import ReportRefused
from wasmlab.grade.outcome import Batch, Graded
from wasmlab.grade.reports import FORMATS, chosen_reports, file_name, write_reports
from wasmlab.grade.reports.github import command, render, summary
from wasmlab.grade.reports.rows import said

FORMATS_HERE = Path(__file__).with_name("formats")
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "grade-report.schema.json"
EACH = ("gradescope", "prairielearn", "exercism", "check50", "classroom")


def _document(name: str, batch: Batch, graded: Graded) -> Any:
    text = FORMATS[name].render(batch, graded)
    return json.loads(base64.b64decode(text) if name == "classroom" else text)


def _named(batch: Batch, name: str) -> Graded:
    return next(graded for graded in batch.graded if graded.name == name)


def _check(document: Any, schema: Path) -> None:
    jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8"))).validate(document)


def test_the_json_report_fits_its_published_schema(batch: Batch) -> None:
    _check(batch.to_json(), REFERENCE)


@pytest.mark.parametrize("name", EACH)
def test_a_report_of_one_submission_fits_its_schema(name: str, batch: Batch) -> None:
    for graded in batch.graded:
        _check(_document(name, batch, graded), FORMATS_HERE / f"{name}.schema.json")


@pytest.mark.parametrize("name", ["prairielearn", "exercism", "check50", "classroom", "github"])
def test_what_a_student_reads_tells_nothing_of_a_hidden_check(name: str, batch: Batch) -> None:
    bob = _named(batch, "bob")
    text = json.dumps(_document(name, batch, bob)) if name != "github" else render(batch) + summary(batch)
    assert "777777" not in text
    assert "only the teacher" not in text


def test_gradescope_hides_a_hidden_check_and_knows_the_points(batch: Batch) -> None:
    document = _document("gradescope", batch, _named(batch, "ann"))
    assert document["score"] == 4
    assert [test["visibility"] for test in document["tests"]] == ["visible", "visible", "hidden"]
    assert [test["max_score"] for test in document["tests"]] == [2, 1, 1]


def test_what_does_not_build_costs_no_attempt_in_prairielearn(batch: Batch) -> None:
    document = _document("prairielearn", batch, _named(batch, "cy"))
    assert not document["gradable"]
    assert "expected ';'" in document["format_errors"][0]


def test_exercism_tells_a_failure_from_what_never_ran(batch: Batch) -> None:
    statuses = {graded.name: _document("exercism", batch, graded)["status"] for graded in batch.graded}
    assert statuses["ann"] == "pass"
    assert statuses["bob"] == "fail"
    assert statuses["cy"] == statuses["=1+1"] == statuses["eve"] == "error"


def test_check50_has_three_values(batch: Batch) -> None:
    document = _document("check50", batch, _named(batch, "bob"))
    assert [result["passed"] for result in document["results"]] == [True, False, None, False]
    assert document["results"][2]["dependency"] == document["results"][1]["name"] == "add_1"


def test_junit_fits_its_schema_and_counts_right(batch: Batch) -> None:
    xmlschema = pytest.importorskip("xmlschema")
    text = FORMATS["junit"].render(batch, None)
    xmlschema.XMLSchema(FORMATS_HERE / "junit.xsd").validate(text)
    root = ElementTree.fromstring(text)
    assert root.get("tests") == str(len(root.findall(".//testcase")))
    assert root.get("failures") == str(len(root.findall(".//failure"))) == "2"
    assert root.get("errors") == str(len(root.findall(".//error"))) == "1"


def test_junit_takes_what_no_xml_can_hold() -> None:
    graded = Graded("a\x00b\ud800", "refused", "\x1b[2J ]]> \ufffe")
    batch = Batch("sum", "A sum", "", ("wasmtime",), "none", False, (graded,))
    root = ElementTree.fromstring(FORMATS["junit"].render(batch, None))
    assert root.find("testsuite").get("name") == "a\\u0000b\\ud800"  # type: ignore[union-attr]


def test_csv_has_a_row_each_and_no_formula(batch: Batch) -> None:
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"].render(batch, None))))
    assert [row["name"] for row in rows] == ["ann", "bob", "cy", "'=1+1", "dee", "eve", "ann (2)"]
    assert rows[0]["earned"] == "4"
    assert rows[0]["add"] == "2"


def test_a_github_command_is_one_command() -> None:
    assert command("error", "a\r\n::b%", file="c:d,e") == "::error file=c%3Ad%2Ce::a%0D%0A::b%25"


def test_github_gets_at_most_ten_annotations(batch: Batch) -> None:
    from dataclasses import replace

    many = replace(batch, graded=batch.graded * 5)
    lines = render(many).splitlines()
    assert len(lines) == 10
    assert "are in the summary" in lines[-1]
    assert all(line.startswith("::error ") for line in lines)


def test_the_summary_is_text_and_no_markup(batch: Batch) -> None:
    text = summary(batch)
    assert "<script" not in text
    assert "<i>" not in text


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.loaded += [str(value) for name, value in attrs if name in ("src", "href")]


def test_the_page_loads_nothing_and_takes_no_markup(batch: Batch) -> None:
    page = _Tags()
    page.feed(FORMATS["html"].render(batch, None))
    assert not {"i", "b", "link", "img", "iframe"} & set(page.found)
    assert page.found.count("script") == 1
    assert all(link.startswith("#s") for link in page.loaded)


def test_every_format_is_written_to_its_file(batch: Batch, tmp_path: Path) -> None:
    write_reports(batch, tmp_path, list(FORMATS))
    for format in FORMATS.values():
        if format.each:
            folder = tmp_path / Path(format.file).stem
            assert len(list(folder.iterdir())) == len(batch.graded)
        else:
            assert (tmp_path / format.file).is_file()


@pytest.mark.skipif(os.name != "posix", reason="pipes with a name, and links for everybody, are POSIX's")
def test_a_report_goes_into_a_pipe_and_through_a_link(batch: Batch, tmp_path: Path) -> None:
    pipe, link, real = (tmp_path / name for name in ("pipe", "link.csv", "real.csv"))
    os.mkfifo(pipe)
    link.symlink_to(real)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_reports(batch, tmp_path / "out", ["csv"], pipe)
    write_reports(batch, tmp_path / "out", ["csv"], link)
    read = os.read(reader, 1 << 16)
    os.close(reader)
    assert read == real.read_bytes()
    assert pipe.is_fifo()
    assert link.is_symlink()


def test_what_check50_waits_for_is_one_of_its_results(batch: Batch) -> None:
    for graded in batch.graded:
        results = _document("check50", batch, graded).get("results", [])
        names = {result["name"] for result in results}
        assert {result["dependency"] for result in results if result["dependency"]} <= names


def test_a_file_name_is_one_on_every_system() -> None:
    names = ["ann", "../../x", "con:", "a" * 300, "\u202e\U0001f600\0", "\u738b" * 300, "nul", "COM1"]
    made = [file_name(name, number) for number, name in enumerate(names)]
    assert made[0] == "ann"
    assert all(c.isalnum() or c in "-_" for name in made for c in name)
    assert len(set(made)) == len(made)
    assert made[-2:] == ["nul--7", "COM1--8"]  # these are devices of Windows: a report in there is lost
    assert all(len(f"{name}.json".encode()) < 256 for name in made)


def test_a_name_of_any_alphabet_is_still_read_in_its_files() -> None:
    names = ["Zo\u00eb M\u00fcller", "\u738b\u5c0f\u660e", "\u0938\u0940\u0924\u093e", "e\u0301va"]
    made = [file_name(name, number) for number, name in enumerate(names)]
    assert made == ["Zo\u00eb-M\u00fcller--1", *names[1:3], "\u00e9va--4"]


@pytest.mark.parametrize("letter", ["\U0001d4d0", "\u738b", "\u00e9", "a"])
def test_a_long_name_in_any_alphabet_ends_no_report(batch: Batch, letter: str, tmp_path: Path) -> None:
    graded = tuple(replace(one, name=f"{letter * 78} ({n})") for n, one in enumerate(batch.graded))
    write_reports(replace(batch, graded=graded), tmp_path, EACH)
    assert {len([*(tmp_path / name).iterdir()]) for name in EACH} == {len(graded)}


@pytest.mark.parametrize("place", [0, 1])
def test_nobody_gets_the_file_of_somebody_else_by_a_clever_name(place: int) -> None:
    taken = file_name("ann b", place)
    assert taken not in (file_name(taken, number) for number in range(3) if number != place)


def test_an_unknown_report_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(ReportRefused) as refused:
        chosen_reports(["junitt"], None)
    assert "junit" in refused.value.hint
    with pytest.raises(ReportRefused):
        chosen_reports([], tmp_path / "x")


def test_a_workflows_log_takes_no_command_from_a_report(
    batch: Batch, capsys: pytest.CaptureFixture[str]
) -> None:
    from wasmlab.grade.command import show_text

    show_text(batch, {"GITHUB_ACTIONS": "true"})
    first, *_, last = capsys.readouterr().out.splitlines()
    token = first.removeprefix("::stop-commands::")
    assert last == f"::{token}::"
    assert len(token) >= 32
    show_text(batch, {})
    assert "stop-commands" not in capsys.readouterr().out


def test_the_page_lists_people_by_their_names_and_opens_what_a_link_goes_to() -> None:
    names = ("Zoë", "Ångström", "anna", "Bo")
    graded = tuple(Graded(name, "refused", "nothing was handed in") for name in names)
    text = FORMATS["html"].render(Batch("sum", "A sum", "", ("wasmtime",), "none", False, graded), None)
    assert re.findall(r'<a href="#(s\d)"><bdi>(.*?)</bdi>', text) == [
        ("s1", "Ångström"),
        ("s2", "anna"),
        ("s3", "Bo"),
        ("s0", "Zoë"),
    ]
    assert re.search(r'<details><summary><bdi>Ångström</bdi>.*?</summary><div id="s1">', text, re.DOTALL)


def test_what_the_compiler_says_already_is_said_once() -> None:
    graded = Graded("ann", "not-built", "c/a.c:5:1: no", "say yes", "error: c/a.c:5:1: no\nhint: say yes")
    assert said(graded) == "error: c/a.c:5:1: no\nhint: say yes"
    assert said(Graded("bob", "refused", "it is empty", "add a file")) == "it is empty\ntry: add a file"


@pytest.mark.parametrize("name", [name for name, format in FORMATS.items() if not format.each])
def test_a_report_looks_at_each_submission_once(
    batch: Batch, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Five hundred students would take half a minute for each report, and five thousand an hour.
    from wasmlab.grade import outcome

    asked: list[object] = []
    scores = outcome.scores
    monkeypatch.setattr(outcome, "scores", lambda verdicts: asked.append(verdicts) or scores(verdicts))
    FORMATS[name].render(replace(batch, graded=tuple(map(replace, batch.graded))), None)
    assert len(asked) <= len(batch.graded)


@pytest.mark.parametrize(
    ("points", "exact", "short"),
    [(99.96, "99.96", "99.96"), (1250.0, "1250", "1250"), (1 / 3, "0.333333", "0.33")],
)
def test_all_reports_show_the_same_points(batch: Batch, points: float, exact: str, short: str) -> None:
    (verdict, *_) = batch.graded[0].verdicts
    one = replace(batch.graded[0], verdicts=(replace(verdict, points=points),))
    alone = replace(batch, graded=(one,))
    row = next(csv.DictReader(io.StringIO(FORMATS["csv"].render(alone, None))))
    assert (row["earned"], row["possible"], row["add"]) == (exact, exact, exact)
    assert f"{exact} of {exact} points" in summary(alone)
    assert f'name="earned" value="{exact}"' in FORMATS["junit"].render(alone, None)
    for name in ("text", "html"):
        assert f" {short} of {short}" in FORMATS[name].render(alone, None)
