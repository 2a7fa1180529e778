"""The course's front page and the page that is shown where there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from wasmlab.course import load_course
from wasmlab.serve.pages import course_page, known_pages, not_found_page

Start = Callable[..., Any]
NewPage = Callable[..., Page]
PROBLEM = {
    "target": "add_and_log",
    "severity": "error",
    "what": "c/add_and_log.c:7:14: expected ';'",
    "hint": "write ;",
    "file": "c/add_and_log.c",
    "line": 7,
    "column": 14,
    "text": "expected '<;>'",
    "source_line": "",
    "explanation": "",
}


def status(**state: Any) -> dict[str, Any]:
    return {"build": 1, "lessons": {"minimal-demo": {"ok": True, "kept": False, "problems": [], **state}}}


def test_a_built_lesson_is_shown_with_its_title_and_its_link(course_copy: Path) -> None:
    page = course_page(load_course(course_copy), status())
    assert '<a href="/minimal-demo/">Hand-wired round trip</a>' in page
    assert '<p class="state good">Built</p>' in page


def test_a_lesson_that_does_not_build_names_the_line_and_the_hint(course_copy: Path) -> None:
    page = course_page(load_course(course_copy), status(ok=False, kept=True, problems=[PROBLEM]))
    assert "Does not build; the last module that built still runs" in page
    assert "<code>c/add_and_log.c:7:14</code> expected &#x27;&lt;;&gt;&#x27;" in page
    assert '<span class="hint">write ;</span>' in page


def test_a_lesson_nobody_has_opened_is_built_when_it_is(course_copy: Path) -> None:
    page = course_page(load_course(course_copy), {"build": 0, "lessons": {}})
    assert "Is built when it is opened" in page


def test_a_page_that_is_not_there_is_named(course_copy: Path) -> None:
    (course_copy / "minimal-demo" / "index.html").unlink()
    page = course_page(load_course(course_copy), status())
    assert "its page index.html is not there" in page


def test_a_broken_manifest_is_shown_with_its_error(course_copy: Path) -> None:
    (course_copy / "odd").mkdir()
    (course_copy / "odd" / "lesson.toml").write_text('format = 1\ntitle = "x"\nordre = 3\n')
    page = course_page(load_course(course_copy), status())
    assert "lesson.toml:3: the manifest has an unknown key &#x27;ordre&#x27;" in page
    assert "did you mean &#x27;order&#x27;?" in page


def test_a_title_is_text_and_never_html(course_copy: Path) -> None:
    manifest = course_copy / "minimal-demo" / "lesson.toml"
    manifest.write_text(manifest.read_text().replace("Hand-wired", "<img src=x>"))
    assert "<img" not in course_page(load_course(course_copy), status())


def test_an_unknown_address_names_the_near_ones(course_copy: Path) -> None:
    page = not_found_page("/minimal-dmo/<b>", known_pages(load_course(course_copy)))
    assert '<a href="/minimal-demo/">/minimal-demo/</a>' in page
    assert "<b>" not in page


@pytest.mark.in_chromium
def test_the_server_answers_an_unknown_page_with_near_ones(start_server: Start, new_page: NewPage) -> None:
    page = new_page()
    answer = page.goto(start_server().url + "minimal-dem/")
    assert answer is not None
    assert answer.status == 404
    page.click("text=/minimal-demo/")
    expect(page.locator("h1")).to_have_text("Hand-wired round trip")


@pytest.mark.in_chromium
def test_axe_finds_nothing_on_the_front_page(
    start_server: Start, new_page: NewPage, course_copy: Path, axe_finds_nothing: Callable[..., None]
) -> None:
    (course_copy / "odd").mkdir()
    (course_copy / "odd" / "lesson.toml").write_text("format = 2\n")
    page = new_page(color_scheme="light")
    page.goto(start_server().url)
    expect(page.locator(".lesson")).to_have_count(2)
    axe_finds_nothing(page)


@pytest.mark.in_chromium
def test_the_front_page_follows_a_build_that_fails(
    start_server: Start, new_page: NewPage, course_copy: Path
) -> None:
    page = new_page()
    page.goto(start_server().url)
    source = course_copy / "minimal-demo" / "c" / "add_and_log.c"
    source.write_text(source.read_text().replace("js_log(sum);", "js_log(sum)"))
    expect(page.locator(".state.bad")).to_contain_text("Does not build")
