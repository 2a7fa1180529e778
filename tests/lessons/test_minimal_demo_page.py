"""The hand-wired lesson's page in real browsers: what it shows, and how it explains what went wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from wasmtime import wat2wasm

from wasmlab.build import Options, build_lesson
from wasmlab.lesson import load_lesson

MODULE = "dist/add_and_log.wasm"
NewPage = Callable[..., Page]
Serve = Callable[[Path], str]

SUBTRACTS = """(module (import "env" "js_log" (func $log (param i32))) (memory (export "memory") 1)
  (func (export "add_and_log") (param i32 i32) (result i32) (local i32)
    (local.set 2 (i32.sub (local.get 0) (local.get 1))) (call $log (local.get 2)) (local.get 2)))"""


DEEP = """__attribute__((import_module("env"), import_name("js_log"))) void js_log(int value);

static int deep(int n) {
  volatile char block[1000];
  block[0] = 1;
  return n ? block[0] + deep(n - 1) : 0;
}

int add_and_log(int a, int b) {
  js_log(b);
  return deep(a);
}
"""


def type_into(page: Page, field: str, text: str) -> None:
    """Type as a person does: `fill` adds to a number field in Firefox instead of replacing it."""
    page.focus(field)
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def press_run(page: Page, a: str = "5", b: str = "7") -> None:
    type_into(page, "#a", a)
    type_into(page, "#b", b)
    page.click("button")
    expect(page.locator("body")).to_have_attribute("data-runs", "1")


def drawn(page: Page) -> list[tuple[str | None, str | None, str]]:
    rows = page.locator("#trip > .crossing").all()
    return [
        (row.get_attribute("data-from"), row.get_attribute("data-kind"), row.locator("code").inner_text())
        for row in rows
    ]


@pytest.fixture
def lesson_page(built: Path, plain_server: Serve, new_page: NewPage) -> Page:
    page = new_page()
    page.goto(plain_server(built))
    return page


def test_run_shows_the_sum_and_the_console_says_it(lesson_page: Page) -> None:
    lesson_page.click("text=Run")
    expect(lesson_page.locator("#result")).to_have_text("Result: 12")
    assert "log: WASM says: 12" in lesson_page.said  # type: ignore[attr-defined]


@pytest.mark.in_chromium
def test_the_drawing_has_the_four_crossings_in_their_order(lesson_page: Page) -> None:
    press_run(lesson_page, "20", "-3")
    assert drawn(lesson_page) == [
        ("js", "call", "add_and_log(20, -3)"),
        ("wasm", "host call", "env.js_log(17)"),
        ("js", "host return", "return"),
        ("wasm", "return", "return 17"),
    ]


@pytest.mark.in_chromium
def test_the_page_shows_the_facts_of_the_module_and_the_c_source(lesson_page: Page, built: Path) -> None:
    facts = lesson_page.locator("#facts dd")
    expect(facts).to_have_count(5)
    size = (built / MODULE).stat().st_size
    assert facts.all_inner_texts() == [
        f"{size:,} bytes",
        "env.js_log (function)",
        "memory (memory)",
        "add_and_log (function)",
        "1 page of 64 KiB",
    ]
    source = (built / "c/add_and_log.c").read_text()
    expect(lesson_page.locator("#source")).to_have_text(source, use_inner_text=True)


@pytest.mark.in_chromium
def test_the_keyboard_alone_makes_a_round_trip(lesson_page: Page) -> None:
    lesson_page.keyboard.press("Tab")
    expect(lesson_page.locator("#a")).to_be_focused()
    lesson_page.keyboard.press("Control+A")
    lesson_page.keyboard.type("30")
    lesson_page.keyboard.press("Enter")
    expect(lesson_page.locator("#result")).to_have_text("Result: 37")


def test_a_trap_is_explained_and_the_drawing_ends_there(lesson_page: Page) -> None:
    press_run(lesson_page, "2147483647", "1")
    expect(lesson_page.locator("#trouble")).to_contain_text("c/add_and_log.c:6:15 signed integer overflow")
    expect(lesson_page.locator("#trouble-detail")).to_have_text(
        re.compile(r"int sum = a \+ b;\s+\^\nin add_and_log \(c/add_and_log.c:6:15\)$")
    )
    expect(lesson_page.locator("#result")).to_have_text("No result")
    assert [kind for _, kind, _ in drawn(lesson_page)] == ["call", "trap"]
    (said,) = lesson_page.said  # type: ignore[attr-defined]
    assert said.startswith("error: WASM stopped: c/add_and_log.c:6:15 signed integer overflow")
    type_into(lesson_page, "#b", "-1")
    lesson_page.click("button")
    expect(lesson_page.locator("#result")).to_have_text("Result: 2147483646")
    expect(lesson_page.locator("#trouble")).to_be_hidden()


@pytest.mark.in_chromium
def test_a_trap_without_a_table_is_explained_in_general(
    built: Path, plain_server: Serve, new_page: NewPage
) -> None:
    (built / "dist" / "add_and_log.traps.json").unlink()
    page = new_page()
    page.goto(f"{plain_server(built)}/index.html")
    press_run(page, "2147483647", "1")
    expect(page.locator("#trouble")).to_contain_text("Wasm stopped in a trap")
    expect(page.locator("#trouble")).to_contain_text("2147483647 + 1 is 2147483648")


@pytest.mark.in_chromium
def test_a_trap_in_a_release_build_is_explained_without_a_line_and_without_an_error_in_the_console(
    lesson_copy: Path, plain_server: Serve, new_page: NewPage
) -> None:
    source = lesson_copy / "c/add_and_log.c"
    source.write_text(source.read_text().replace("a + b", "a / b"))
    assert [r.error for r in build_lesson(load_lesson(lesson_copy), Options("release"))] == [None]
    page = new_page()
    page.goto(plain_server(lesson_copy))
    press_run(page, "1", "0")
    expect(page.locator("#trouble-title")).to_have_text("integer division by zero")
    expect(page.locator("#trouble-detail")).to_contain_text("a debug build names the C line")
    (said,) = page.said  # type: ignore[attr-defined]
    assert said.startswith("error: WASM stopped: integer division by zero. The divisor is 0")


def test_an_access_outside_of_the_memory_is_explained_with_the_memorys_size(
    lesson_copy: Path, plain_server: Serve, new_page: NewPage
) -> None:
    source = lesson_copy / "c/add_and_log.c"
    source.write_text(source.read_text().replace("a + b", "*(int *)(a + b)"))
    assert [result.error for result in build_lesson(load_lesson(lesson_copy))] == [None]
    page = new_page()
    page.goto(plain_server(lesson_copy))
    press_run(page, "-16", "0")
    expect(page.locator("#trouble-title")).to_have_text(
        re.compile("c/add_and_log.c:6:.* memory access out of bounds")
    )
    expect(page.locator("#trouble-detail")).to_contain_text("the memory has 65536 bytes; only wasmtime tells")


def test_a_call_after_an_exhausted_stack_gives_its_right_result(
    lesson_copy: Path, plain_server: Serve, new_page: NewPage
) -> None:
    (lesson_copy / "c/add_and_log.c").write_text(DEEP)
    assert [result.error for result in build_lesson(load_lesson(lesson_copy))] == [None]
    page = new_page()
    page.goto(plain_server(lesson_copy))
    press_run(page, "100000", "0")
    expect(page.locator("#result")).to_have_text("No result")
    type_into(page, "#a", "3")
    page.click("button")
    expect(page.locator("#result")).to_have_text("Result: 3")
    expect(page.locator("#trouble")).to_be_hidden()


@pytest.mark.in_chromium
@pytest.mark.parametrize(
    ("typed", "result", "note"),
    [
        ("4294967301", "Result: 12", "ToInt32): Wasm receives 5"),
        ("5.9", "Result: 12", "no fraction: Wasm receives 5"),
        ("", "Result: 7", "a is empty"),
    ],
)
def test_a_number_that_does_not_fit_is_explained(
    lesson_page: Page, typed: str, result: str, note: str
) -> None:
    press_run(lesson_page, typed, "7")
    expect(lesson_page.locator("#result")).to_have_text(result)
    expect(lesson_page.locator("#notes")).to_contain_text(note)


@pytest.mark.in_chromium
def test_a_long_round_trip_is_cut_in_the_middle(built: Path, plain_server: Serve, new_page: NewPage) -> None:
    loop = """(module (import "env" "js_log" (func $log (param i32)))
      (func (export "add_and_log") (param i32 i32) (result i32)
        (loop (call $log (local.get 0)) (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
          (br_if 0 (local.get 0))) (i32.const 0)))"""
    (built / MODULE).write_bytes(wat2wasm(loop))
    page = new_page()
    page.goto(plain_server(built))
    press_run(page, "3000", "0")
    expect(page.locator("#trip > .gap")).to_have_text("… 5,982 more crossings …")
    assert len(drawn(page)) == 20


# Looks


@pytest.mark.in_chromium
def test_under_a_plain_server_the_console_has_no_error(lesson_page: Page) -> None:
    press_run(lesson_page)
    assert lesson_page.said == ["log: WASM says: 12"]  # type: ignore[attr-defined]
    assert lesson_page.wrong == []  # type: ignore[attr-defined]


@pytest.mark.in_chromium
@pytest.mark.parametrize("numbers", [("5", "7.5"), ("2147483647", "1")], ids=["result", "trap"])
def test_axe_finds_nothing(
    lesson_page: Page, axe_finds_nothing: Callable[..., None], numbers: tuple[str, str]
) -> None:
    press_run(lesson_page, *numbers)
    axe_finds_nothing(lesson_page)


@pytest.mark.in_chromium
@pytest.mark.parametrize("numbers", [("5", "7"), ("2147483647", "2147483647")], ids=["result", "trap"])
def test_a_phone_needs_no_sideways_scrolling(
    built: Path, plain_server: Serve, new_page: NewPage, numbers: tuple[str, str]
) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(plain_server(built))
    press_run(page, *numbers)
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] == width[1]


# Live change


def rebuilt(page: Page, path: str) -> bool:
    """Tell the page of a rebuild as the development server does; return whether it took it."""
    return not page.evaluate(
        """path => window.dispatchEvent(
             new CustomEvent('wasmlab:module', {cancelable: true, detail: {path}}))""",
        path,
    )


@pytest.mark.in_chromium
def test_a_rebuilt_module_shows_its_result_in_place(lesson_page: Page, built: Path) -> None:
    press_run(lesson_page, "20", "8")
    (built / MODULE).write_bytes(wat2wasm(SUBTRACTS))
    (built / "c/add_and_log.c").write_text("// it subtracts now\n")
    assert rebuilt(lesson_page, f"/{MODULE}")
    expect(lesson_page.locator("#result")).to_have_text("Result: 12")
    expect(lesson_page.locator("#live")).to_contain_text("New module at")
    expect(lesson_page.locator("#source")).to_have_text("// it subtracts now")
    expect(lesson_page.locator("#a")).to_have_value("20")
    assert drawn(lesson_page)[0] == ("js", "call", "add_and_log(20, 8)")


@pytest.mark.in_chromium
def test_a_rebuild_is_taken_in_a_folder_whose_name_an_address_escapes(
    built: Path, plain_server: Serve, new_page: NewPage
) -> None:
    folder = built.rename(built.with_name("Übung 1"))
    page = new_page()
    page.goto(f"{plain_server(folder.parent)}/Übung 1/")
    assert rebuilt(page, f"{folder.name}/{MODULE}")


@pytest.mark.in_chromium
def test_a_rebuild_before_the_first_run_runs_nothing(lesson_page: Page, built: Path) -> None:
    (built / MODULE).write_bytes(wat2wasm(SUBTRACTS))
    assert rebuilt(lesson_page, f"/{MODULE}")
    expect(lesson_page.locator("#live")).to_contain_text("New module at")
    expect(lesson_page.locator("#result")).to_have_text("Press Run")


@pytest.mark.in_chromium
def test_a_rebuild_waits_for_the_module_that_is_on_its_way(
    built: Path, plain_server: Serve, new_page: NewPage
) -> None:
    """The older one would take the place of the newer, should it arrive later."""
    asked: list[Route] = []
    page = new_page()
    page.route(f"**/{MODULE}", lambda route: asked.append(route) if not asked else route.continue_())
    with page.expect_request(f"**/{MODULE}"):
        page.goto(plain_server(built))
    (built / MODULE).write_bytes(wat2wasm(SUBTRACTS))
    assert rebuilt(page, f"/{MODULE}")
    page.evaluate("fetch('c/add_and_log.c').then(response => response.text())")
    expect(page.locator("#live")).to_have_text("")
    asked[0].abort()
    expect(page.locator("#live")).to_contain_text("New module at")
    press_run(page, "20", "8")
    expect(page.locator("#result")).to_have_text("Result: 12")


@pytest.mark.in_chromium
def test_another_lessons_module_is_left_to_others(lesson_page: Page) -> None:
    assert not rebuilt(lesson_page, "other/dist/other.wasm")
