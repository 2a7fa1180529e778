"""Each example on the page does what it says, in every browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from wasmlab.checks.pages import LessonPage

Run = Callable[..., str]


def lines(text: str) -> list[str]:
    """Return the lines that are not empty."""
    return [line for line in text.splitlines() if line.strip()]


def test_hello_stdio_has_a_terminal(run_example: Run) -> None:
    """printf, scanf, argv, stderr and the exit code work on a page of ours."""
    assert lines(run_example("hello_stdio")) == [
        "Hello from C, called with 2 argument(s)",
        "  argv[1] is one",
        "  argv[2] is two",
        "Read 3 number(s) from stdin, their sum is 27",
        "exit code 0",
    ]
    assert lines(run_example("hello_stdio", stdin="", args=""))[-2:] == [
        "nothing to add: stdin held no number",
        "exit code 1",
    ]


def test_emscripten_s_own_page_runs_too(lesson_page: LessonPage) -> None:
    """The page that Emscripten writes asks for stdin and shows what main prints."""
    page = lesson_page.page
    given = iter(["4 8", None])
    page.on("dialog", lambda dialog: dialog.accept(text) if (text := next(given, None)) else dialog.dismiss())
    page.goto(lesson_page.url.replace("web/index.html", "dist/hello_stdio_page.html"))
    expect(page.locator("#output")).to_have_value(re.compile("Read 2 .* sum is 12"))


@pytest.mark.feedback("the page calls add of c/hello_export.c: its sum must be right first")
def test_hello_export_shows_both_export_tables(run_example: Run) -> None:
    """_add is called through Module, and the table shows what each module exports."""
    text = run_example("hello_export", a="30", b="12")
    assert re.findall(r"Module\._add\(30, 12\) is (.+)", text) == ["42"]
    assert re.search(r"add \(function\)\s+yes\s+yes", text)
    assert re.search(r"stackSave|__indirect_function_table", text)


def test_strings_survive_the_way_both_ways(run_example: Run) -> None:
    """Umlauts and emoji cross into C and back, and what was allocated is given back."""
    text = run_example("strings")
    assert "C counts 19 bytes and 14 code points; JavaScript's length is 15" in text
    assert "greet: Grüße, Zoë & Jürgen 🎈! 👋" in text
    assert "before give_back 1 greeting is out" in text
    assert "after give_back 0 are" in text


def test_a_view_is_empty_after_memory_grew(run_example: Run) -> None:
    """C works on the numbers in place, and a view from before the growth has lost them."""
    text = run_example("arrays")
    assert "sum after scale: 999000000" in text
    assert "1,000,000 numbers then, 0 now" in text


def test_c_calls_javascript_in_three_ways(run_example: Run) -> None:
    """addFunction, EM_JS and EM_ASM bring C's calls to JavaScript, in order."""
    text = run_example("callbacks", count="3")
    calls = re.findall(r"C calls visit\((\d)\)", text)
    assert calls == ["1", "2", "3"]
    assert "for_each(3, visit) returns 14" in text
    assert "js_tell hears" in text
    assert "largest(3, 8), by EM_ASM, returns 8" in text


def test_a_file_survives_a_reload(run_example: Run, lesson_page: LessonPage) -> None:
    """Preloaded, given and saved files are there for fopen; the saved one after a reload too."""
    page = lesson_page.page
    given = {"name": "mine.txt", "mimeType": "text/plain", "buffer": b"from my disk\n"}
    page.locator("#files [name=picked]").set_input_files([given])
    text = run_example("files", note="remember the milk")
    assert "1  A page has no disk, no folder, no file," in text
    assert "1  from my disk" in text
    assert "1  remember the milk" in text
    assert "/nowhere.txt: No such file or directory" in text
    page.reload()
    page.locator("body[data-page=ready]").wait_for()
    assert "2  and the bread" in run_example("files", note="and the bread")


def test_simd_changes_the_time_and_no_pixel(run_example: Run) -> None:
    """Both filters give the same pixels in JavaScript, in C, and in C with SIMD."""
    for name in ("grey", "invert"):
        assert "all three give the same pixels" in run_example("image", filter=name)


def test_a_cpp_class_is_used_from_javascript(run_example: Run) -> None:
    """embind's Account has methods and properties, and ends with delete()."""
    text = run_example("cpp_embind")
    assert "Ada has 100 after put(100)" in text
    assert "take(30) says true, and 70 is left" in text
    assert "after delete(): " in text


def test_c_waits_for_a_promise(run_example: Run, lesson_page: LessonPage) -> None:
    """While C waits in the middle of its loop, the page goes on."""
    text = run_example("async", count="3")
    assert "the sum is 14" in text
    assert "timer ticked meanwhile" in text
    has_jspi = lesson_page.page.evaluate("'Suspending' in WebAssembly")
    assert ("the sum by JSPI is 14" in text) is has_jspi


def test_threads_count_together(run_example: Run) -> None:
    """Four threads share one memory, and a mutex loses no count."""
    text = run_example("threads", rounds="2000")
    assert "4 threads counted to 2,000 each" in text
    assert "with a lock: 8,000 of 8,000" in text


@pytest.mark.feedback("in c/syscalls.c, write the line with one call of write, to standard output")
def test_one_write_is_followed(run_example: Run) -> None:
    """The crossings of one write: out of Wasm, to the page, and back."""
    crossings = ("fd_write(1, ", 'print("one write', "fd_write returns 0")
    text = run_example("syscalls")
    assert re.findall("|".join(map(re.escape, crossings)), text) == [*crossings]


@pytest.mark.feedback("the glue has a part for writing only where C writes: see c/syscalls.c")
def test_the_glue_s_parts_are_found(lesson_page: LessonPage) -> None:
    """The section on the glue marks the parts that matter."""
    page = lesson_page.page
    page.locator("body[data-page=ready]").wait_for()
    page.locator("#glue-parts").scroll_into_view_if_needed()
    expect(page.locator(".glue-part")).to_have_count(8)


def test_the_sizes_are_measured(lesson_page: LessonPage) -> None:
    """The table of sizes shows the hand-wired module and every level of optimisation."""
    page = lesson_page.page
    page.locator("body[data-page=ready]").wait_for()
    page.locator("#size-table").scroll_into_view_if_needed()
    expect(page.locator("#size-table tbody tr")).to_have_count(9)
    by_hand = page.locator("#size-table tbody tr").first.locator("td").first.inner_text()
    assert int(by_hand.replace(",", "")) < 5000
