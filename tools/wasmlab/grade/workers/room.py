"""One submission at a time: a fresh copy of the lesson, a confined build, and then the checks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from wasmlab.build import Options, Result, build_modules, build_target
from wasmlab.build.report import problem_lines
from wasmlab.checks.verdicts import Verdict
from wasmlab.engines.browser.places import VARIABLES
from wasmlab.errors import BuildError, CompilerLimit, TimeLimit, WasmlabError
from wasmlab.grade.disk import NO_ROOM, is_full
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.outcome import Graded, Word, scores
from wasmlab.grade.scrubbing import Scrubber
from wasmlab.grade.template import Template, readable_for
from wasmlab.grade.workers.checker import Checker, Stopped
from wasmlab.grade.workers.ending import ended
from wasmlab.grade.workers.laying import Layout, remove
from wasmlab.lesson import Lesson, load_lesson
from wasmlab.process import Group

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages
    from wasmlab.grade.workers.standby import Standby

_LOG = 8 << 10


@dataclass(frozen=True)
class Room:
    """Where a worker grades: `place` is emptied for each submission; compilers run in `group`.

    The checks run in the process of the `checker`, or where there is none, in this one, on `standby`.
    """

    place: Path
    template: Template
    group: Group
    tool: Path | None
    engines: tuple[str, ...]
    limits: GradeLimits
    confinement: str
    pages: LessonPages | None = None
    checker: Checker | None = None
    standby: Standby | None = None

    def grade(
        self, name: str, files: Mapping[str, bytes], tell: Callable[[str, Verdict | None], None]
    ) -> Graded:
        """Grade the `files` of one submission.

        `tell` hears of each phase as it begins, `building` or `checking`, and of each verdict as it falls.
        """
        start = time.perf_counter()
        tell("building", None)
        lesson = self._lay_out(files)
        graded = self._built(name, lesson)
        if graded is None:
            if self.checker is not None:
                self.checker.wait()
            graded = self._checked(name, lesson, tell)
            if graded.outcome == "failed" and self.pages is not None and self.pages.has_lost:
                # It may have done that itself, or a system short of memory: only a second time counts.
                self.pages.end_submission()
                graded = self._checked(name, lesson, tell)
        if self.pages is not None:
            self.pages.end_submission()
        return replace(graded, seconds=time.perf_counter() - start, confinement=self.confinement)

    def _lay_out(self, files: Mapping[str, bytes]) -> Lesson:
        tmp = self.place / "tmp"
        if tmp.is_symlink() or not tmp.is_dir() or any(tmp.iterdir()):
            remove(tmp)
            tmp.mkdir(parents=True)
        self._layout.restore(files)
        return self._lesson

    @cached_property
    def _layout(self) -> Layout:
        return Layout(self.template.lesson, self.place / self.template.name)

    @cached_property
    def _lesson(self) -> Lesson:
        return load_lesson(self._layout.root)

    @cached_property
    def _of_compilers(self) -> Scrubber:
        return Scrubber(self.place, readable_for(self._lesson))

    def _built(self, name: str, lesson: Lesson) -> Graded | None:
        """Build, and return what stopped that; None where all is built."""
        has_page = self.pages is not None
        options = Options(
            group=self.group, tool_path=self.tool, has_page=has_page, has_parts=False, has_record=False
        )
        results = _build(lesson, options)
        broken = next((result for result in results if result.error is not None), None)
        if broken is not None:
            assert broken.error is not None
            if is_full(self.place):
                return Graded(name, "error", "the disk is full, and nothing can be built", NO_ROOM)
            scrub = self._of_compilers
            log = scrub.text("\n".join(line for r in results if r.error for line in problem_lines(r)), _LOG)
            what, hint = scrub.text(broken.error.what), scrub.text(broken.error.hint)
            return Graded(name, _outcome(broken), what, hint, log)
        return self._too_big(name, lesson)

    def _too_big(self, name: str, lesson: Lesson) -> Graded | None:
        for target in lesson.targets:
            path = lesson.root / target.output
            size = path.stat().st_size if path.is_file() else 0  # a target may wait for a part
            if size > self.limits.module:
                what = f"{target.output} has {size} bytes, and {self.limits.module} are the most"
                return Graded(name, "over-limit", what, "look for an array that is initialised")
        return None

    def _checked(self, name: str, lesson: Lesson, tell: Callable[[str, Verdict | None], None]) -> Graded:
        scrub = Scrubber(self.place)
        found: list[Verdict] = []

        def hear(verdict: Verdict) -> None:
            shown = _blamed(scrub.verdict(verdict), lesson)
            found.append(shown)
            if self.checker is None:  # else nobody asks for them before all are there
                tell("verdict", shown)

        tell("checking", None)
        try:
            self._run_checks(lesson, hear)
        except Stopped as stopped:
            return ended(name, "checking", self.limits, tuple(found), hung=stopped.hung)
        return _judgement(name, tuple(found))

    def _run_checks(self, lesson: Lesson, hear: Callable[[Verdict], None]) -> None:
        if self.checker is not None:
            self.checker.check(lesson, hear)
            return
        if self.pages is not None:
            self.pages.is_wary = hands_in_pages(lesson)
            if not self.pages.is_wary:
                self.pages.share(lesson, self.template.lesson)
        assert self.standby is not None
        self.standby.check(lesson, hear)


def _build(lesson: Lesson, options: Options) -> list[Result]:
    """Build in this thread what is one module: nobody else is in the room, and no Ctrl-C comes here."""
    if len(lesson.targets) == 1 and not lesson.assets:
        return [build_target(lesson, lesson.targets[0], options)]
    return build_modules(lesson, options)


_PAGE_FILES = (".html", ".css", ".js", ".mjs")
_OF_A_PAGE = ("TimeoutError: ", "TargetClosedError: ", "Error: ")
_MAKES_WASM_ALONE = ("clang", "wasi")


def hands_in_pages(lesson: Lesson) -> bool:
    """Return whether a page runs anything that is handed in, or made of it, beside Wasm."""
    sources = {source for target in lesson.targets for source in target.sources}
    makers = {target.toolchain for target in lesson.targets if set(target.sources) & set(lesson.submit)}
    return not (set(lesson.submit) <= sources and makers <= set(_MAKES_WASM_ALONE))


def _blamed(verdict: Verdict, lesson: Lesson) -> Verdict:
    """A page that does not open is the student's where it runs what was handed in, and nobody else's."""
    if verdict.verdict not in ("failed", "error") or verdict.engine not in VARIABLES:
        return verdict
    from wasmlab.checks.pages import NOT_OPEN

    has_files = any(path.endswith(_PAGE_FILES) for path in lesson.submit)
    has_modules = any(set(target.sources) & set(lesson.submit) for target in lesson.targets)
    if verdict.message == NOT_OPEN:
        return replace(verdict, verdict="failed" if has_files or has_modules else "error")
    breaks = verdict.verdict == "error" and verdict.message.startswith(_OF_A_PAGE) and has_files
    return replace(verdict, verdict="failed", message=NOT_OPEN) if breaks else verdict


def _judgement(name: str, verdicts: tuple[Verdict, ...]) -> Graded:
    """Say also why there is none, where nothing could be checked."""
    word = judged(verdicts)
    if word != "error" or any(verdict.verdict == "error" for verdict in verdicts):
        return Graded(name, word, verdicts=verdicts)
    skipped = next((verdict.message for verdict in verdicts if verdict.message), "no check ran")
    return Graded(name, word, f"nothing could be checked: {skipped}", verdicts=verdicts)


def judged(verdicts: tuple[Verdict, ...]) -> Word:
    """Return the outcome that verdicts amount to.

    Where our own part broke, or nothing at all could be checked, it is no judgement.
    """
    if any(verdict.verdict == "error" for verdict in verdicts):
        return "error"
    counted = [score for score in scores(verdicts) if not score.is_left_out]
    if not counted:
        return "error"
    return "passed" if all(score.passed for score in counted) else "failed"


def _outcome(result: Result) -> Word:
    error: WasmlabError | None = result.error
    if isinstance(error, CompilerLimit | TimeLimit):
        return "over-limit"
    return "not-built" if isinstance(error, BuildError) else "error"
