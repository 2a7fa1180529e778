"""Markdown as pages: addresses, links, code, diagrams, and what a browser makes of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from wasmlab.course import Course, load_course
from wasmlab.serve.docs import docs_page, list_docs, resolve, served_at

Start = Callable[..., Any]
NewPage = Callable[..., Page]
REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def docs(course_copy: Path) -> Path:
    """Return the `docs/` folder of a course, with one lecture in it."""
    folder = course_copy / "docs"
    folder.mkdir()
    (folder / "first.md").write_text(
        "# The `first` one\n\n## A part\n\n[next](second.md#end)\n\n## Another\n"
    )
    return folder


def html(docs: Path, path: str) -> str:
    page = docs_page(load_course(docs.parent), path)
    assert page is not None
    return page.decode()


def test_a_file_is_served_without_its_ending() -> None:
    assert served_at("docs/intro.md") == "/docs/intro"
    assert served_at("docs/how-to/write.md") == "/docs/how-to/write"
    assert served_at("docs/README.md") == "/docs/"
    assert served_at("minimal-demo/README.md") == "/docs/lessons/minimal-demo"
    assert served_at("minimal-demo/c/a b.c") == "/minimal-demo/c/a%20b.c"


@pytest.mark.parametrize(
    ("file", "link", "leads"),
    [
        ("docs/first.md", "second.md#end", "/docs/second#end"),
        ("docs/how-to/a.md", "../first.md", "/docs/first"),
        ("docs/first.md", "../minimal-demo/README.md", "/docs/lessons/minimal-demo"),
        ("minimal-demo/README.md", "c/add_and_log.c", "/minimal-demo/c/add_and_log.c"),
        ("minimal-demo/README.md", "../docs/first.md", "/docs/first"),
        ("docs/first.md", "#here", "#here"),
        ("docs/first.md", "https://webassembly.org/x.md", "https://webassembly.org/x.md"),
        ("docs/first.md", "../../../../etc/passwd", "/etc/passwd"),
    ],
)
def test_a_link_works_on_disk_and_served(file: str, link: str, leads: str) -> None:
    assert resolve(file, link) == leads


def test_a_page_has_its_title_its_anchors_and_its_contents(docs: Path) -> None:
    page = html(docs, "first")
    assert "<title>The first one · wasmlab</title>" in page
    assert '<h2 id="a-part"' in page
    assert '<a href="#another">Another</a>' in page
    assert 'href="/docs/second#end"' in page


def test_raw_html_in_markdown_stays_text(docs: Path) -> None:
    (docs / "raw.md").write_text("# Raw\n\n<script>alert(1)</script> <b>x</b>\n\n[x](javascript:alert(1))\n")
    page = html(docs, "raw")
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
    assert 'href="javascript' not in page


def test_code_is_coloured_and_an_unknown_language_is_left_alone(docs: Path) -> None:
    (docs / "code.md").write_text("# Code\n\n```c\nint x;\n```\n\n```nosuch\n<a>\n```\n")
    page = html(docs, "code")
    assert '<span class="t-kt">int</span>' in page
    assert "&lt;a&gt;" in page


def test_a_readme_is_its_folders_page_and_a_lesson_has_one_too(docs: Path) -> None:
    (docs / "README.md").write_text("# All of it\n")
    (docs.parent / "minimal-demo" / "README.md").write_text("# Do this\n")
    assert "<h1" in html(docs, "")
    assert "All of it" in html(docs, "")
    assert "Do this" in html(docs, "lessons/minimal-demo")


def test_without_a_readme_the_docs_begin_with_their_contents(docs: Path) -> None:
    assert '<a href="/docs/first">The first one</a>' in html(docs, "")


def test_an_unknown_page_is_none_and_no_file_outside_is_read(docs: Path, tmp_path: Path) -> None:
    course = load_course(docs.parent)
    (tmp_path / "outside.md").write_text("# Secret\n")
    assert docs_page(course, "nothing") is None
    assert docs_page(course, "../../outside") is None


def test_pages_are_grouped_lectures_first(docs: Path) -> None:
    (docs / "reference").mkdir()
    (docs / "reference" / "cli.md").write_text("# The command line\n")
    (docs / "contributing.md").write_text("# Contributing\n")
    groups = [(group, [doc.title for doc in found]) for group, found in list_docs(load_course(docs.parent))]
    assert [group for group in groups if group[0] != "Lessons"] == [
        ("Lectures", ["The first one"]),
        ("Reference", ["The command line"]),
        ("Project", ["Contributing"]),
    ]


def test_every_link_between_the_projects_own_pages_leads_somewhere() -> None:
    import re

    course: Course = load_course(REPOSITORY)
    pages = {doc.url: doc for _, found in list_docs(course) for doc in found}
    for url in pages:
        page = docs_page(course, url.removeprefix("/docs/"))
        assert page is not None, url
        for link in re.findall(r'href="(/docs/[^"#]+)', page.decode()):
            path = REPOSITORY / link.removeprefix("/")
            assert link in pages or path.is_file() or (path / "README.md").is_file(), f"{url} links to {link}"


@pytest.mark.in_chromium
def test_axe_finds_nothing_on_a_lecture_and_its_diagrams_are_drawn(
    start_server: Start, new_page: NewPage, course_copy: Path, axe_finds_nothing: Callable[..., None]
) -> None:
    def drawn(scheme: str) -> None:
        other = "figure.drawn.dark" if scheme == "light" else "figure.drawn:not(.dark)"
        expect(page.locator(other)).to_have_count(0, timeout=30_000)

    shutil.copytree(REPOSITORY / "docs", course_copy / "docs")
    page = new_page(color_scheme="light")
    page.goto(start_server().url + "docs/intro_to_wasm")
    expect(page.locator("html")).to_have_attribute("data-diagrams", "drawn", timeout=30_000)
    expect(page.locator("pre.diagram")).to_have_count(0)
    axe_finds_nothing(page, drawn)


@pytest.mark.in_chromium
def test_without_mermaid_a_diagram_is_shown_as_its_text(
    start_server: Start, new_page: NewPage, docs: Path
) -> None:
    (docs / "drawn.md").write_text("# Drawn\n\n```mermaid\nflowchart LR\n  a --> b\n```\n")
    page = new_page()
    page.route("**/vendor/mermaid/**", lambda route: route.fulfill(status=404))
    page.goto(start_server().url + "docs/drawn")
    page.wait_for_load_state("networkidle")
    expect(page.locator("pre.diagram")).to_contain_text("a --> b")


@pytest.mark.in_chromium
def test_a_lecture_needs_no_sideways_scrolling_on_a_phone(
    start_server: Start, new_page: NewPage, course_copy: Path
) -> None:
    shutil.copytree(REPOSITORY / "docs", course_copy / "docs")
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(start_server().url + "docs/intro_to_wasm")
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] == width[1]
