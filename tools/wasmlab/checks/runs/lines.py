"""The lines by which checks are known: to a student, and to a grade that puts several processes together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pytest

from wasmlab.checks.marks import function_of, short_name
from wasmlab.checks.mistakes import has_set
from wasmlab.checks.waiting import engine_of

_Numbers = Mapping[tuple[str, str, int], int]


def line_of(item: pytest.Item, numbers: _Numbers = MappingProxyType({})) -> str:
    """Return the first paragraph of a check's docstring, or its name in words, and its parameters."""
    text = (getattr(getattr(item, "function", None), "__doc__", None) or "").strip()
    first = " ".join(text.partition("\n\n")[0].split())
    given = [
        f"{k}={_steady(item, k, v, numbers)}"
        for k, v in _parameters(item).items()
        if k not in ("wasm_engine", "page_engine")
    ]
    name = getattr(item, "originalname", item.name).removeprefix("test_").replace("_", " ")
    return " ".join([first or name, *([f"({', '.join(given)})"] if given else [])])


def _steady(item: pytest.Item, name: str, value: object, numbers: _Numbers) -> str:
    """Return a parameter as every process writes it, by its number where an address or an order would differ.

    A grade puts together what several processes have said of one check, by its line.
    """
    shown = repr(value)
    if " at 0x" not in shown and not has_set(value):
        return shown
    return f"{name}{numbers.get((function_of(item), name, id(value)), '')}"  # as pytest names it too


def _numbered(items: Iterable[pytest.Item]) -> _Numbers:
    """Number the values of each check's parameters: what pytest counts goes on from engine to engine."""
    seen: Counter[tuple[str, str]] = Counter()
    found: dict[tuple[str, str, int], int] = {}
    for item in items:
        for name, value in _parameters(item).items():
            of = function_of(item), name
            if (*of, id(value)) not in found:
                found[*of, id(value)] = seen[of]
                seen[of] += 1
    return found


def own_lines(items: Sequence[pytest.Item]) -> dict[str, str]:
    """Return the lines of checks by their ids; those that would be the same have a number.

    Two files may have checks of one name, and parameters may be the same twice.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    found = {}
    numbers = _numbered(items)
    for item in items:
        line = line_of(item, numbers)
        key = short_name(item), line, engine_of(item)
        seen[key] += 1
        found[item.nodeid] = line if seen[key] == 1 else f"{line} ({seen[key]})"
    return found


def _parameters(item: pytest.Item) -> dict[str, Any]:
    found = getattr(item, "callspec", None)
    return dict(found.params) if found else {}
