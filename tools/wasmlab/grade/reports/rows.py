"""A submission's checks as rows, as a teacher sees them or as a student may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wasmlab.grade.inventory import BUILDING
from wasmlab.grade.outcome import Graded, Score
from wasmlab.grade.students import shown

State = Literal["passed", "failed", "waits", "left-out"]


@dataclass(frozen=True)
class Row:
    """One check: `number` counts from 1; `waits_for` names what had to pass first and did not."""

    number: int
    check: str
    line: str
    state: State
    earned: float
    possible: float
    message: str
    expected: str
    came: str
    help: str
    waits_for: str
    hidden: bool
    seconds: float

    @property
    def told(self) -> str:
        """Why it did not pass, in a few lines; empty where it did."""
        parts = (
            ("", self.message),
            ("expected: ", self.expected),
            ("came: ", self.came),
            ("try: ", self.help),
        )
        return "\n".join(label + text for label, text in parts if text) if self.state != "passed" else ""


def rows(graded: Graded) -> list[Row]:
    """Return every check as a teacher sees it."""
    return [_row(number, score) for number, score in enumerate(graded.scores, 1)]


def public_rows(graded: Graded) -> list[Row]:
    """Return the checks as a student may see them."""
    return rows(shown(graded))


def _row(number: int, score: Score) -> Row:
    told = score.told
    state: State = "passed" if score.passed else "failed"
    if score.is_left_out:
        state = "left-out"
    elif told.verdict == "skipped":
        state = "waits"
    engines = {verdict.engine for verdict in score.verdicts}
    where = f"in {told.engine}: " if len(engines) > 1 and told.verdict == "failed" and told.message else ""
    return Row(
        number,
        score.check.removeprefix("test_"),
        score.line,
        state,
        score.earned,
        score.possible,
        where + told.message,
        told.expected,
        told.came,
        told.try_this,
        told.waits_for,
        score.hidden,
        score.seconds,
    )


def never_ran(graded: Graded) -> bool:
    """Whether no check came to run: it was refused, or did not build."""
    return all(verdict.waits_for == BUILDING for verdict in graded.verdicts)


def said(graded: Graded) -> str:
    """Return what stopped a submission, and the compiler's words, where they do not say it already."""
    if graded.why and graded.why in graded.log:
        return graded.log
    return "\n".join(text for text in (graded.why, graded.hint and f"try: {graded.hint}", graded.log) if text)


def cut(text: str, most: int) -> str:
    """Return `text`, and where it is too long a note of what is missing."""
    if len(text) <= most:
        return text
    note = f"\n... {len(text) - most} characters cut"
    return text[: most - len(note)] + note
