"""Explains a check that did not pass: what is wrong, what was expected, what came, what to try."""

from __future__ import annotations

import re
from typing import Any

import pytest

from wasmlab.checks.marks import Marks, marks_or_none
from wasmlab.checks.mistakes import is_mistake, line_in
from wasmlab.checks.notes import NOTES
from wasmlab.checks.notmet import NotMet
from wasmlab.checks.patience import Endless
from wasmlab.checks.plugin import COMPARED
from wasmlab.checks.subject import Trapped
from wasmlab.checks.verdicts import Word
from wasmlab.errors import ToolMissing, WasmlabError
from wasmlab.lesson import Lesson
from wasmlab.names import did_you_mean
from wasmlab.process import quoted

_LONGEST = 400
_FIXTURES = ("expect", "wasm", "lesson_page", "python", "lesson")


def explained(item: pytest.Item, call: pytest.CallInfo[None], lesson: Lesson, word: Word) -> dict[str, Any]:
    """Return the fields of a verdict that explain why it is no pass."""
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, pytest.FixtureLookupError):
        names = f"its fixtures are {', '.join(_FIXTURES[:-1])} and {_FIXTURES[-1]}, and pytest's own"
        near = did_you_mean(str(error.argname), _FIXTURES)
        hint = near if near.startswith("did") else names
        return {"message": f"no fixture is called {error.argname!r}", "try_this": hint}
    marks, value, trap = marks_or_none(item), *_what_came(item, error)
    told = marks.help_for(value, trap) if word == "failed" else ""
    place = _place(item, error) if is_mistake(error) else ""
    if isinstance(error, Endless):
        return {"message": f"{place}{error}", "try_this": error.hint}
    if isinstance(error, WasmlabError):
        missing = isinstance(error, ToolMissing)
        return {"message": f"{place}{error.what}", "try_this": told or error.hint, "tool_missing": missing}
    message, expected, came, help_text = _parts(item, error)
    message = f"{place}{message}"
    advice = _advice(error, marks, help_text or told)
    return {
        "message": cut(message),
        "expected": cut(expected),
        "came": cut(came),
        "try_this": "" if word == "error" else advice or _again(item, lesson),
    }


def _place(item: pytest.Item, error: BaseException | None) -> str:
    line = line_in(item.path.parent, error.__traceback__ if error else None)
    return f"{line}: " if line else ""


def _advice(error: BaseException | None, marks: Marks, told: str) -> str:
    """Return what to try: what fits an error that came goes before what the author says of any result."""
    if not isinstance(error, NotMet) or not error.advice:
        return told
    return marks.help_for_just(error.value, error.trap) or error.advice


def _parts(item: pytest.Item, error: BaseException | None) -> tuple[str, str, str, str]:
    """Return what is wrong, what was expected, what came, and the help of the very place."""
    if isinstance(error, NotMet):
        return error.message, error.expected, error.came, error.help
    message = str(error) if isinstance(error, AssertionError) else f"{type(error).__name__}: {error}"
    said, expected, came = _taken_apart(message, item.stash.get(COMPARED, None))
    return ("", expected, came, said) if expected else (said, "", "", "")


def _what_came(item: pytest.Item, error: BaseException | None) -> tuple[object, str | None]:
    """Return the value and the trap that a mark `feedback` is compared with."""
    if isinstance(error, NotMet):
        return error.value, error.trap
    _operator, came, _right = item.stash.get(COMPARED, None) or ("", None, None)
    return came, came.kind if isinstance(came, Trapped) else None


def _again(item: pytest.Item, lesson: Lesson) -> str:
    """Return the command that shows the same once more."""
    notes = item.stash.get(NOTES, None)
    return notes.again if notes and notes.again else f"wasmlab serve {quoted(lesson.name)}"


_COMPARISON = re.compile(r"^assert ", re.MULTILINE)
# Playwright words its expectations over several lines.
_EXPECTED = re.compile(r"(?:Locator|Page [A-Za-z]+) expected (?P<what>.+)")
_ACTUAL = re.compile(r"^Actual value: (?P<what>.*)", re.MULTILINE)
_WHY = re.compile(r"^Error: (?P<what>.*)", re.MULTILINE)
_PLACE = re.compile(r"waiting for (?P<what>.+)")


def _taken_apart(message: str, compared: tuple[str, Any, Any] | None) -> tuple[str, str, str]:
    """Return what the author says, what was expected and what came, as far as they can be told."""
    if expected := _first(_EXPECTED, message):
        place = _first(_PLACE, message) or "the page"
        came = _first(_WHY, message) or _first(_ACTUAL, message) or "it did not happen"
        return "", f"{place} {expected}", came
    author = _COMPARISON.split(message, maxsplit=1)[0].strip()
    if compared is None:
        return author or message.partition("\n")[0], "", ""
    operator, left, right = compared
    sides = {"==": f"{right!r}", "in": f"{left!r} among them"}
    return author, sides.get(operator, f"{operator} {right!r}"), repr(right if operator == "in" else left)


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match["what"].strip() if match else ""


def cut(text: str) -> str:
    """Return a text that fits a terminal."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ... ({len(text)} characters)"
