"""Gives every submission a name of its own, for by its name its grade is kept."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from wasmlab.grade.intake.tree import shown
from wasmlab.grade.submission import Submission


def with_own_names(found: Sequence[Submission]) -> Iterator[Submission]:
    """Yield them under clean names that differ; the first of a name keeps it, others get a number.

    A number is never given where that would be the name of somebody else.
    """
    clean = [replace(one, name=shown(one.name.strip()) or "unnamed") for one in found]
    taken = {_key(one.name) for one in clean}
    numbers: defaultdict[str, count[int]] = defaultdict(lambda: count(2))
    for one in clean:
        key = _key(one.name)
        yield replace(one, name=_made(one.name, numbers[key], taken)) if key in numbers else one
        numbers[key]  # from now on it is used


def _made(name: str, numbers: count[int], taken: set[str]) -> str:
    """Return the name with the first number that nobody has."""
    made = next(made for number in numbers if _key(made := f"{name} ({number})") not in taken)
    taken.add(_key(made))
    return made


def _key(name: str) -> str:
    """What two names share that are one name to a file system."""
    return unicodedata.normalize("NFC", name).casefold()
