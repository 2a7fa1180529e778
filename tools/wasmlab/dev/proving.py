"""`wasmlab dev check`: proves that a lesson teaches what it says."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wasmlab.checks.verdicts import Verdict
from wasmlab.dev.auditing import Checks
from wasmlab.dev.cases import (
    STARTER,
    Case,
    Outcome,
    accept,
    cases_of,
    starter_of,
    try_case,
    try_lesson,
    workspace,
)
from wasmlab.dev.collecting import Collected, collected
from wasmlab.dev.finding import Finding
from wasmlab.dev.leaving import Leaving, needing_an_order
from wasmlab.dev.outcomes import differences, failures, points_of, short, where
from wasmlab.dev.release.releasing import leaks_of
from wasmlab.dev.stray import stray_files
from wasmlab.engines import ENGINES
from wasmlab.errors import CaseBroken
from wasmlab.lesson import Lesson
from wasmlab.names import did_you_mean
from wasmlab.process import quoted

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages
    from wasmlab.dev.mutants.mutated import Survey


@dataclass(frozen=True)
class Options:
    """What to try: `engines` for the solution (all without one), new cases to `accept`.

    So many `mutants` are made of each file that students hand in, and of the files to `change` besides.
    """

    engines: tuple[str, ...] = ()
    mutants: int = 0
    change: tuple[str, ...] = ()
    accept: bool = False
    say: Callable[[str], None] = lambda _line: None

    @property
    def wanted(self) -> tuple[str, ...]:
        """The engines by name."""
        return self.engines or tuple(ENGINES)

    @property
    def one(self) -> tuple[str, ...]:
        """One of them, in which the most checks can run: one that has pages."""
        return (next((name for name in self.wanted if name != "wasmtime"), self.wanted[0]),)


@dataclass
class Proof:
    """What was found out about one lesson; `counts` is for machines, the lines for a person."""

    lesson: str
    lines: list[tuple[str, str]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    mutants: Survey | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        survivors = [each.to_json() for each in self.mutants.survivors] if self.mutants else []
        findings = [each.to_json() for each in self.findings]
        return {"lesson": self.lesson, **self.counts, "survivors": survivors, "findings": findings}


def prove(lesson: Lesson, options: Options, pages: LessonPages | None = None) -> Proof:
    """Try the solution, the starter, every case and every mutant of `lesson`.

    Raises:
        ToolMissing: the lesson cannot be built here, or an engine is missing.
        UsageError: it has no checks, or a file to change is none.
    """
    with tempfile.TemporaryDirectory(prefix="wasmlab-") as folder:
        return _Prover(lesson, workspace(lesson, Path(folder)), options, pages).prove()


class _Prover:
    """One lesson, its copy, and what is told on the way."""

    def __init__(self, lesson: Lesson, work: Lesson, options: Options, pages: LessonPages | None) -> None:
        self.lesson = lesson
        self.work = work
        self.options = options
        self.pages = pages
        self.proof = Proof(lesson.name)
        self.told: list[str] = []
        self.found = Collected()

    def prove(self) -> Proof:
        self._refuse_change()
        cases, broken = cases_of(self.lesson, new=self.options.accept)
        self.proof.findings += [Finding(self.lesson.name, error.what, error.hint) for error in broken]
        self.proof.findings += stray_files(self.lesson, cases)
        if not self._can_be_read():
            return self.proof
        self.proof.findings += Checks(self.lesson).findings()
        solution = self._solution()
        if any(verdict.verdict == "error" and not verdict.tool_missing for verdict in solution.verdicts):
            self._line("cases", "not tried: a check is broken, and would be in each of them")
            return self.proof
        self._cases(cases)
        self._helps()
        self.proof.findings += leaks_of(self.lesson, self.found)
        if self.options.mutants:
            self._mutants(solution)
        return self.proof

    def _refuse_change(self) -> None:
        """Refuse files that cannot be changed at once, and not when all else has been tried."""
        if self.options.mutants and self.options.change:
            from wasmlab.dev.mutants.surveying import refuse_unchangeable

            refuse_unchangeable(self.lesson, self.options.change, self._mutating_pages)

    @property
    def _mutating_pages(self) -> LessonPages | None:
        return self.pages if "chromium" in self.options.wanted else None

    def _can_be_read(self) -> bool:
        """Ask pytest for the checks; one mistake in them would come back from every case and mutant."""
        self.found = found = collected(self.lesson)
        self.proof.findings += found.problems
        if found.problems:
            self._line("checks", "they cannot be read as they stand: nothing was tried")
        return not found.problems

    def _line(self, what: str, text: str) -> None:
        self.proof.lines.append((what, text))
        self.options.say(f"  {what:<10} {text}")

    def _find(self, where: str, what: str, hint: str = "") -> None:
        self.proof.findings.append(Finding(where, what, hint))

    def _solution(self) -> Outcome:
        leaving = Leaving(self.work)
        outcome = try_lesson(self.work, self.options.wanted, self.pages, tell=leaving.hear)
        self._remember(outcome)
        places = {each.name: f"{self.lesson.name}/{each.file}:{each.line}" for each in self.found.checks}
        self.proof.findings += leaving.findings(places)
        if not any(failures(outcome)):
            backwards = try_lesson(self.work, self.options.one, self.pages, backwards=True)
            self.proof.findings += needing_an_order(backwards, places)
        for name, told in failures(outcome):
            is_broken = told.get("verdict") == "error"
            self._find(
                places.get(name, f"{self.lesson.name}, the solution"),
                f"{name} {'is broken' if is_broken else 'does not pass with the solution'}"
                f"{where(outcome, name)}: {short(told)}",
                (is_broken and told.get("help")) or f"wasmlab check {quoted(self.lesson.name)}",
            )
        passed = sum(verdict.verdict == "passed" for verdict in outcome.verdicts)
        points = points_of(outcome.verdicts)
        if self.lesson.points is not None and points != self.lesson.points:
            what = f"points = {self.lesson.points}, and its checks are worth {points:g} together"
            self._find(f"{self.lesson.name}/lesson.toml", what, "mend points, or the marks of the checks")
        self.proof.counts |= {"checks": len(outcome.verdicts), "passed": passed}
        missing = self._not_run(outcome.verdicts)
        self._line(
            "solution", f"{passed} of {len(outcome.verdicts)} checks passed, {points:g} points{missing}"
        )
        return outcome

    def _not_run(self, verdicts: Sequence[Verdict]) -> str:
        """Return what was skipped and why: an engine that was not asked proves nothing."""
        skipped = [verdict.message for verdict in verdicts if verdict.verdict == "skipped"]
        reasons = "; ".join(sorted(set(skipped)))
        return f", {len(skipped)} skipped ({reasons})" if skipped else ""

    def _cases(self, cases: list[Case]) -> None:
        if self.lesson.submit and not starter_of(self.lesson).is_dir():
            hint = f"put what students begin with into {self.lesson.name}/cases/{STARTER}"
            self._find(self.lesson.name, "it has no starter", hint)
        if self.lesson.submit and not self.lesson.hints:
            self._find(f"{self.lesson.name}/lesson.toml", "it has no hints", "add hints = ['...', '...']")
        right, left = 0, []
        for case in cases:
            if not set(case.engines) <= set(self.options.wanted):
                left.append(case.name)
            elif self._case(case):
                right += 1
        tried = len(cases) - len(left)
        self.proof.counts |= {"cases": tried, "right": right, "cases_not_tried": len(left)}
        more = f"; not tried in these engines: {', '.join(left)}" if left else ""
        if cases:
            self._line("cases", f"{right} of {tried} got their verdicts{more}")

    def _case(self, case: Case) -> bool:
        try:
            outcome = try_case(case, self.work, case.engines, self.pages)
        except CaseBroken as error:
            self._find(self.lesson.name, error.what, error.hint)
            return False
        self._remember(outcome)
        if case.name == STARTER:
            self._starter(case, outcome)
        if dict(outcome.told) == dict(case.expected):
            return True
        if self.options.accept and accept(case, outcome):
            return True
        for name, line in differences(case.expected, outcome.told):
            self._differs(case, name, line, outcome)
        return False

    def _differs(self, case: Case, name: str, line: str, outcome: Outcome) -> None:
        """Tell of a check that a case expects otherwise; an error is never a thing to accept."""
        hint = f"wasmlab dev check {quoted(self.lesson.name)} --accept, if that is right now"
        if name and name not in self.found.names | set(outcome.told.get("verdicts", {})):
            line = f"expect.json tells of {name}, and there is no such check"
            near = did_you_mean(name, self.found.names)
            hint = near if near.startswith("did") else hint
        elif outcome.told.get("verdicts", {}).get(name, {}).get("verdict") == "error":
            hint = "mend that first: --accept writes down no error"
        self._find(case.shown, line, hint)

    def _starter(self, case: Case, outcome: Outcome) -> None:
        if outcome.told.get("build"):
            self._find(
                case.shown, "it does not build: nobody begins with that", "give it a body that returns 0"
            )
        elif not outcome.told.get("verdicts"):
            self._find(case.shown, "it passes already: nothing is left to do", "take the solution out of it")
        failing = len(outcome.told.get("verdicts", {}))
        self._line("starter", f"{failing} checks do not pass")

    def _remember(self, outcome: Outcome) -> None:
        self.told += [f"{verdict.try_this}\n{verdict.message}" for verdict in outcome.verdicts]

    def _helps(self) -> None:
        """Find help that no case brings about; where a case was not tried, nobody can know."""
        told = "\n".join(self.told)
        helps = Checks(self.lesson).helps()
        missing = [each for each in helps if not each.is_in(told)]
        self.proof.counts |= {"helps": len(helps), "helps_reached": len(helps) - len(missing)}
        if not helps:
            return
        self._line("help", f"{len(helps) - len(missing)} of {len(helps)} texts are reached")
        if not self.proof.counts["cases_not_tried"]:
            for each in missing:
                self._find(
                    each.where, f"no case brings about the help {each.text!r}", "add a case, or delete it"
                )

    def _mutants(self, solution: Outcome) -> None:
        from wasmlab.dev.mutants.reasons import reasons_of, weighed
        from wasmlab.dev.mutants.surveying import survey

        if any(failures(solution)):
            # A check that fails anyway would "catch" each of them.
            self._line("mutants", "not tried: the solution itself does not pass")
            return
        found = self.proof.mutants = survey(
            self.lesson, self.work, self._mutating_pages, self.options.mutants, self.options.change
        )
        reasons, broken = reasons_of(self.lesson)
        whole = found.files if not found.left else ()
        survivors, idle = weighed(self.lesson, reasons, found.survivors, whole)
        self.proof.findings += [*broken, *idle]
        if not found.made:
            return
        self._tell_mutants(found, len(found.survivors) - len(survivors))
        for each in survivors:
            self._find(
                f"{self.lesson.name}/{each.place}", f"no check sees {each.text}", "add a check that does"
            )

    def _tell_mutants(self, found: Survey, excused: int) -> None:
        caught = found.made - len(found.survivors)
        self.proof.counts |= {
            "mutants": found.made,
            "mutants_caught": caught,
            "mutants_same": found.same,
            "mutants_excused": excused,
            "mutants_left": found.left,
        }
        more = [
            f"; {found.same} more are the same program" if found.same else "",
            f"; {excused} live for a reason that is written down" if excused else "",
            f"; {found.left} more were not tried (--at-most)" if found.left else "",
        ]
        self._line("mutants", f"{caught} of {found.made} are caught{''.join(more)}")
