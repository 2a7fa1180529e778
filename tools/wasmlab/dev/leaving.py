"""Finds what a lesson's checks leave for each other: files in the lesson, and an order that they need."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from wasmlab.checks.verdicts import Verdict
from wasmlab.dev.cases import Outcome
from wasmlab.dev.finding import Finding
from wasmlab.dev.outcomes import failures, short
from wasmlab.lesson import Lesson

_MADE = {"dist", "__pycache__", "test-results", ".pytest_cache"}
_State = dict[str, tuple[int, int]]


class Leaving:
    """Looks after each check of the lesson `work` at what it has written, changed or removed there."""

    def __init__(self, work: Lesson) -> None:
        self._root = work.root
        self._known = _state(work.root)
        self._left: dict[str, str] = {}

    def hear(self, verdict: Verdict) -> None:
        """Note what has come of the check that has ended."""
        now = _state(self._root)
        for path, _seen in now.items() ^ self._known.items():
            self._left.setdefault(path, verdict.check.removeprefix("test_"))
        self._known = now

    def findings(self, places: dict[str, str]) -> Iterator[Finding]:
        """Yield each file once, at the place of the check that was the first to touch it."""
        for path, check in sorted(self._left.items()):
            what = f"{check} writes into the lesson: {path}"
            yield Finding(places.get(check, check), what, "write below pytest's tmp_path")


def _state(root: Path) -> _State:
    found = ((path.relative_to(root), path) for path in root.rglob("*"))
    files = ((name, path) for name, path in found if not _MADE & set(name.parts) and path.is_file())
    return {name.as_posix(): (path.stat().st_mtime_ns, path.stat().st_size) for name, path in files}


def needing_an_order(backwards: Outcome, places: dict[str, str]) -> Iterator[Finding]:
    """Yield the checks that do not pass where they are run `backwards`, and pass in their own order."""
    for name, told in failures(backwards):
        what = f"{name} needs another check before it: from the last to the first it gives {short(told)}"
        hint = f"make what it needs in a fixture, or mark it after('...') of the check before {name}"
        yield Finding(places.get(name, name), what, hint)
