"""The reasons why a change that survives shows no weak check: `cases/survivors.json`, one entry a change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from wasmlab.dev.cases import FOLDER
from wasmlab.dev.finding import Finding
from wasmlab.dev.mutants.mutated import Survivor
from wasmlab.lesson import Lesson
from wasmlab.textlines import lines_of

NAME = "survivors.json"
_KEYS = {"file", "line", "change", "why"}


@dataclass(frozen=True)
class Reason:
    """`line` is the text of the line, which stays when lines come before it; `change` is as it is told."""

    file: str
    line: str
    change: str
    why: str

    def is_for(self, survivor: Survivor) -> bool:
        """Return whether this is why `survivor` lives."""
        file = survivor.place.rpartition(":")[0]
        return (self.file, self.line, self.change) == (file, survivor.code, survivor.text)


def reasons_of(lesson: Lesson) -> tuple[list[Reason], list[Finding]]:
    """Return the reasons that a lesson gives, and what is wrong with them."""
    path, shown = lesson.root / FOLDER / NAME, f"{lesson.name}/{FOLDER}/{NAME}"
    if not path.is_file():
        return [], []
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return [], [Finding(shown, f"it cannot be read: {error}", "mend it")]
    good = [each for each in raw if _is_reason(each)] if isinstance(raw, list) else []
    if not isinstance(raw, list) or len(good) != len(raw):
        what = "it is a list, and each entry has file, line, change and why, all of them texts"
        return [], [Finding(shown, what, "mend it")]
    reasons = [Reason(**each) for each in good]
    gone = [reason for reason in reasons if not _has_line(lesson, reason)]
    lost = [Finding(shown, f"{each.file} has no line {each.line!r}", "mend the entry") for each in gone]
    return [reason for reason in reasons if reason not in gone], lost


def _has_line(lesson: Lesson, reason: Reason) -> bool:
    path = lesson.root / reason.file
    if not path.is_file():
        return False
    return reason.line in map(str.strip, lines_of(path.read_text(encoding="utf-8", errors="replace")))


def _is_reason(raw: object) -> bool:
    return (
        isinstance(raw, dict)
        and set(raw) == _KEYS
        and all(isinstance(text, str) and text.strip() for text in raw.values())
    )


def weighed(
    lesson: Lesson, reasons: Sequence[Reason], survivors: Sequence[Survivor], changed: Sequence[str]
) -> tuple[list[Survivor], list[Finding]]:
    """Return the survivors without a reason, and the reasons without a survivor in the files `changed`."""
    left = [each for each in survivors if not any(reason.is_for(each) for reason in reasons)]
    idle = [
        Finding(
            f"{lesson.name}/{FOLDER}/{NAME}",
            f"{reason.file}: {reason.change} survives no longer in the line {reason.line!r}",
            "delete the entry",
        )
        for reason in reasons
        if reason.file in changed and not any(reason.is_for(each) for each in survivors)
    ]
    return left, idle
