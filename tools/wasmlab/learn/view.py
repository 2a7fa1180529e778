"""What `wasmlab learn` shows, as lines: the lesson, its checks, the first failure explained, hints."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from wasmlab.checks.verdicts import Verdict, lines_of
from wasmlab.learn.checking import Outcome
from wasmlab.learn.fitting import Section, columned, cut, fitted, joined, packed, shortened, wrapped
from wasmlab.lesson import Lesson
from wasmlab.serve.terminal import harmless

KEYS = "h hint   n next   l list   c check all   x reset   q quit"
_WORST = ("passed", "skipped", "failed", "error")
_EXPLAINED = 15  # lines
_NARROW = 20
_ROW = 11  # where the words of a check begin
_FAILURE_FIRST = ("note", "failure", "hint", "list")
_HINT_FIRST = ("hint", "note", "failure", "list")
_LIST_FIRST = ("list", "note", "failure", "hint")


@dataclass
class View:
    """What is to be seen at the moment.

    `now` is empty while nothing is being checked; `news`, what a key has done, stays until the next one;
    `asked` says what the last key wants to see, "hint" or "list", until the next check begins.
    """

    lesson: Lesson
    place: tuple[int, int]
    now: str = ""
    turning: list[Verdict] = field(default_factory=list)
    outcome: Outcome | None = None
    hints: list[str] = field(default_factory=list)
    listing: list[str] = field(default_factory=list)
    note: str = ""
    news: str = ""
    asked: str = ""

    def lines(self, width: int, height: int) -> list[str]:
        """Return what fits a terminal of this size: the checks give way first, news and keys never."""
        width = max(width, _NARROW)
        end = ["", *wrapped(self.news.splitlines(), width), *([""] if self.news else [])]
        end += packed(KEYS.split("   "), "   ", width)
        room = max(height - len(end), 0)
        head, below = wrapped(self._head(), width), self._below(width)
        left = room - len(head)
        checks = self._checks(max(left - len(joined(below)), min(2, left // 4)), width)
        shown = shortened(
            [*(head if checks else head[:-1]), *checks, *fitted(below, left - len(checks))], room
        )
        return [cut(harmless(line), width) for line in (*shown, *end)][-height:]

    def _below(self, width: int) -> list[Section]:
        """Return what stands below the checks: what the last key has asked for is the last to be left out."""
        ranks = {"hint": _HINT_FIRST, "list": _LIST_FIRST}.get(self.asked, _FAILURE_FIRST)
        blocks = [("failure", _bounded(self._explained())), *(("hint", [hint]) for hint in self._hints())]
        blocks += [("list", self.listing), ("note", self.note.splitlines())]
        # Of several hints the newest one comes first.
        return [
            Section(at, block, ranks.index(block) * len(blocks) - at, wrapped(lines, width))
            for at, (block, lines) in enumerate(blocks)
            if lines
        ]

    def plain(self) -> list[str]:
        """Return the same for a stream that is no terminal: what has come of it, once."""
        return [
            harmless(line)
            for line in (
                *self._head()[:1],
                *self._checks(10_000),
                *([""] if self._explained() else []),
                *_bounded(self._explained()),
                *(["", *self._hints()] if self.asked == "hint" else []),
                *(["", *self.listing] if self.listing else []),
                *(["", *self.note.splitlines()] if self.note else []),
                *(["", *self.news.splitlines()] if self.news else []),
            )
        ]

    def _head(self) -> list[str]:
        number, count = self.place
        files = ", ".join(f"{self.lesson.name}/{name}" for name in self.lesson.submit)
        return [f"{self.lesson.title}   (lesson {number} of {count})", f"yours to edit: {files}", ""]

    def _checks(self, room: int, width: int = 10_000) -> list[str]:
        verdicts = self.outcome.verdicts if self.outcome and not self.now else self.turning
        merged = merge(verdicts)
        now = [f"  {self.now}"] if self.now else []
        room -= len(now)
        rows = [part for verdict in merged for part in columned(_row(verdict), _ROW, width)]
        if len(rows) > room:
            passed = sum(verdict.verdict == "passed" for verdict in merged)
            rows = [_row(verdict) for verdict in merged if verdict.verdict != "passed"]
            rows.insert(0, f"  passed   {passed} check{'s' if passed != 1 else ''}")
        if len(rows) > room:
            rows = [*rows[: room - 1], f"  ... and {len(rows) - room + 1} more"] if room > 0 else []
        return [*rows, *now]

    def _explained(self) -> list[str]:
        if self.outcome is None or self.now:
            return []
        if self.outcome.problems:
            return list(self.outcome.problems)
        first = next((v for v in self.outcome.verdicts if v.verdict in ("failed", "error")), None)
        if first is None:
            return []
        return [first.line, *(line[15:] for line in lines_of(first)[1:])]

    def _hints(self) -> list[str]:
        if not self.hints or (self.outcome is not None and self.outcome.passed):
            return []
        count = len(self.lesson.hints)
        return [f"hint {n} of {count}: {text}" for n, text in enumerate(self.hints, 1)]


def merge(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Return one verdict a check: the first of the worst."""
    worst: dict[str, Verdict] = {}
    for verdict in verdicts:
        known = worst.get(verdict.check)
        if known is None or _WORST.index(verdict.verdict) > _WORST.index(known.verdict):
            worst[verdict.check] = verdict
    return list(worst.values())


def _row(verdict: Verdict) -> str:
    """Return a check's line; where all its sets of parameters passed, none of them is named."""
    word = "waits" if verdict.waits_for else verdict.verdict
    line = re.sub(r" \(\w+=.*\)$", "", verdict.line) if verdict.verdict == "passed" else verdict.line
    return f"  {word:<8} {line}"


def _bounded(lines: list[str]) -> list[str]:
    if len(lines) <= _EXPLAINED:
        return lines
    return [*lines[:_EXPLAINED], f"... and {len(lines) - _EXPLAINED} more lines"]
