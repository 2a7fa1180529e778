"""Runs a check of a page once more, for its trace alone: the verdict is that of the first time."""

from __future__ import annotations

import inspect
from contextlib import suppress

import pytest

from wasmlab.checks.pages import LessonPage

_PAGE = "lesson_page"


def can_repeat(item: pytest.Function) -> bool:
    """Return whether all that a check does with its page it does itself, and no fixture for it."""
    return _PAGE in inspect.signature(item.function).parameters


def repeat(item: pytest.Function, page: LessonPage) -> None:
    """Run the check with another page, whatever becomes of it; its other fixtures are as it left them."""
    item.funcargs[_PAGE] = page
    with suppress(Exception, pytest.fail.Exception, pytest.skip.Exception):
        item.runtest()
