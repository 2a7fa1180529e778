"""The panel of the hand-wired lesson's page: what the module is made of, in a frame, under any server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FrameLocator, Page, expect

from wasmlab.build import Options, build_lesson, clean_lesson
from wasmlab.build.beside import publish_panels
from wasmlab.lesson import load_lesson
from wasmlab.serve.content import with_client

NewPage = Callable[..., Page]
Serve = Callable[[Path], str]
PANEL = "dist/add_and_log.inspect.html"


@pytest.fixture
def lesson_page(built: Path, plain_server: Serve, new_page: NewPage) -> Page:
    page = new_page()
    page.goto(plain_server(built))
    return page


def opened(page: Page) -> FrameLocator:
    page.click("#inspector summary")
    return page.frame_locator("#inspector-frame")


def rebuild(page: Page, root: Path, options: Options | None = None) -> None:
    """Build, and tell the page of it as the development server does."""
    assert [result.error for result in build_lesson(load_lesson(root), options)] == [None]
    page.evaluate(
        """() => window.dispatchEvent(new CustomEvent('wasmlab:module',
             {cancelable: true, detail: {path: '/dist/add_and_log.wasm'}}))"""
    )


@pytest.mark.in_chromium
def test_the_panel_is_loaded_when_it_is_opened(lesson_page: Page) -> None:
    asked: list[str] = []
    lesson_page.on("request", lambda request: asked.append(request.url))
    lesson_page.click("button")
    expect(lesson_page.locator("#result")).to_have_text("Result: 12")
    assert not [url for url in asked if "inspect" in url]
    panel = opened(lesson_page)
    panel.get_by_role("option", name="js_log(sum);").hover()
    expect(panel.locator("#wat .marked").last).to_contain_text("call $js_log")
    expect(panel.locator("#bytes .marked").last).to_contain_text("10 80 80 80 80 00")
    assert lesson_page.said == ["log: WASM says: 12"]  # type: ignore[attr-defined]
    assert lesson_page.wrong == []  # type: ignore[attr-defined]


@pytest.mark.in_chromium
def test_the_keyboard_opens_the_panel_and_walks_in_it(lesson_page: Page) -> None:
    lesson_page.focus("#inspector summary")
    lesson_page.keyboard.press("Enter")
    panel = lesson_page.frame_locator("#inspector-frame")
    expect(panel.locator("#wat .current")).to_have_count(1)
    before = panel.locator("#wat .current").inner_text()
    lesson_page.keyboard.press("Tab")
    expect(panel.locator("#part")).to_be_focused()
    for pane in ("#c", "#wat"):
        lesson_page.keyboard.press("Tab")
        expect(panel.locator(pane)).to_be_focused()
    lesson_page.keyboard.press("ArrowDown")
    expect(panel.locator("#wat .current")).not_to_have_text(before)


@pytest.mark.in_chromium
def test_a_rebuild_keeps_the_panel_open_at_its_line_and_shows_the_new_module(
    lesson_page: Page, built: Path
) -> None:
    panel = opened(lesson_page)
    panel.get_by_role("option", name="js_log(sum);").click()
    source = built / "c" / "add_and_log.c"
    source.write_text(source.read_text().replace("a + b", "a * b"))
    rebuild(lesson_page, built)
    expect(
        panel.get_by_role("option", name="i32.mul").or_(panel.get_by_role("option", name="i64.mul"))
    ).not_to_have_count(0)
    expect(panel.locator("#c .marked")).to_contain_text("js_log(sum);")
    expect(lesson_page.locator("#inspector")).to_have_attribute("open", "")


@pytest.mark.in_chromium
def test_a_reload_keeps_the_panel_open_and_closed_it_stays_closed(lesson_page: Page) -> None:
    panel = opened(lesson_page)
    expect(panel.locator("#c [role=option]")).not_to_have_count(0)
    lesson_page.reload()
    expect(panel.locator("#c [role=option]")).not_to_have_count(0)
    lesson_page.click("#inspector summary")
    lesson_page.reload()
    expect(lesson_page.locator("#inspector")).not_to_have_attribute("open", "")


@pytest.mark.in_chromium
def test_a_release_build_says_that_no_c_lines_are_known(lesson_page: Page, built: Path) -> None:
    panel = opened(lesson_page)
    expect(panel.locator("#c .marked")).not_to_have_count(0)
    rebuild(lesson_page, built, Options("release"))
    expect(panel.locator("#c")).to_contain_text("a debug build tells them")


@pytest.mark.in_chromium
def test_a_module_without_its_page_says_how_to_make_it(
    built: Path, plain_server: Serve, new_page: NewPage
) -> None:
    (built / PANEL).unlink()
    page = new_page()
    page.goto(plain_server(built))
    page.click("#inspector summary")
    expect(page.locator("#inspector-missing")).to_contain_text("wasmlab build")


@pytest.mark.in_chromium
@pytest.mark.parametrize(("scheme", "width"), [("light", 390), ("dark", 1280)])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    built: Path, plain_server: Serve, new_page: NewPage, scheme: str, width: int
) -> None:
    page = new_page(color_scheme=scheme, viewport={"width": width, "height": 844})
    page.goto(plain_server(built))
    expect(opened(page).locator("#wat .marked")).not_to_have_count(0)
    whole = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert page.evaluate(whole)
    assert page.frames[1].evaluate(whole)
    page.frames[1].wait_for_function("document.documentElement.scrollHeight <= innerHeight")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_development_server_leaves_the_page_as_it_is(built: Path) -> None:
    page = (built / PANEL).read_bytes()
    assert with_client(page, 7) == page


def test_a_large_module_has_no_page_and_clean_leaves_none(built: Path) -> None:
    lesson = load_lesson(built)
    module = built / "dist/add_and_log.wasm"
    small = module.read_bytes()
    module.write_bytes(small + b"\0\x82\x80\x08\1x" + bytes(0x20000))
    (built / PANEL).unlink()
    publish_panels(lesson)
    assert not (built / PANEL).exists()
    module.write_bytes(small)
    publish_panels(lesson)
    assert (built / PANEL).exists()
    clean_lesson(lesson)
    assert not (built / "dist").exists()
