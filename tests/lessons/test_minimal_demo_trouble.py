"""The hand-wired lesson's page opened in a wrong way: it says what is wrong, and is never blank."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from wasmtime import wat2wasm

MODULE = "dist/add_and_log.wasm"
NewPage = Callable[..., Page]
Serve = Callable[[Path], str]


def test_a_page_opened_as_a_file_says_to_serve_it(built: Path, new_page: NewPage) -> None:
    page = new_page()
    page.goto((built / "index.html").as_uri())
    expect(page.locator("#trouble")).to_contain_text("opened as a file")
    expect(page.locator("#trouble")).to_contain_text("wasmlab serve")


@pytest.mark.in_chromium
def test_a_lesson_that_is_not_built_says_so_and_runs_once_it_is(
    built: Path, plain_server: Serve, new_page: NewPage
) -> None:
    module = (built / MODULE).read_bytes()
    (built / MODULE).unlink()
    page = new_page()
    page.goto(plain_server(built))
    expect(page.locator("#trouble")).to_contain_text("wasmlab build")
    (built / MODULE).write_bytes(module)
    page.click("button")
    expect(page.locator("#result")).to_have_text("Result: 12")
    expect(page.locator("#trouble")).to_be_hidden()


@pytest.mark.in_chromium
@pytest.mark.parametrize(
    ("wat", "words"),
    [
        ('(module (import "env" "js_print" (func)))', "An import is missing: env.js_print"),
        ('(module (func (export "add")))', "An export is missing: add_and_log"),
    ],
)
def test_a_module_with_other_borders_names_what_is_missing(
    built: Path, plain_server: Serve, new_page: NewPage, wat: str, words: str
) -> None:
    (built / MODULE).write_bytes(wat2wasm(wat))
    page = new_page()
    page.goto(plain_server(built))
    expect(page.locator("#trouble")).to_contain_text(words)


@pytest.mark.in_chromium
def test_what_is_no_module_is_named_by_its_first_bytes(
    built: Path, plain_server: Serve, new_page: NewPage
) -> None:
    (built / MODULE).write_text("<!doctype html>")
    page = new_page()
    page.goto(plain_server(built))
    expect(page.locator("#trouble")).to_contain_text("begins with “<!doctype")


@pytest.fixture
def wrong_types(built: Path) -> Iterator[str]:
    class Wrong(SimpleHTTPRequestHandler):
        extensions_map: dict[str, str] = {  # noqa: RUF012 - the base class's own shape
            **SimpleHTTPRequestHandler.extensions_map,
            ".wasm": "application/octet-stream",
        }

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Wrong, directory=str(built)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_wrong_type_is_explained_and_the_lesson_runs_all_the_same(
    wrong_types: str, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(wrong_types)
    expect(page.locator("#trouble")).to_contain_text("arrived as application/octet-stream")
    page.click("button")
    expect(page.locator("#result")).to_have_text("Result: 12")


@pytest.mark.in_chromium
def test_axe_finds_nothing_in_an_explanation(
    wrong_types: str, new_page: NewPage, axe_finds_nothing: Callable[..., None]
) -> None:
    page = new_page(color_scheme="light")
    page.goto(wrong_types)
    expect(page.locator("#trouble")).to_be_visible()
    axe_finds_nothing(page)


@pytest.mark.in_chromium
def test_a_browser_without_wasm_is_told_so(built: Path, plain_server: Serve, new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script("delete globalThis.WebAssembly")
    page.goto(plain_server(built))
    expect(page.locator("#trouble")).to_contain_text("This browser has no WebAssembly")


@pytest.mark.in_chromium
def test_a_script_that_does_not_load_is_no_blank_page(
    built: Path, plain_server: Serve, new_page: NewPage
) -> None:
    (built / "web" / "recorder.js").unlink()
    page = new_page()
    page.goto(plain_server(built))
    expect(page.locator("#trouble")).to_contain_text("A script of this page did not load")
