"""The starter pack's page: where it is served, rebuilt, not isolated, or not built at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.build import build_lesson
from wasmlab.checks.page.serving import serve_folder
from wasmlab.errors import ToolMissing
from wasmlab.lesson import load_lesson
from wasmlab.toolchains.emscripten_find import find_emscripten

PACK = Path(__file__).parents[2] / "emscripten-starter-pack"
NewPage = Callable[..., Any]


@pytest.fixture(scope="session")
def built_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the lesson with the examples built that the tests here run."""
    try:
        find_emscripten()
    except ToolMissing as missing:
        pytest.skip(f"{missing.what}: {missing.hint}")
    root = tmp_path_factory.mktemp("pack") / "pack"
    shutil.copytree(PACK, root, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    manifest = root / "lesson.toml"
    head, *targets = manifest.read_text(encoding="utf-8").split("[[target]]")
    names = ("hello_export", "threads", "syscalls")
    wanted = [part for part in targets if any(f'name = "{name}"\n' in part for name in names)]
    manifest.write_text("[[target]]".join([head, *wanted]), encoding="utf-8")
    assert [result.error for result in build_lesson(load_lesson(root))] == [None] * 3
    return root


def _open(page: Any, url: str) -> Any:
    page.goto(url)
    page.locator("body[data-page=ready]").wait_for()
    return page


def test_without_the_two_headers_threads_say_what_is_missing(
    built_pack: Path, new_page: NewPage, plain_server: Callable[[Path], str]
) -> None:
    page = _open(new_page(), f"{plain_server(built_pack)}/web/index.html")
    threads = page.locator("#threads")
    threads.get_by_role("button", name="Run").click()
    trouble = threads.get_by_role("alert")
    trouble.wait_for()
    assert trouble.get_attribute("data-trouble") == "not-isolated"
    assert "Cross-Origin-Opener-Policy" in trouble.inner_text()
    assert "Cross-Origin-Embedder-Policy: not sent" in threads.inner_text()


def test_a_plain_server_is_enough_for_the_others(
    built_pack: Path, new_page: NewPage, plain_server: Callable[[Path], str]
) -> None:
    page = _open(new_page(), f"{plain_server(built_pack)}/web/index.html")
    page.locator("#hello_export").get_by_role("button", name="Run").click()
    page.get_by_text("Module._add(5, 7) is 12").wait_for()


@pytest.mark.in_chromium
def test_an_example_that_is_not_built_says_how_to_get_it(built_pack: Path, new_page: NewPage) -> None:
    with serve_folder(built_pack) as server:
        page = _open(new_page(), f"{server.address}/web/index.html")
        strings = page.locator("#strings")
        strings.get_by_role("button", name="Run").click()
        strings.get_by_role("alert").wait_for()
        assert "wasmlab setup emscripten" in strings.get_by_role("alert").inner_text()


@pytest.mark.in_chromium
def test_a_module_that_does_not_arrive_is_an_error_and_no_endless_wait(
    built_pack: Path, new_page: NewPage
) -> None:
    with serve_folder(built_pack) as server:
        page = _open(new_page(), f"{server.address}/web/index.html")
        page.route("**/syscalls.wasm*", lambda route: route.abort())
        syscalls = page.locator("#syscalls")
        syscalls.get_by_role("button", name="Run").click()
        syscalls.get_by_role("alert").wait_for()
        assert syscalls.get_attribute("data-state") == "bad"


@pytest.mark.in_chromium
def test_nothing_moves_when_the_sizes_are_measured(built_pack: Path, new_page: NewPage) -> None:
    where = "[...document.querySelectorAll('section.example')].map(section => section.offsetTop)"
    with serve_folder(built_pack) as server:
        page = _open(new_page(), f"{server.address}/web/index.html")
        before = page.evaluate(where)
        for name in ("hello_export", "syscalls"):
            page.locator(f"#{name}").scroll_into_view_if_needed()
            page.locator(f"#{name} .sizes").get_by_text("…").first.wait_for(state="detached")
        assert page.evaluate(where) == before
        assert "syscalls.* together" in page.locator("#syscalls .sizes").inner_text()


@pytest.mark.in_chromium
def test_source_and_command_are_shown_as_they_are(built_pack: Path, new_page: NewPage) -> None:
    with serve_folder(built_pack) as server:
        page = _open(new_page(), f"{server.address}/web/index.html")
        example = page.locator("#hello_export")
        assert example.locator(".source").inner_text().strip() == (
            (built_pack / "c" / "hello_export.c").read_text(encoding="utf-8").strip()
        )
        command = example.locator(".command").first.inner_text()
        assert command.startswith("emcc c/hello_export.c -O2 -sEXPORTED_FUNCTIONS=_add")


@pytest.mark.in_chromium
def test_the_page_needs_no_more_than_is_readable(built_pack: Path, new_page: NewPage) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with serve_folder(built_pack) as server:
        page = _open(new_page(), f"{server.address}/web/index.html")
        page.locator("#hello_export").get_by_role("button", name="Run").click()
        page.get_by_text("Module._add(5, 7) is 12").wait_for()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.in_chromium
def test_a_rebuilt_example_runs_again_in_place(built_pack: Path, new_page: NewPage) -> None:
    source = built_pack / "c" / "hello_export.c"
    good = source.read_text(encoding="utf-8")
    with serve_folder(built_pack) as server:
        page = _open(new_page(), f"{server.address}/web/index.html")
        page.evaluate("window.stays = true")
        page.locator("#hello_export").get_by_role("button", name="Run").click()
        page.get_by_text("Module._add(5, 7) is 12").wait_for()
        source.write_text(good.replace("a + b", "a * b"), encoding="utf-8")
        try:
            build_lesson(load_lesson(built_pack))
            page.evaluate(
                """window.dispatchEvent(new CustomEvent('wasmlab:module',
                    { cancelable: true, detail: { path: 'pack/dist/hello_export.wasm' } }))"""
            )
            page.get_by_text("Module._add(5, 7) is 35").wait_for()
        finally:
            source.write_text(good, encoding="utf-8")
            build_lesson(load_lesson(built_pack))
        assert "return a * b;" in page.locator("#hello_export .source").inner_text()
        assert page.evaluate("window.stays")


def test_glue_is_no_news_of_its_own() -> None:
    from wasmlab.serve.files import counts

    names = ("x.wasm", "x.mjs", "x.data", "x.html", "x.traps.json")
    assert [name for name in names if counts(["pack", "dist", name])] == ["x.wasm"]


@pytest.mark.in_chromium
def test_a_phone_needs_no_sideways_scrolling(built_pack: Path, new_page: NewPage) -> None:
    with serve_folder(built_pack) as server:
        page = _open(new_page(viewport={"width": 360, "height": 740}), f"{server.address}/web/index.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
