"""The marks of a check: its points, what it waits for, whether it is hidden, and what is said of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pytest

from wasmlab.errors import UsageError

MARKS = (
    "needs(*features): skip where the engine lacks one of these, as in needs('threads')",
    "points(number): what the check is worth when it passes; 1 without this mark",
    "after(*checks): skip where one of these checks did not pass, as in after('exports_add_and_log')",
    "hidden: run it when a submission is graded, and leave it out of what students are given",
    "feedback(help, came=..., trap=..., passed=...): what to try when it fails, or a word when it passes",
)


@dataclass(frozen=True)
class Feedback:
    """What is said when a check fails: always, or where `came` is what came, or the call ended in `trap`."""

    help: str = ""
    passed: str = ""
    trap: str = ""
    came: tuple[object, ...] = ()

    @property
    def is_for_all(self) -> bool:
        """Whether it is for whatever came."""
        return not (self.trap or self.came)

    def fits(self, came: object, trap: str | None) -> bool:
        """Return whether this is to be said of what came."""
        if self.trap:
            return trap == self.trap
        return not self.came or (type(came) is type(self.came[0]) and came == self.came[0])


@dataclass(frozen=True)
class Marks:
    """All marks of one check; its sets of parameters share the points, but for one with a mark of its own."""

    points: float = 1.0
    shares: bool = True
    after: tuple[str, ...] = ()
    hidden: bool = False
    feedback: tuple[Feedback, ...] = ()

    def help_for(self, came: object, trap: str | None) -> str:
        """Return what to try: the feedback for just this before the one for everything."""
        for_all = (each.help for each in self.feedback if each.help and each.is_for_all)
        return self.help_for_just(came, trap) or next(for_all, "")

    def help_for_just(self, came: object, trap: str | None) -> str:
        """Return what to try where a feedback is for just this."""
        special = (each for each in self.feedback if each.help and not each.is_for_all)
        return next((each.help for each in special if each.fits(came, trap)), "")

    @property
    def passed(self) -> str:
        """What is said when the check passes."""
        return next((each.passed for each in self.feedback if each.passed), "")


def short_name(item: pytest.Item) -> str:
    """Return a check's name as `after` and a case write it: without `test_` and without parameters."""
    return str(getattr(item, "originalname", item.name)).removeprefix("test_")


def function_of(item: pytest.Item) -> str:
    """Return what tells a check from all others, whatever its parameters: its file, class and name."""
    name = getattr(item, "originalname", item.name)
    return f"{item.parent.nodeid if item.parent else item.path}::{name}"


def marks_of(item: pytest.Item) -> Marks:
    """Return the marks of a check.

    Raises:
        UsageError: a mark is not written as it must be.
    """
    if "checks" not in item.path.parts:  # the plugin is loaded everywhere, and another's marks are not ours
        return Marks()
    try:
        return Marks(
            points=_points(item),
            shares=_points_of_set(item) is None,
            after=tuple(name for mark in item.iter_markers("after") for name in _after(mark)),
            hidden=item.get_closest_marker("hidden") is not None,
            feedback=tuple(_feedback(mark) for mark in item.iter_markers("feedback")),
        )
    except TypeError as error:
        hint = "wasmlab's marks are points(2), after('name'), hidden, feedback('what to try')"
        name = getattr(item, "originalname", item.name)  # its sets of parameters share the marks
        raise UsageError(f"the marks of {name} cannot be read: {error}", hint) from error


def marks_or_none(item: pytest.Item) -> Marks:
    """Return the marks of a check, or those of a check without any where they cannot be read."""
    try:
        return marks_of(item)
    except UsageError:
        return Marks()


def _points_of_set(item: pytest.Item) -> Any:
    """Return the mark that a set of parameters has by itself: pytest puts it behind those of the function."""
    marks = getattr(getattr(item, "callspec", None), "marks", ())
    return next((mark for mark in marks if mark.name == "points"), None)


def _points(item: pytest.Item) -> float:
    mark = _points_of_set(item) or item.get_closest_marker("points")
    if mark is None:
        return 1.0
    if len(mark.args) != 1 or isinstance(mark.args[0], bool) or not isinstance(mark.args[0], int | float):
        raise TypeError("points takes one number")
    if not 0 <= mark.args[0] < math.inf:
        raise TypeError("points cannot be less than nothing, nor endless")
    return float(mark.args[0])


def _after(mark: Any) -> list[str]:
    if not mark.args or mark.kwargs:
        raise TypeError("after takes the names of checks")
    return [_text("after", name) for name in mark.args]


def _feedback(mark: Any) -> Feedback:
    given = dict(mark.kwargs)
    if len(mark.args) > 1:
        raise TypeError("feedback takes one text without a name: what to try")
    if unknown := sorted(set(given) - {"help", "came", "passed", "trap"}):
        raise TypeError(f"feedback knows help, came, trap and passed, not {', '.join(unknown)}")
    came = (given.pop("came"),) if "came" in given else ()
    named = {**dict(zip(("help",), mark.args, strict=False)), **given}
    texts = {name: _text(f"{name} of feedback", text) for name, text in named.items()}
    return Feedback(texts.get("help", ""), texts.get("passed", ""), texts.get("trap", ""), came)


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is {value!r}, which is no text")
    return value.removeprefix("test_")
