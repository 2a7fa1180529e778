"""Programs of the docs that can be run: marked, true to what the page shows, live in a browser."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from wasmlab.harness import Session
from wasmlab.serve.docs_markdown import executable, programs, render

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted((REPOSITORY / "docs").rglob("*.md"))
WITH_PROGRAMS = [page for page in PAGES if programs(page.read_text(encoding="utf-8"))]
PATIENCE = 60_000


def html(text: str) -> str:
    return render(text, lambda link: link).html


def test_a_fence_says_that_it_can_be_run_itself_or_by_a_comment_before_it() -> None:
    itself = html('```python exec title="A <b>"\n1 < 2\n```\n')
    assert '<pre class="exec" data-language="python" data-title="A &lt;b&gt;" tabindex="0">' in itself
    assert html("<!-- executable: A <b> -->\n\n```python\n1 < 2\n```\n") == itself
    assert "exec" not in html("```python\n1\n```\n")
    assert "executable" in html("<!-- executable: A -->\n\nNo program\n")


def test_the_word_counts_and_not_a_title_that_holds_it() -> None:
    assert executable('sql exec title="x"') == ("sql", "x")
    assert executable("python exec") == ("python", "")
    assert executable('python title="exec"') is None


@pytest.mark.parametrize("page", WITH_PROGRAMS, ids=lambda page: page.stem)
def test_a_program_of_the_docs_prints_what_the_page_shows(page: Path) -> None:
    said: list[dict[str, Any]] = []
    session = Session(said.append)
    for program in programs(page.read_text(encoding="utf-8")):
        assert program.language == "python", "others are run in the browser only"
        result = asyncio.run(session.run(program.code))
        assert (result.error, result.output) == (None, program.output), program.title


def test_there_are_programs_to_run() -> None:
    assert WITH_PROGRAMS


@pytest.fixture
def page(lesson_browser: Browser) -> Iterator[Page]:
    """Return a page that is not traced: a trace keeps all of Python."""
    expect.set_options(timeout=PATIENCE)
    context = lesson_browser.new_context(viewport={"width": 1280, "height": 720})
    yield context.new_page()
    context.close()


def test_the_programs_of_a_page_are_live_share_their_names_and_tell_of_their_end(
    start_server: Callable[..., Any], page: Page, course_copy: Path
) -> None:
    shutil.copytree(REPOSITORY / "docs", course_copy / "docs")
    ignored = shutil.ignore_patterns("dist", "__pycache__")
    shutil.copytree(REPOSITORY / "pyodide-demo", course_copy / "pyodide-demo", ignore=ignored)
    page.goto(start_server().url + "docs/how-to/run-code-in-a-page")
    expect(page.locator("html")).to_have_attribute("data-cells", "live", timeout=PATIENCE)
    page.evaluate(
        "() => { window.ends = []; addEventListener('run-complete', e => ends.push(e.detail.result)) }"
    )
    first, second = page.locator("wasmlab-cell").all()
    first.get_by_role("button", name="Run").click()
    expect(first.get_by_role("log")).to_contain_text("[0, 1, 4, 9, 16]", timeout=PATIENCE)
    page.wait_for_function("ends.length", timeout=PATIENCE)
    assert page.evaluate("ends.map(({ output }) => output)") == ["[0, 1, 4, 9, 16]\n"]
    second.get_by_role("textbox").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    page.keyboard.insert_text("sum(squares)")
    page.keyboard.press("ControlOrMeta+Enter")
    expect(second.get_by_role("log")).to_contain_text("30", timeout=PATIENCE)
    assert [(v["id"], v["nodes"][0]["html"]) for v in Axe().run(page).response["violations"]] == []
