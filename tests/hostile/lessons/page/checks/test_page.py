"""The checks of the hostile pages; the-checks-are-not-shown must be in no report."""

import pytest

from wasmlab.checks.pages import LessonPage

PATIENCE = 4000  # ms: only what is not there at all is waited for


def _double_of(lesson_page: LessonPage, number: str) -> str:
    page = lesson_page.page
    page.locator("#number").fill(number, timeout=PATIENCE)
    page.locator("#double").click(timeout=PATIENCE)
    return page.locator("#result").inner_text(timeout=PATIENCE)


def test_doubles(lesson_page: LessonPage) -> None:
    """A press shows the double of the number."""
    assert _double_of(lesson_page, "21") == "42"


@pytest.mark.after("doubles")
@pytest.mark.hidden
def test_doubles_another(lesson_page: LessonPage) -> None:
    """A press shows the double of a number that no example shows."""
    assert _double_of(lesson_page, "4321") == "8642"
