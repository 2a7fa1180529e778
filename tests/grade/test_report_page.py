"""The page of a batch in a browser: the class can be sorted, and no script runs but the page's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from wasmlab.grade.outcome import Batch
from wasmlab.grade.reports import FORMATS


@pytest.fixture
def page(new_page: Callable[..., Any], batch: Batch, tmp_path: Path) -> Any:
    """Return the page of a batch, opened from its file."""
    slow = tuple(replace(graded, seconds=number * 10.5) for number, graded in enumerate(batch.graded))
    path = tmp_path / "report.html"
    path.write_text(FORMATS["html"].render(replace(batch, graded=slow), None), encoding="utf-8")
    page = new_page()
    page.goto(path.as_uri())
    return page


def _column(page: Any, number: int) -> list[str]:
    texts = page.locator(f"table.class td:nth-child({number})").all_inner_texts()
    return [text.removesuffix(" s") for text in texts]


def test_the_class_is_sorted_by_the_column_that_is_pressed(page: Any) -> None:
    people = _column(page, 1)
    for name, number in (("Points", 3), ("Time", 4)):
        head = page.get_by_role("button", name=name)
        head.press("Enter")
        up = [float(text or 0) for text in _column(page, number)]
        assert up == sorted(up)
        assert len(set(up)) > 1
        head.click()
        assert [float(text or 0) for text in _column(page, number)] == sorted(up, reverse=True)
        assert (
            page.get_by_role("columnheader", name=name, exact=True).get_attribute("aria-sort") == "descending"
        )
    page.get_by_role("button", name="Outcome").click()
    assert _column(page, 2) == sorted(_column(page, 2))
    page.get_by_role("button", name="Submission").click()
    assert _column(page, 1) == people
    assert page.locator("[aria-sort]").count() == 1
    assert (page.said, page.wrong) == ([], [])


@pytest.mark.in_chromium
def test_a_script_that_came_with_a_submission_does_not_run(page: Any) -> None:
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'ran = 1'}))")
    assert page.evaluate("globalThis.ran ?? 0") == 0
    assert "Content Security Policy" in "".join(page.said)


@pytest.mark.in_chromium
def test_axe_finds_nothing_in_it(page: Any, axe_finds_nothing: Callable[..., None]) -> None:
    axe_finds_nothing(page)
