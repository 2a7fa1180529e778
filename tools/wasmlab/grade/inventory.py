"""What a lesson checks, known before anything is graded: so that what never came to run has its points too.

`python -m wasmlab.grade.inventory LESSON CHECKS ENGINE...` lists it, and imports the checks for that.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from wasmlab.checks.verdicts import Verdict
from wasmlab.errors import NotGradable, UsageError
from wasmlab.grade.outcome import Graded, bare_name
from wasmlab.grade.template import Template
from wasmlab.process import Command, run

BUILDING = "building"
"""What checks wait for that never came to run because the submission did not build, or was refused."""
_CHECKING = "the checks before it"


@dataclass(frozen=True)
class Inventory:
    """Each check in each engine; `lacking` are others, that need a browser where none was asked for."""

    checks: tuple[Verdict, ...]
    lacking: tuple[Verdict, ...]

    @property
    def left_out(self) -> tuple[str, ...]:
        """The names of what counts for nothing."""
        return tuple(dict.fromkeys(check.check for check in self.lacking))

    @property
    def secret(self) -> frozenset[str]:
        """Those of `left_out` that no student may read: a name that an open check has too is none."""
        known = {check.check for check in (*self.checks, *self.lacking) if not check.hidden}
        return frozenset(self.left_out) - known

    def filled(self, graded: Sequence[Graded]) -> tuple[Graded, ...]:
        """Return them with a verdict for each check that counts, also for those that never came to run."""
        left = self._left_to_all(graded)
        return tuple(self._filled(one, left) for one in graded)

    def _left_to_all(self, graded: Sequence[Graded]) -> dict[tuple[str, str], str]:
        """Return the checks that nobody could be given, and why.

        Who did not build has lost nothing by them, nor has one who never came so far.
        """
        scores = [score for one in graded for score in one.scores]
        left = {(check.check, check.line): check.message for check in self.checks if check.message}
        left |= {(score.check, score.line): score.told.message for score in scores if score.is_left_out}
        ran = {(s.check, s.line) for s in scores if any(v.verdict != "skipped" for v in s.verdicts)}
        return {key: why for key, why in left.items() if key not in ran}

    def _filled(self, graded: Graded, left: Mapping[tuple[str, str], str]) -> Graded:
        lacking = {_key(check) for check in self.lacking}  # one may say that it waits for another one
        counted = _without_waiting([v for v in graded.verdicts if _key(v) not in lacking], left)
        if any(v.verdict == "error" for v in counted):
            return replace(graded, verdicts=counted)
        why = _CHECKING if graded.verdicts else BUILDING
        missing = tuple(
            check
            if (check.check, check.line) in left
            else replace(check, message=graded.why or "it was not run", waits_for=why)
            for check in self._missing(graded)
        )
        return replace(graded, verdicts=counted + missing)

    def _missing(self, graded: Graded) -> Iterator[Verdict]:
        """Yield the checks that did not run: as many of a name as there are fewer than there must be.

        A line may differ from process to process: its parameter is what the clock says.
        """
        ran = {_key(verdict) for verdict in graded.verdicts}
        short = Counter(key[:2] for key in map(_key, self.checks))
        short.subtract(key[:2] for key in ran)
        for check in self.checks:
            key = _key(check)
            if key not in ran and short[key[:2]] > 0:
                short[key[:2]] -= 1
                yield check


def _without_waiting(verdicts: Sequence[Verdict], left: Mapping[tuple[str, str], str]) -> tuple[Verdict, ...]:
    """Let what nobody could be given wait for nothing, and who waits for it for what it has waited for."""
    instead = {bare_name(v.check): v.waits_for for v in verdicts if (v.check, v.line) in left}

    def freed(verdict: Verdict) -> Verdict:
        why = left.get((verdict.check, verdict.line))
        if why is not None:
            return replace(verdict, message=why, waits_for="")
        waits_for = verdict.waits_for
        for _ in instead:  # as often at most: one may have waited for another one that nobody could be given
            waits_for = instead.get(waits_for) or waits_for
        return replace(verdict, waits_for=waits_for)

    return tuple(freed(verdict) if verdict.waits_for else verdict for verdict in verdicts)


def _key(verdict: Verdict) -> tuple[str, str, str]:
    return verdict.check, verdict.engine, verdict.line


def take_inventory(template: Template, engines: Sequence[str]) -> Inventory:
    """List the checks, in a process of their own.

    Raises:
        NotGradable: they cannot be read.
    """
    words = (str(template.lesson), str(template.checks), *engines)
    done = run(Command((sys.executable, "-P", "-m", "wasmlab.grade.inventory", *words), template.root))
    try:
        checks = tuple(Verdict(**raw) for raw in json.loads(done.stdout))
    except (ValueError, TypeError):
        said = done.stderr.strip().splitlines()[-1:] or ["no word why"]
        raise NotGradable(
            f"the checks of {template.name} cannot be read: {said[0]}", "wasmlab check"
        ) from None
    if broken := next((check for check in checks if check.verdict == "error"), None):
        raise NotGradable(
            f"{template.name}/{broken.check}: {broken.message}", f"wasmlab check {template.name}"
        )
    if not checks:
        raise NotGradable(f"{template.name}/checks holds no check", "name a function test_...")
    lacking = tuple(check for check in checks if check.lacks_browser)
    return Inventory(tuple(check for check in checks if not check.lacks_browser), lacking)


def take_runnable(template: Template, engines: Sequence[str]) -> Inventory:
    """List the checks, of which at least one must run.

    Raises:
        NotGradable: they cannot be read.
        UsageError: each of them needs a browser, and none was asked for.
    """
    found = take_inventory(template, engines)
    if not found.checks:  # else each submission would fail for what is not the student's
        raise UsageError(f"no check of {template.name} runs in {', '.join(engines)}", "--engine chromium")
    return found


def main(lesson: str, checks: str, *engines: str) -> None:
    """Print the checks as JSON."""
    from wasmlab.checks.runs.running import list_checks
    from wasmlab.lesson import load_lesson

    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    found = list_checks(load_lesson(Path(lesson)), Path(checks), engines)
    json.dump([verdict.to_json() for verdict in found], out)
    out.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
