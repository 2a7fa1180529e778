"""The page that `--html` writes: pointing at one of C line, text and bytes marks the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from wasmlab.checks.page.browsers import Browsers
from wasmlab.inspecting import inspect_file
from wasmlab.inspecting.writing import render, write_page


@pytest.fixture(scope="module")
def chromium(browsers: Browsers) -> Browser:
    return browsers.get("chromium")


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def opened(chromium: Browser, compiled: Path, tmp_path: Path) -> Iterator[Page]:
    yield from open_page(chromium, compiled, tmp_path, "light")


def open_page(chromium: Browser, module: Path, folder: Path, scheme: str) -> Iterator[Page]:
    written = write_page([inspect_file(module)], [module.parent.parent], folder / "module.html")
    page = chromium.new_page(viewport={"width": 1280, "height": 720}, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if "module.html" not in request.url else None)
    page.goto(written.as_uri())
    yield page
    assert said == [], "the page says nothing and asks for nothing"
    page.close()


def marked(page: Page, pane: str) -> list[str]:
    return page.locator(f"#{pane} .marked").all_inner_texts()


def test_pointing_at_a_c_line_marks_its_text_and_its_bytes(opened: Page) -> None:
    opened.get_by_role("option", name="js_log(sum);").hover()
    assert [text.split() for text in marked(opened, "c")] == [["7", "js_log(sum);"]]
    text = " ".join(marked(opened, "wat"))
    assert "call $js_log" in text
    assert "i32.add" not in text
    assert "10 80 80 80 80 00" in " ".join("".join(marked(opened, "bytes")).split())
    assert "c/add_and_log.c:7 became" in opened.locator("#told").inner_text()


def test_the_arrow_keys_walk_the_text_and_mark_line_and_bytes(opened: Page) -> None:
    opened.get_by_role("option", name="i32.add").first.click()
    opened.locator("#wat").focus()
    opened.keyboard.press("ArrowDown")
    assert len(marked(opened, "wat")) == 1
    assert "local.set" in marked(opened, "wat")[0]
    assert "int sum = a + b;" in marked(opened, "c")[0]
    assert "".join(marked(opened, "bytes")).split()[0] == "21"
    active = opened.locator("#wat").get_attribute("aria-activedescendant")
    assert opened.locator(f"#{active}").get_attribute("aria-selected") == "true"


def test_a_pointer_that_rests_does_not_stop_the_arrow_keys(opened: Page) -> None:
    opened.get_by_role("option", name="i32.const 16").first.hover()
    opened.locator("#wat").focus()
    for _ in range(30):
        opened.keyboard.press("ArrowDown")
    opened.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    walked = opened.locator("#wat .current").get_attribute("data-item")
    opened.keyboard.press("ArrowDown")
    assert opened.locator("#wat .current").get_attribute("data-item") == str(int(walked or 0) + 1)
    assert int(walked or 0) > 30


def test_the_bytes_are_the_files_bytes(opened: Page, compiled: Path) -> None:
    shown = bytes.fromhex(opened.locator("#bytes").inner_text().replace("\n", " "))
    assert compiled.read_bytes().startswith(shown)
    assert len(shown) > 200


def test_one_function_alone_is_shown(opened: Page) -> None:
    opened.get_by_label("Show").select_option(label="add_and_log, 124 bytes")
    assert opened.locator("#bytes").inner_text().split()[:1] == ["01"]
    assert len(opened.locator("#bytes").inner_text().split()) == 124


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_has_nothing_that_axe_finds(
    width: int, scheme: str, chromium: Browser, compiled: Path, tmp_path: Path
) -> None:
    for page in open_page(chromium, compiled, tmp_path, scheme):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_the_theme_can_be_chosen(opened: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    before = opened.evaluate(ground)
    opened.get_by_role("button", name="Dark").click()
    assert opened.evaluate(ground) != before


def test_text_in_a_module_cannot_become_part_of_the_page(tmp_path: Path) -> None:
    name = b"</script><script>alert(1)</script>"
    export = bytes([1, len(name)]) + name + b"\x02\0"
    path = tmp_path / "hostile.wasm"
    path.write_bytes(b"\0asm\x01\0\0\0\x05\x03\x01\0\x01\x07" + bytes([len(export)]) + export)
    page = render([inspect_file(path, "<b>@DATA@")], [tmp_path])
    assert page.count("<script") == 2
    assert "<b>" not in page.partition("<style>")[0]
