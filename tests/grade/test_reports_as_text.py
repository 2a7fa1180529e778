"""Whatever a submission says, and whoever handed it in, is text in each report: no markup, no formula."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from wasmlab.checks.verdicts import Verdict
from wasmlab.grade.outcome import Batch, Graded
from wasmlab.grade.reports import FORMATS
from wasmlab.grade.reports.github import summary
from wasmlab.grade.reports.rows import cut

NASTY = "</pre></td><i>x</i>&amp; | \x1b[2J\ufffe\nand more"
_VERDICT = Verdict("sum", f"test_{NASTY}", "wasmtime", "failed", NASTY, 0.01, NASTY, NASTY, NASTY, NASTY)
_WAITS = replace(_VERDICT, verdict="skipped", line=f"then {NASTY}", waits_for=NASTY)
_RAN = Graded(NASTY, "failed", verdicts=(_VERDICT, _WAITS), notes=(NASTY,), same_as=NASTY)
_STOPPED = Graded(NASTY, "not-built", NASTY, NASTY, f"log {NASTY}", confinement=NASTY)
BATCH = Batch("sum", NASTY, "d", ("wasmtime",), NASTY, True, (_RAN, _STOPPED), left_out=(NASTY,))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, _attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_no_word_is_markup_of_the_page() -> None:
    page = _Page()
    page.feed(FORMATS["html"].render(BATCH, None))
    assert "i" not in page.tags
    words = "title confinement left-out check name-name line-message-expected-came-help line-waits name-name "
    assert page.text.count("<i>x</i>&amp; |") >= len(words.replace("-", " ").split())


def test_nothing_but_our_own_script_may_run_in_the_page() -> None:
    text = FORMATS["html"].render(BATCH, None)
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" in text


def test_no_word_breaks_the_xml() -> None:
    root = ElementTree.fromstring(FORMATS["junit"].render(BATCH, None))
    clean = NASTY.replace("\x1b", r"\u001b").replace("\ufffe", r"\ufffe")
    assert [suite.get("name") for suite in root] == [clean] * 2
    assert [case.get("name") for case in root.iter("testcase")] == [clean, f"then {clean}", "grading"]


def test_no_word_is_markup_of_the_summary_or_ends_a_row() -> None:
    text = summary(BATCH)
    assert "<i>" not in text
    assert "&amp;amp;" in text
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert [row.count("|") for row in rows] == [4] * len(rows)
    assert all(row.endswith(" |") for row in rows)


@pytest.mark.parametrize("mark", list("=+-@\t\r"))
def test_no_cell_is_a_formula(mark: str) -> None:
    graded = Graded(f"{mark}a()", "refused", f"{mark}b()", same_as=f"{mark}c()")
    text = FORMATS["csv"].render(replace(BATCH, graded=(graded,)), None)
    assert [cell for cell in "abc" if f"'{mark}{cell}()" in text] == ["a", "b", "c"]


def test_what_is_too_long_is_cut_to_its_limit_and_what_just_fits_is_not() -> None:
    assert cut("x" * 100, 100) == "x" * 100
    assert len(cut("x" * 101, 100)) == 100


def test_a_summary_stays_within_what_github_takes() -> None:
    many = replace(BATCH, graded=tuple(replace(_STOPPED, log="\u00e9" * 10_000) for _ in range(100)))
    text = summary(many)
    assert len(text.encode()) <= 1 << 20
    assert text.endswith("The rest is cut: a summary has at most 1 MiB.\n")
