"""The hand-wired module does what the lesson says, the same in every engine."""

import pytest
from playwright.sync_api import expect as on_page

from wasmlab.checks.expecting import Expect
from wasmlab.checks.pages import LessonPage
from wasmlab.checks.subject import Subject


def test_exports_add_and_log(expect: Expect) -> None:
    """The module exports add_and_log, from two ints to an int."""
    expect.module.exports("add_and_log(i32, i32) -> i32", "memory")


def test_imports_only_js_log(expect: Expect) -> None:
    """The module asks its host for env.js_log and for nothing else."""
    expect.module.imports("env.js_log", help="what C never calls is no import: call js_log(sum)")


@pytest.mark.points(2)
@pytest.mark.after("exports_add_and_log")
@pytest.mark.feedback("return the sum, not what else was at hand")
@pytest.mark.feedback("return sum, and not 0: the result of a call is what stands after return", came=0)
@pytest.mark.feedback(
    "every way through the function must end: what does the loop wait for?", trap="time limit"
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
def test_returns_the_sum(expect: Expect, a: int, b: int, total: int) -> None:
    """add_and_log returns the sum of its two numbers."""
    expect.call("add_and_log", a, b).returns(total)


@pytest.mark.points(2)
@pytest.mark.after("exports_add_and_log", "returns_the_sum")
def test_tells_the_host_the_sum_once(expect: Expect) -> None:
    """js_log is called exactly once, with the sum."""
    expect.call("add_and_log", 5, 7).logs("WASM says: 12", help="call js_log(sum) once")


@pytest.mark.hidden
@pytest.mark.after("tells_the_host_the_sum_once")
@pytest.mark.parametrize(("a", "b"), [(40, 2), (-1000, 58), (123456789, 987654321)])
def test_does_so_with_any_numbers(expect: Expect, a: int, b: int) -> None:
    """add_and_log adds and tells numbers that no example shows, at each call."""
    once = expect.call("add_and_log", a, b).returns(a + b, help="compute the sum; do not look it up")
    once.logs(f"WASM says: {a + b}", help="tell the host the sum of these numbers, whatever they are")
    again = expect.call("add_and_log", b, 1).returns(b + 1, help="keep nothing from one call to the next")
    again.logs(f"WASM says: {b + 1}", help="each call tells the host its own sum")


@pytest.mark.after("tells_the_host_the_sum_once")
def test_tells_the_host_before_it_returns(wasm: Subject) -> None:
    """The call to js_log lies inside the call to add_and_log."""
    answer = wasm.call("add_and_log", 5, 7)
    assert answer.order == ["call", "host call", "host return", "return"]


@pytest.mark.after("returns_the_sum")
def test_overflow_stops_at_its_line(expect: Expect) -> None:
    """A sum that fits no int is undefined in C, and the debug build stops there."""
    expect.call("add_and_log", 2147483647, 1).traps(
        "unreachable", help="add with +, in int: the debug build then traps when the sum does not fit"
    )


@pytest.mark.after("returns_the_sum")
@pytest.mark.feedback("a press on Run is the form's submit: web/main.js must listen for it, and call run()")
def test_page_shows_the_result(lesson_page: LessonPage) -> None:
    """A press on Run shows the sum on the page, and the console says it too."""
    page = lesson_page.page
    page.get_by_role("button", name="Run").click()
    on_page(page.get_by_text("Result: 12")).to_be_visible()
    assert lesson_page.console == ["WASM says: 12"]


@pytest.mark.after("page_shows_the_result")
def test_page_names_the_line_of_a_trap(lesson_page: LessonPage) -> None:
    """A sum that fits no int stops, and the page names the C line and the reason."""
    page = lesson_page.page
    first = page.get_by_label("int a")
    first.clear()  # Firefox adds to a number field where it is told to fill it
    first.fill("2147483647")
    first.press("Enter")
    on_page(page.get_by_role("alert")).to_contain_text("c/add_and_log.c:")
    on_page(page.get_by_role("alert")).to_contain_text("signed integer overflow")


@pytest.mark.after("page_shows_the_result")
def test_page_draws_the_round_trip(lesson_page: LessonPage) -> None:
    """The page draws the four crossings in the order in which they happened."""
    page = lesson_page.page
    page.get_by_role("button", name="Run").press("Enter")
    crossings = page.get_by_role("list", name="Crossings").get_by_role("listitem")
    on_page(crossings).to_contain_text(["add_and_log(5, 7)", "env.js_log(12)", "return", "return 12"])
