"""Changes of a page's JavaScript are judged by the checks that open the page, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wasmlab.checks.pages import PAGE_SECONDS, LessonPages
from wasmlab.dev.cases import workspace
from wasmlab.dev.mutants.mutated import Survey
from wasmlab.dev.mutants.reasons import reasons_of
from wasmlab.dev.mutants.surveying import survey
from wasmlab.dev.proving import Options, prove
from wasmlab.errors import UsageError
from wasmlab.lesson import load_lesson

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Doubles</title><button>Double</button>
<output>2</output><script type="module" src="web/double.js"></script></html>
"""
SCRIPT = """const shown = document.querySelector('output');
document.querySelector('button').onclick = () => { shown.value = Number(shown.value) * 2; };
"""
LOOP = "let i = 3;\nwhile (i) i--;\n"
MANIFEST = 'format = 1\ntitle = "Doubles"\norder = 1\npage = "index.html"\nsubmit = ["web/double.js"]\n'
CHECK = '''"""The page doubles."""

import pytest
from playwright.sync_api import expect


def test_first():
    """Another check, for which one of the page waits."""
    assert 1 + 1 == 2


@pytest.mark.after("first")
def test_doubles(lesson_page):
    """A press shows the double."""
    lesson_page.page.get_by_role("button").click()
    expect(lesson_page.page.locator("output")).to_have_text("4")
'''


LOOKS = '''"""The page has a button."""

from playwright.sync_api import expect


def test_has_a_button(lesson_page):
    """There is a button."""
    lesson_page.page.get_by_role("button").click()
'''


@pytest.fixture(scope="module")
def pages(browsers: object) -> Iterator[LessonPages]:
    pages = LessonPages(browsers)  # type: ignore[arg-type]
    pages.keeps = False
    yield pages
    pages.close()


@pytest.fixture
def doubles(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a lesson whose page doubles a number."""

    def write(check: str = CHECK, script: str = SCRIPT) -> Path:
        files = {"index.html": PAGE, "lesson.toml": MANIFEST, "checks/test_page.py": check}
        for name, text in {**files, "web/double.js": script}.items():
            path = tmp_path / "doubles" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path / "doubles"

    return write


def _survey(root: Path, folder: Path, pages: LessonPages, at_most: int = 200) -> Survey:
    lesson = load_lesson(root)
    found = survey(lesson, workspace(lesson, folder / "work"), pages, at_most)
    assert pages.page_seconds == PAGE_SECONDS, "others wait as before"
    return found


def _give(root: Path, *reasons: dict[str, str]) -> None:
    (root / "cases").mkdir()
    (root / "cases" / "survivors.json").write_text(json.dumps(reasons), encoding="utf-8")


def test_what_a_check_does_not_see_is_told_with_its_line_unless_a_reason_is_written_down(
    doubles: Callable[..., Path], pages: LessonPages
) -> None:
    root = doubles(script=SCRIPT + "let unused = 5;\n")
    line = SCRIPT.splitlines()[1]
    good = {"file": "web/double.js", "line": line, "change": "+ for *", "why": "2 + 2 is 2 * 2"}
    _give(root, good, {**good, "change": "3 for 2"})
    proof = prove(load_lesson(root), Options(("chromium",), mutants=200), pages)
    assert {(each.where, each.what) for each in proof.findings if "survive" in each.what + each.where} == {
        (
            "doubles/cases/survivors.json",
            f"web/double.js: 3 for 2 survives no longer in the line {line!r}",
        )
    }
    assert [each.where for each in proof.findings if each.what.startswith("no check sees")] == [
        "doubles/web/double.js:3",
        "doubles/web/double.js:3",
    ]
    assert proof.counts["mutants_excused"] == 1
    assert proof.counts["mutants_caught"] == proof.counts["mutants"] - 3 > 2


def test_a_loop_without_end_is_caught_and_what_comes_after_gets_a_browser(
    doubles: Callable[..., Path], tmp_path: Path, pages: LessonPages
) -> None:
    found = _survey(doubles(script=LOOP), tmp_path, pages)
    assert (found.tried, found.made, found.left) == (0, 0, 0), "the solution itself must pass"
    found = _survey(doubles(LOOKS, LOOP), tmp_path / "again", pages)
    texts = [each.text for each in found.survivors]
    assert texts == ["2 for 3", "4 for 3", "false for i"]
    assert found.made == 4, "and ++ for -- is caught"


def test_so_many_changes_are_tried_as_are_wanted(
    doubles: Callable[..., Path], tmp_path: Path, pages: LessonPages
) -> None:
    found = _survey(doubles(LOOKS, LOOP), tmp_path, pages, at_most=2)
    assert (found.tried, found.left) == (2, 2)
    assert [each.text for each in found.survivors] == ["2 for 3", "false for i"]


def test_without_a_check_of_the_page_any_change_lives(
    doubles: Callable[..., Path], tmp_path: Path, pages: LessonPages
) -> None:
    found = _survey(doubles(CHECK[: CHECK.index("@pytest.mark.after")]), tmp_path, pages)
    assert [(each.place, each.text) for each in found.survivors] == [
        ("web/double.js", "any change of it: none opens the page")
    ]


def test_reasons_that_cannot_be_read_are_told(doubles: Callable[..., Path]) -> None:
    root = doubles()
    _give(root, {"file": "web/double.js"})
    reasons, findings = reasons_of(load_lesson(root))
    assert reasons == []
    assert [each.what for each in findings] == [
        "it is a list, and each entry has file, line, change and why, all of them texts"
    ]


def test_a_reason_for_what_is_nowhere_is_told(doubles: Callable[..., Path]) -> None:
    """Its line was edited, or its file is not there: then nothing of it could ever survive."""
    root = doubles()
    line = SCRIPT.splitlines()[1].strip()
    good = {"file": "web/double.js", "line": line, "change": "+ for *", "why": "2 + 2 is 2 * 2"}
    _give(root, good, {**good, "line": "return 1;"}, {**good, "file": "web/dubble.js"})
    reasons, findings = reasons_of(load_lesson(root))
    assert [each.line for each in reasons] == [line]
    assert [each.what for each in findings] == [
        "web/double.js has no line 'return 1;'",
        f"web/dubble.js has no line {line!r}",
    ]


def test_a_file_that_is_not_there_or_of_another_language_is_refused(
    doubles: Callable[..., Path], tmp_path: Path
) -> None:
    lesson = load_lesson(doubles())
    for name, what in (
        ("web/no.js", "doubles has no web/no.js"),
        ("index.html", "index.html is neither"),
        ("web/double.js", "changes of web/double.js are tried in Chromium alone"),
    ):
        with pytest.raises(UsageError, match=what):
            survey(lesson, workspace(lesson, tmp_path / "work"), None, more=[name])
        with pytest.raises(UsageError, match=what):  # and before anything is tried
            prove(lesson, Options(("wasmtime",), mutants=1, change=(name,), say=pytest.fail))


def test_a_solution_that_fails_in_one_engine_alone_is_told_with_its_name(
    doubles: Callable[..., Path], pages: LessonPages
) -> None:
    lesson = load_lesson(
        doubles(script=SCRIPT + "if (navigator.userAgent.includes('Firefox')) shown.value = 3;")
    )
    proof = prove(lesson, Options(("chromium", "firefox")), pages)
    assert [each.what.partition(":")[0] for each in proof.findings if "solution" in each.what] == [
        "doubles does not pass with the solution in firefox"
    ]
