"""The hand-wired module does what the lesson says, the same in every engine."""

import pytest
from playwright.sync_api import expect

from wasmlab.checks.pages import LessonPage
from wasmlab.checks.subject import HostCall, Subject


def test_exports_add_and_log(wasm: Subject) -> None:
    """The module exports add_and_log, from two ints to an int."""
    found = wasm.module.export("add_and_log")
    assert str(found and found.signature) == "(i32, i32) -> i32", "write: int add_and_log(int a, int b)"


def test_imports_only_js_log(wasm: Subject) -> None:
    """The module asks its host for env.js_log and for nothing else."""
    assert [needed.full_name for needed in wasm.module.imports] == ["env.js_log"], (
        'js_log needs import_module("env") and import_name("js_log") before its declaration'
    )


@pytest.mark.parametrize(
    ("a", "b", "total"),
    [
        (5, 7, 12),
        (0, 0, 0),
        (-5, 7, 2),
        (-1, -1, -2),
        (2147483647, -2147483648, -1),
        (2147483646, 1, 2147483647),
    ],
)
def test_returns_the_sum(wasm: Subject, a: int, b: int, total: int) -> None:
    """add_and_log returns the sum of its two numbers."""
    assert wasm.call("add_and_log", a, b).result == total


def test_tells_the_host_the_sum_once(wasm: Subject) -> None:
    """js_log is called exactly once, with the sum."""
    answer = wasm.call("add_and_log", 5, 7)
    assert answer.host_calls == [HostCall("env.js_log", (12,))], "call js_log(sum) once"


def test_tells_the_host_before_it_returns(wasm: Subject) -> None:
    """The call to js_log lies inside the call to add_and_log."""
    answer = wasm.call("add_and_log", 5, 7)
    assert answer.order == ["call", "host call", "host return", "return"]


def test_overflow_stops_at_its_line(wasm: Subject) -> None:
    """A sum that fits no int is undefined in C, and the debug build stops there."""
    assert wasm.call("add_and_log", 2147483647, 1).trap == "unreachable", (
        "add with +, in int: the debug build then traps when the sum does not fit"
    )


def test_page_shows_the_result(lesson_page: LessonPage) -> None:
    """A press on Run shows the sum on the page, and the console says it too."""
    page = lesson_page.page
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("Result: 12")).to_be_visible()
    assert lesson_page.console == ["WASM says: 12"]


def test_page_names_the_line_of_a_trap(lesson_page: LessonPage) -> None:
    """A sum that fits no int stops, and the page names the C line and the reason."""
    page = lesson_page.page
    first = page.get_by_label("int a")
    first.press("ControlOrMeta+a")  # Firefox adds to a number field where it is told to fill it
    first.press_sequentially("2147483647")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("alert")).to_contain_text("c/add_and_log.c:")
    expect(page.get_by_role("alert")).to_contain_text("signed integer overflow in 'a + b'")


def test_page_draws_the_round_trip(lesson_page: LessonPage) -> None:
    """The page draws the four crossings in the order in which they happened."""
    page = lesson_page.page
    page.get_by_role("button", name="Run").click()
    crossings = page.get_by_role("list", name="Crossings").get_by_role("listitem")
    expect(crossings).to_contain_text(["add_and_log(5, 7)", "env.js_log(12)", "return", "return 12"])
