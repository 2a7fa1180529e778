"""Keeps a run of pytest inside this process apart from the user's own and from the next one."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Leave no `__pycache__` in a lesson's `folder` of checks, and none of its modules to the next lesson.

    Two lessons may have checks of one name, and a module is looked up by its name. What stands beside the
    checks can be imported by them, as in pytest itself, but hides no module that is installed. What the
    user's own pytest is told by `PYTEST_ADDOPTS` is not for ours, which has few of its plugins.
    """
    root, place = folder.parent, str(folder)
    known = set(sys.modules)
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    options = os.environ.pop("PYTEST_ADDOPTS", None)
    sys.path.append(place)
    try:
        yield
    finally:
        sys.path.remove(place)
        sys.dont_write_bytecode = before
        if options is not None:
            os.environ["PYTEST_ADDOPTS"] = options
        for name in _modules_under(root, set(sys.modules) - known):
            sys.modules.pop(name, None)


def _modules_under(root: Path, names: set[str]) -> set[str]:
    """Return those modules that come from files under `root`, and the packages that hold them."""
    found = set()
    for name in names:
        file = getattr(sys.modules[name], "__file__", None)
        if file is not None and Path(file).is_relative_to(root):
            parts = name.split(".")
            found |= {".".join(parts[:n]) for n in range(1, len(parts) + 1)} & names
    return found


def draw_alike(folder: Path) -> None:
    """Let each process that collects the checks in `folder` draw the same numbers by `random`.

    Several of them grade a class: what is drawn for parameters must be the same for all students.
    """
    random.seed(b"".join(path.read_bytes() for path in sorted(folder.rglob("*.py"))))
