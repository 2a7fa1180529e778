"""The verdict on one check in one engine, and how verdicts are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from wasmlab.errors import CHECKS_FAILED, GOOD, TOOL_MISSING, USAGE

Word = Literal["passed", "failed", "error", "skipped"]
NO_BROWSER = "a page needs a browser"
"""How the reason begins why a check of a page was skipped."""
WORDS: tuple[Word, ...] = ("passed", "failed", "error", "skipped")


@dataclass(frozen=True)
class Verdict:
    """`line` is the check's docstring; an `error` is never the student's fault.

    `expected`, `came` and `try_this` explain what did not pass; `kept` names the folder with the
    page's trace and picture; `seconds` is the check's own time. `points` is what it is worth when it
    passes: a check with several sets of parameters shares its points among them, and is worth the same
    in every engine. A `hidden` check is not shown to students, and one that was skipped names in
    `waits_for` the check that did not pass before it.
    """

    lesson: str
    check: str
    engine: str
    verdict: Word
    line: str
    seconds: float = 0.0
    message: str = ""
    expected: str = ""
    came: str = ""
    try_this: str = ""
    kept: str = ""
    tool_missing: bool = False
    points: float = 1.0
    hidden: bool = False
    waits_for: str = ""

    @property
    def earned(self) -> float:
        """What the check has brought: its points or nothing."""
        return self.points if self.verdict == "passed" else 0.0

    @property
    def lacks_browser(self) -> bool:
        """Whether it was skipped because it is of a page, and no browser was asked for."""
        return self.verdict == "skipped" and self.message.startswith(NO_BROWSER)

    def to_json(self) -> dict[str, Any]:
        """Return the verdict as plain data."""
        return {**vars(self), "seconds": round(self.seconds, 3)}


def exit_code(verdicts: Sequence[Verdict]) -> int:
    """Return 1 where a check failed, 4 where a tool was missing, 2 where a check is broken, else 0."""
    words = {verdict.verdict for verdict in verdicts}
    if "failed" in words:
        return CHECKS_FAILED
    if any(verdict.tool_missing for verdict in verdicts):
        return TOOL_MISSING
    return USAGE if "error" in words else GOOD


def counts(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Return how many verdicts there are of each word."""
    found = Counter(verdict.verdict for verdict in verdicts)
    return {word: found[word] for word in WORDS}


def lines_of(verdict: Verdict) -> list[str]:
    """Return a verdict as a person reads it: the check's line, and what explains it below."""
    shown = [f"  {verdict.verdict:<8} {verdict.engine:<9} {verdict.line}"]
    rows = [
        ("", verdict.message),
        ("expected: ", verdict.expected),
        ("came:     ", verdict.came),
        ("try:      ", verdict.try_this),
        ("kept:     ", verdict.kept),
    ]
    for label, text in rows:
        for number, line in enumerate(text.splitlines()):
            shown.append(f"{'':<21}{label if number == 0 else ' ' * len(label)}{line}")
    return shown


def summary(verdicts: Sequence[Verdict], seconds: float, left_out: int = 0) -> str:
    """Return the closing line; checks that were `left_out` on demand are no part of the others."""
    numbers = [f"{number} {word}" for word, number in counts(verdicts).items() if number or word != "skipped"]
    if left_out:
        numbers.append(f"{left_out} left out")
    return f"{', '.join(numbers)} in {seconds:.1f} s"
