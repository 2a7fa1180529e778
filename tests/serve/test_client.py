"""What the server's client does in real pages: changes in place, the error overlay, the console, reloads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import wasmlab.serve

Start = Callable[..., Any]
NewPage = Callable[..., Page]
DIALOG = "wasmlab-overlay dialog"


CLIENT = Path(wasmlab.serve.__file__).parent / "client"


def source_of(course: Path) -> Path:
    return course / "minimal-demo" / "c" / "add_and_log.c"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def opened(page: Page, url: str) -> Page:
    """Open a page and wait until it hears of changes and has tried to load its module."""
    page.add_init_script(
        "document.addEventListener('LiveReloadConnect', () => document.documentElement.dataset.live = '')"
    )
    page.goto(url)
    wait_until_ready(page)
    return page


def wait_until_ready(page: Page) -> None:
    page.wait_for_selector("html[data-live] body[data-module]")


@pytest.fixture
def lesson(start_server: Start, new_page: NewPage) -> Page:
    server = start_server()
    page = opened(new_page(), server.url + "minimal-demo/")
    page.server = server  # type: ignore[attr-defined]
    return page


def test_a_saved_c_file_shows_its_result_in_place(lesson: Page, course_copy: Path) -> None:
    lesson.evaluate("window.mark = 1")
    lesson.click("button")
    edit(source_of(course_copy), "a + b", "a * b")
    expect(lesson.locator("#result")).to_have_text("Result: 35")
    assert lesson.evaluate("window.mark") == 1


@pytest.mark.in_chromium
def test_a_compile_error_is_explained_over_the_page_and_goes(lesson: Page, course_copy: Path) -> None:
    edit(source_of(course_copy), "js_log(sum);", "js_log(sum)")
    dialog = lesson.locator(DIALOG)
    expect(dialog).to_be_visible()
    expect(dialog).to_contain_text("minimal-demo does not build")
    expect(dialog).to_contain_text("c/add_and_log.c:7:14")
    expect(dialog.locator("pre")).to_have_text("7 │   js_log(sum)\n                 ^", use_inner_text=True)
    expect(dialog).to_contain_text("The last module that built still runs")
    edit(source_of(course_copy), "js_log(sum)\n", "js_log(sum);\n")
    expect(dialog).to_have_count(0)


@pytest.mark.in_chromium
def test_escape_hides_the_overlay_and_gives_the_focus_back(lesson: Page, course_copy: Path) -> None:
    lesson.focus("#b")
    edit(source_of(course_copy), "return sum;", "return summ;")
    expect(lesson.locator(DIALOG)).to_be_visible()
    lesson.keyboard.press("Escape")
    expect(lesson.locator(DIALOG)).to_be_hidden()
    expect(lesson.locator("#b")).to_be_focused()


@pytest.mark.in_chromium
def test_axe_finds_nothing_in_the_overlay(
    start_server: Start, new_page: NewPage, course_copy: Path, axe_finds_nothing: Callable[..., None]
) -> None:
    page = opened(new_page(color_scheme="light"), start_server().url + "minimal-demo/")
    edit(source_of(course_copy), "js_log(sum);", "js_log(sum)")
    expect(page.locator(DIALOG)).to_be_visible()
    axe_finds_nothing(page)


@pytest.mark.in_chromium
def test_a_warning_is_noted_in_a_corner_while_the_lesson_runs_and_goes(
    lesson: Page, course_copy: Path
) -> None:
    edit(source_of(course_copy), "int sum = a + b;", "int sum = a + b, spare;")
    note = lesson.locator("wasmlab-warnings section")
    expect(note).to_have_attribute("aria-label", "Warnings of the build")
    expect(note.locator("pre")).to_be_hidden()
    note.get_by_text("1 warning").click()
    expect(note).to_contain_text("c/add_and_log.c:6:20")
    expect(note.locator("pre")).to_contain_text("6 │   int sum = a + b, spare;")
    assert Axe().run(lesson).violations_count == 0
    lesson.click("button")
    expect(lesson.locator("#result")).to_have_text("Result: 12")
    edit(source_of(course_copy), ", spare;", ";")
    expect(note).to_have_count(0)


@pytest.mark.in_chromium
def test_warnings_that_were_closed_stay_so_until_others_come(lesson: Page, course_copy: Path) -> None:
    note = lesson.locator("wasmlab-warnings section")
    edit(source_of(course_copy), "int sum = a + b;", "int spare; int sum = a + b;")
    note.get_by_role("button", name="Close the warnings").click()
    expect(note).to_have_count(0)
    edit(source_of(course_copy), "return sum;", "return sum + 1;")
    expect(lesson.locator("#source")).to_contain_text("return sum + 1;")
    expect(note).to_have_count(0)
    edit(source_of(course_copy), "int spare;", "int other;")
    expect(note).to_be_visible()


@pytest.mark.in_chromium
def test_an_error_from_before_the_page_was_opened_is_shown_too(
    start_server: Start, new_page: NewPage, course_copy: Path
) -> None:
    edit(source_of(course_copy), "js_log(sum);", "js_log(sum)")
    page = new_page()
    page.goto(start_server().url + "minimal-demo/")
    expect(page.locator(DIALOG)).to_contain_text("There is no module to run yet")


def test_the_console_is_heard_in_the_terminal_and_stays_in_the_page(lesson: Page) -> None:
    lesson.click("button")
    lesson.evaluate("console.warn('%d of %s', 3, 'four', {a: [1, {b: 'x'}]})")
    lesson.server.until_said("WASM says: 12")  # type: ignore[attr-defined]
    lesson.server.until_said('3 of four {a: [1, {b: "x"}]}')  # type: ignore[attr-defined]
    assert "wasm.js:" in lesson.server.output  # type: ignore[attr-defined]
    assert "log: WASM says: 12" in lesson.said  # type: ignore[attr-defined]


def test_exceptions_rejections_and_failed_requests_are_heard(lesson: Page) -> None:
    lesson.evaluate("setTimeout(() => { throw new Error('first word') })")
    lesson.evaluate("void Promise.reject(new Error('second word'))")
    lesson.evaluate("void fetch('nothing-here.txt')")
    for words in ("first word", "second word", "nothing-here.txt"):
        lesson.server.until_said(words)  # type: ignore[attr-defined]


@pytest.mark.in_chromium
def test_a_flood_of_messages_is_counted_and_not_sent(lesson: Page) -> None:
    lesson.evaluate("for (let n = 0; n < 5000; n++) console.log('drop', n)")
    lesson.server.until_said("more messages")  # type: ignore[attr-defined]
    assert lesson.server.output.count("drop") < 400  # type: ignore[attr-defined]


@pytest.mark.in_chromium
def test_a_changed_script_loads_the_page_anew(lesson: Page, course_copy: Path) -> None:
    lesson.evaluate("window.mark = 1")
    edit(course_copy / "minimal-demo" / "web" / "wasm.js", "WASM says", "Wasm said")
    lesson.wait_for_function("window.mark === undefined")
    wait_until_ready(lesson)
    lesson.click("button")
    lesson.server.until_said("Wasm said: 12")  # type: ignore[attr-defined]


def test_a_changed_style_needs_no_reload(lesson: Page, course_copy: Path) -> None:
    lesson.evaluate("window.mark = 1")
    edit(course_copy / "minimal-demo" / "web" / "page.css", "h1 { margin: 0;", "h1 { margin: 7px;")
    expect(lesson.locator("h1")).to_have_css("margin-top", "7px")
    assert lesson.evaluate("window.mark") == 1


@pytest.mark.in_chromium
def test_a_page_catches_up_when_the_server_comes_back(
    lesson: Page, course_copy: Path, start_server: Start
) -> None:
    lesson.click("button")
    port = lesson.server.port  # type: ignore[attr-defined]
    lesson.server.stop()  # type: ignore[attr-defined]
    edit(source_of(course_copy), "a + b", "a * b")
    start_server("--port", str(port), "--strict-port")
    lesson.wait_for_selector("body:not([data-run])")
    wait_until_ready(lesson)
    lesson.click("button")
    expect(lesson.locator("#result")).to_have_text("Result: 35")


def test_devtools_are_told_to_pass_over_every_line_of_the_forwarder() -> None:
    lines = (CLIENT / "console.js").read_text(encoding="utf-8").splitlines()
    source_map = json.loads((CLIENT / "console.js.map").read_text(encoding="utf-8"))
    assert source_map["mappings"].count(";") + 1 == len(lines)
    assert source_map["ignoreList"] == [0]
