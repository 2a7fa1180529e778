"""A rule from an error to its explanation, and the clues that rules look at."""

from __future__ import annotations

import builtins
import difflib
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

_BUILTINS = frozenset(vars(builtins))


@dataclass(frozen=True)
class Explanation:
    """What happened and what to try, in plain words; `id` names the rule."""

    id: str
    what: str
    hint: str

    def to_json(self) -> dict[str, str]:
        """Return `{id, what, hint}`."""
        return {"id": self.id, "what": self.what, "hint": self.hint}


@dataclass(frozen=True)
class Clue:
    """What is known of an error: its classes' names, its message, the source line, the part of it that
    failed, and a known name that is near to the wrong one.
    """

    classes: tuple[str, ...]
    name: str
    message: str
    line: str
    spot: str = ""
    near: str = ""

    @classmethod
    def of(cls, error: BaseException, name: str, message: str, line: str, spot: str) -> Clue:
        """Gather the clues of an error."""
        classes = tuple(each.__name__ for each in type(error).__mro__)
        return cls(classes, name, message, line, spot, _near(error))


def _always(_clue: Clue) -> bool:
    return True


@dataclass(frozen=True)
class Rule:
    """`what` and `hint` may use the named groups of `pattern`, and `{near}` and `{line}`."""

    id: str
    error: str
    pattern: str
    what: str
    hint: str
    when: Callable[[Clue], bool] = _always

    def explain(self, clue: Clue) -> Explanation | None:
        """Return the explanation where this rule fits."""
        if self.error not in clue.classes:
            return None
        match = re.search(self.pattern, clue.message, re.DOTALL)
        if match is None or not self.when(clue):
            return None
        words = {"near": clue.near, "line": clue.line.strip(), **match.groupdict("")}
        return Explanation(self.id, self.what.format(**words), self.hint.format(**words))


def line_has(pattern: str) -> Callable[[Clue], bool]:
    """Make a `when` that looks at the source line."""
    return lambda clue: re.search(pattern, clue.line) is not None


def spot_has(pattern: str) -> Callable[[Clue], bool]:
    """Make a `when` that looks at the part of the line that failed."""
    return lambda clue: re.search(pattern, clue.spot) is not None


def _near(error: BaseException) -> str:
    """Return the known name that the misspelled one of a NameError or AttributeError is like."""
    wrong: Any = getattr(error, "name", None)
    if type(wrong) is not str:
        return ""
    if isinstance(error, NameError):
        return _closest(wrong, _names_in_frame(error))
    if isinstance(error, AttributeError):
        return _closest(wrong, _names_of(error.obj))
    return ""


def _closest(wrong: str, names: Iterable[str]) -> str:
    others = {name for name in names if name != wrong and not name.startswith("__")}
    same = [name for name in sorted(others) if name.lower() == wrong.lower()]
    found = same or difflib.get_close_matches(wrong, sorted(others), 1, 0.7)
    return found[0] if found else ""


def _names_in_frame(error: BaseException) -> set[str]:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None:
        return set()
    frame = last.tb_frame
    names = {*frame.f_locals, *frame.f_globals, *_BUILTINS}
    return {name for name in names if type(name) is str}


def _names_of(value: object) -> set[str]:
    """Return the names that a value of a library's class has; a learner's class is asked for its own."""
    names: set[str] = set()
    if type(value) is type(sys):
        names.update(vars(value))
    for cls in type.__getattribute__(type(value), "__mro__"):
        names.update(type.__getattribute__(cls, "__dict__"))
    state = getattr(value, "__dict__", None)
    if type(state) is dict:
        names.update(state)
    return {name for name in names if type(name) is str}
