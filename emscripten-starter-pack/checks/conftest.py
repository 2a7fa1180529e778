"""What the checks of the page share: press Run in an example, and take what it says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from wasmlab.checks.pages import LessonPage

_PATIENCE = 20_000  # a busy machine takes its time to compile and to start threads


@pytest.fixture
def run_example(lesson_page: LessonPage) -> Callable[..., str]:
    """Return a function that fills an example's fields, presses Run and returns the text of its output."""
    page = lesson_page.page
    page.locator("body[data-page=ready]").wait_for()

    def run(example: str, **fields: str) -> str:
        section = page.locator(f"#{example}")
        for name, text in fields.items():
            section.locator(f"[name={name}]").evaluate("(field, text) => { field.value = text; }", text)
        before = int(section.get_attribute("data-runs") or 0)
        section.get_by_role("button", name="Run").click()
        expect(section).to_have_attribute("data-runs", str(before + 1), timeout=_PATIENCE)
        expect(section).to_have_attribute("data-state", "good")
        return section.get_by_role("status", name="Output").inner_text()

    return run
