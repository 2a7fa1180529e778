"""What became of one submission, and of a batch: plain data, from which every report is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Literal

from wasmlab.checks.verdicts import Verdict

Word = Literal["passed", "failed", "not-built", "refused", "over-limit", "error"]
WORDS: tuple[Word, ...] = ("passed", "failed", "not-built", "refused", "over-limit", "error")


@dataclass(frozen=True)
class Graded:
    """One submission's verdicts; `why` and `hint` say what stopped it where it did not come so far.

    `refused` is what was handed in and cannot be taken, `not-built` what does not compile or has the
    wrong imports and exports, `over-limit` what used more time, memory or output than it may, and
    `error` our own failure. `log` is the compiler's words, explained. `same_as` names the submission
    with the same files, whose verdicts these are.
    """

    name: str
    outcome: Word
    why: str = ""
    hint: str = ""
    log: str = ""
    verdicts: tuple[Verdict, ...] = ()
    notes: tuple[str, ...] = ()
    digest: str = ""
    same_as: str = ""
    confinement: str = ""
    seconds: float = 0.0

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """Each check once, whatever engines it ran in."""
        return scores(self.verdicts)

    @property
    def earned(self) -> float:
        """The points it has brought."""
        return _tidy(sum(score.earned for score in self.scores))

    @property
    def is_good(self) -> bool:
        """Whether every check passed."""
        return self.outcome == "passed"

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        raw = {each.name: getattr(self, each.name) for each in fields(self)}
        raw["verdicts"] = [verdict.to_json() for verdict in self.verdicts]
        return {**raw, "notes": list(self.notes), "earned": self.earned, "seconds": round(self.seconds, 3)}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Graded:
        """Read what `to_json` has made."""
        known = {each.name: raw[each.name] for each in fields(cls) if each.name in raw}
        known["verdicts"] = tuple(Verdict(**verdict) for verdict in raw.get("verdicts", ()))
        known["notes"] = tuple(raw.get("notes", ()))
        return cls(**known)

    def under(self, name: str, notes: Sequence[str]) -> Graded:
        """Return the same verdicts for a submission with the same files."""
        return replace(self, name=name, notes=tuple(notes), same_as=self.name, seconds=0.0)


@dataclass(frozen=True)
class Score:
    """One check with its parameters, over all engines: it has passed where each of them says so."""

    check: str
    line: str
    verdicts: tuple[Verdict, ...]
    left_out: frozenset[str] = frozenset()

    @property
    def possible(self) -> float:
        """What it is worth; nothing where it could not be run at all."""
        return 0.0 if self.is_left_out else self.verdicts[0].points

    @property
    def passed(self) -> bool:
        """Whether it passed wherever it ran."""
        words = {verdict.verdict for verdict in self.verdicts if not _is_left_out(verdict, self.left_out)}
        return words == {"passed"}

    @property
    def earned(self) -> float:
        """Its points or nothing."""
        return self.possible if self.passed else 0.0

    @property
    def hidden(self) -> bool:
        """Whether students do not see it."""
        return self.verdicts[0].hidden

    @property
    def is_left_out(self) -> bool:
        """Whether it was skipped everywhere for a reason that is not the student's."""
        return all(_is_left_out(verdict, self.left_out) for verdict in self.verdicts)

    @property
    def told(self) -> Verdict:
        """The verdict that explains it: the first that is not passed."""
        ran = [verdict for verdict in self.verdicts if not _is_left_out(verdict, self.left_out)] or list(
            self.verdicts
        )
        return next((verdict for verdict in ran if verdict.verdict != "passed"), ran[0])

    @property
    def seconds(self) -> float:
        """Its time in all engines."""
        return sum(verdict.seconds for verdict in self.verdicts)


def _is_left_out(verdict: Verdict, left: Collection[str]) -> bool:
    """A check that waits for one that did not pass has not passed; any other skip is about this machine."""
    return verdict.verdict == "skipped" and (not verdict.waits_for or bare_name(verdict.waits_for) in left)


def scores(verdicts: Sequence[Verdict]) -> tuple[Score, ...]:
    """Return the checks in the order in which they first ran."""
    grouped: dict[tuple[str, str], list[Verdict]] = {}
    for verdict in verdicts:
        grouped.setdefault((verdict.check, verdict.line), []).append(verdict)
    left = _left_out_checks(verdicts)
    return tuple(Score(check, line, tuple(found), left) for (check, line), found in grouped.items())


def _left_out_checks(verdicts: Sequence[Verdict]) -> frozenset[str]:
    """Return the checks that could not run here, also those that wait for one that could not."""
    left: set[str] = set()
    while True:
        found = {bare_name(v.check) for v in verdicts if _is_left_out(v, left)}
        found -= {bare_name(v.check) for v in verdicts if not _is_left_out(v, left)}
        if found == left:
            return frozenset(left)
        left = found


def bare_name(check: str) -> str:
    """Return a check's name as `waits_for` has it."""
    return check.removeprefix("test_")


@dataclass(frozen=True)
class Batch:
    """All that was graded, in the order in which it was named; `complete` is False after Ctrl-C.

    `left_out` are the checks that counted for nobody, and `secret` those of them that are hidden.
    """

    lesson: str
    title: str
    course_digest: str
    engines: tuple[str, ...]
    confinement: str
    confined: bool
    graded: tuple[Graded, ...] = ()
    complete: bool = True
    seconds: float = 0.0
    left_out: tuple[str, ...] = field(default=())
    secret: frozenset[str] = frozenset()

    @cached_property
    def possible(self) -> float:
        """What the checks are worth together: those that a submission which was built has run."""
        return _tidy(max((sum(s.possible for s in one.scores) for one in self.graded), default=0.0))

    @property
    def counts(self) -> dict[str, int]:
        """How many submissions there are of each outcome."""
        found = Counter(one.outcome for one in self.graded)
        return {word: found[word] for word in WORDS}

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data; docs/reference/grade-report.schema.json describes it."""
        return {
            "format": 1,
            "lesson": {"name": self.lesson, "title": self.title, "digest": self.course_digest},
            "engines": list(self.engines),
            "confinement": {"name": self.confinement, "confined": self.confined},
            "complete": self.complete,
            "seconds": round(self.seconds, 3),
            "possible": self.possible,
            "counts": self.counts,
            "left_out": list(self.left_out),
            "submissions": [one.to_json() for one in self.graded],
        }


def _tidy(points: float) -> float:
    """Round away what adding thirds leaves."""
    return round(points, 6)


def as_text(points: float, places: int = 6) -> str:
    """Write points as a person does, 99.96 and 1250, and never as 1e+03."""
    whole, _, part = f"{points:.{places}f}".partition(".")
    return f"{whole}.{part}".rstrip("0").rstrip(".")
