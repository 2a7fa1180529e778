"""The page runs Python in its worker, shows every message, and stays alive."""

import pytest
from playwright.sync_api import Page, expect

from wasmlab.checks.pages import LessonPage

pytestmark = pytest.mark.points(0)
"""The page is given: it must work wherever it runs, and brings nobody a point."""

LOADING = 25_000
"""Python is 14 MB: milliseconds that a busy machine may take for it."""


def run(page: Page, code: str) -> None:
    """Put a program into the editor, as soon as Python is ready, and press Run."""
    expect(page.get_by_role("status")).to_contain_text("is ready", timeout=LOADING)
    page.get_by_label("Python code").fill(code)
    page.get_by_role("button", name="Run").click()


def messages(page: Page) -> list[str]:
    """Return the types of the messages that have crossed, but for those of the spare worker."""
    lines = page.get_by_role("list", name="Messages").get_by_role("listitem")
    return [line.split()[0] for line in lines.all_inner_texts() if "spare" not in line]


def test_shows_what_is_printed_and_the_last_value(lesson_page: LessonPage) -> None:
    """A press on Run shows what Python prints, and the value of the last line."""
    run(lesson_page.page, "print('six', 'seven')\n6 * 7")
    output = lesson_page.page.get_by_role("log")
    expect(output).to_contain_text("six seven")
    expect(output).to_contain_text("42")


def test_shows_the_messages_in_their_order(lesson_page: LessonPage) -> None:
    """INIT, READY, RUN, EVENT after EVENT, RUN_RESULT: every message is shown in its order."""
    run(lesson_page.page, "1")
    expect(lesson_page.page.get_by_role("list", name="Messages")).to_contain_text("RUN_RESULT")
    seen = [name for name in messages(lesson_page.page) if name != "PROGRESS"]
    assert seen[:3] == ["INIT", "READY", "RUN"]
    assert seen[-1] == "RUN_RESULT"
    assert set(seen[3:-1]) == {"EVENT"}


def test_stops_an_endless_loop(lesson_page: LessonPage) -> None:
    """Stop ends a loop that never would, and the names of the program are still there."""
    page = lesson_page.page
    run(page, "n = 41\nprint('it loops')\nwhile True: pass")
    expect(page.get_by_role("log")).to_contain_text("it loops")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("status")).to_contain_text("Ended by KeyboardInterrupt")
    page.get_by_label("Python code").fill("n + 1")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("log")).to_contain_text("42")


def test_asks_what_the_program_asks(lesson_page: LessonPage) -> None:
    """input() asks in the page, and the program goes on with the answer."""
    page = lesson_page.page
    run(page, "print('Hello', input('Name? '))")
    page.get_by_label("Name?").fill("Ada")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("log")).to_contain_text("Hello Ada")


def test_explains_a_mistake(lesson_page: LessonPage) -> None:
    """A mistake is shown with its line and in plain words, and the page goes on."""
    page = lesson_page.page
    run(page, "total = 1\nprint(totl)")
    expect(page.get_by_role("log")).to_contain_text("NameError")
    expect(page.get_by_role("log")).to_contain_text("line 2")
    expect(page.get_by_role("button", name="Run")).to_be_enabled()


def test_forgets_at_reset(lesson_page: LessonPage) -> None:
    """Reset forgets every name of the program."""
    page = lesson_page.page
    run(page, "n = 1")
    expect(page.get_by_role("status")).to_contain_text("Done")
    page.get_by_role("button", name="Reset").click()
    expect(page.get_by_role("status")).to_contain_text("forgotten")
    page.get_by_label("Python code").fill("n")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("log")).to_contain_text("NameError")


def test_the_program_reaches_neither_page_nor_network(lesson_page: LessonPage) -> None:
    """The program runs in a frame of its own: no page, no storage, no network."""
    run(
        lesson_page.page,
        "import js\nfrom pyodide.http import pyfetch\nprint('document', hasattr(js, 'document'))\n"
        "try:\n    await pyfetch('lesson.toml')\nexcept Exception:\n    print('no network')",
    )
    output = lesson_page.page.get_by_role("log")
    expect(output).to_contain_text("document False")
    expect(output).to_contain_text("no network")
