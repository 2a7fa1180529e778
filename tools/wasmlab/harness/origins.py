"""Which code is the learner's own: the sources of every run, and what belongs to libraries."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

_LIBRARY = tuple(f"{Path(file).parent}{os.sep}" for file in (os.__file__, __file__))
_PACKAGES = ("site-packages", "dist-packages", "python_stdlib.zip", "<frozen ")


class Sources:
    """The text of every run, so that an error in a function of an earlier run shows its lines."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}

    def add(self, count: int, text: str) -> str:
        """Keep the source of run `count` and return the file name that its code carries."""
        filename = f"<run {count}>"
        self._texts[filename] = [line + "\n" for line in text.split("\n")]
        linecache.cache.pop(filename, None)
        self.publish()
        return filename

    def publish(self) -> None:
        """Put every source into `linecache`, where tracebacks and `inspect` look for them."""
        for filename, lines in self._texts.items():
            kept = linecache.cache.get(filename)
            if kept is None or kept[2:3] != (lines,):  # another session has runs of the same names
                linecache.cache[filename] = (sum(map(len, lines)), None, lines, filename)

    def forget(self) -> None:
        """Drop every source."""
        for filename in self._texts:
            linecache.cache.pop(filename, None)
        self._texts.clear()

    def owns(self, filename: object) -> bool:
        """Whether a run of this session has this file name."""
        return isinstance(filename, str) and filename in self._texts

    def line(self, filename: str, number: int) -> str:
        """Return one line of a source without its line end, or an empty text."""
        lines = self._texts.get(filename) or linecache.getlines(filename)
        return lines[number - 1].rstrip("\n") if 0 < number <= len(lines) else ""


def is_library(filename: str) -> bool:
    """Whether a file belongs to Python, to an installed package or to this harness."""
    return filename.startswith(_LIBRARY) or any(part in filename for part in _PACKAGES)


def learner_modules() -> Iterator[tuple[str, ModuleType]]:
    """Yield the imported modules that are files of the learner."""
    for name, module in list(sys.modules.items()):
        filename = getattr(module, "__file__", None)
        if isinstance(filename, str) and not is_library(filename):
            yield name, module


def is_learners_class(cls: type) -> bool:
    """Whether showing an instance would run the learner's own code."""
    if type.__getattribute__(cls, "__module__") == "__main__":
        return True
    code: Any = getattr(type.__getattribute__(cls, "__repr__"), "__code__", None)
    return isinstance(code, CodeType) and not is_library(code.co_filename)
