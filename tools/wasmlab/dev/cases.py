"""The cases of a lesson: what students really hand in, and the verdicts and the help it must get."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wasmlab.build import build_lesson
from wasmlab.checks.runs.picking import Pick
from wasmlab.checks.verdicts import Verdict
from wasmlab.dev.case_parts import wrong_parts
from wasmlab.engines.contract import Limits
from wasmlab.errors import CaseBroken, ToolMissing, WasmlabError
from wasmlab.lesson import Lesson, load_lesson
from wasmlab.process import quoted

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages

FOLDER = "cases"
EXPECTED = "expect.json"
STARTER = "starter"
"""The case that students begin with."""
CALL_SECONDS = 3.0
"""A call in a case takes microseconds, or never ends; a busy machine may make some of it wait."""

_NOT_COPIED = ("cases", "__pycache__", ".git", "test-results")
_WORST = ("passed", "skipped", "failed", "error")
BROWSERS = ("chromium", "firefox")
Told = dict[str, str]
"""What is told of one check, by `verdict`, `message`, `expected`, `came`, `help` and `waits_for`."""


@dataclass(frozen=True)
class Case:
    """One situation: `files` differ from the lesson's own, which are the solution.

    `engines` is where it is tried; a case about the page needs a browser. `checks` names the files of
    checks that it is for, where that is not all. In a long file an edit says it
    better: what to `find` in the lesson's own `file`, once, and what to `put` there.
    """

    lesson: Lesson
    name: str
    summary: str
    engines: tuple[str, ...]
    expected: Mapping[str, Any]
    edits: tuple[Mapping[str, str], ...] = ()
    checks: tuple[str, ...] = ()

    @property
    def root(self) -> Path:
        """Where its files are."""
        return self.lesson.root / FOLDER / self.name

    @property
    def shown(self) -> str:
        """How a person finds it."""
        return f"{self.lesson.name}/{FOLDER}/{self.name}"

    @property
    def files(self) -> list[str]:
        """The files that differ, by their paths in the lesson."""
        found = (path for path in sorted(self.root.rglob("*")) if path.is_file())
        return [name for path in found if (name := path.relative_to(self.root).as_posix()) != EXPECTED]

    def contents(self) -> dict[str, bytes]:
        """Return what the case has instead of the lesson's own files, by their paths.

        Raises:
            CaseBroken: an edit finds its place not at all, or more than once.
        """
        made = {name: (self.root / name).read_bytes() for name in self.files}
        for edit in self.edits:
            name, find, put = edit["file"], edit["find"], edit["put"]
            text = made[name].decode() if name in made else _text(self.lesson.root / name)
            if text.count(find) != 1:
                what = f"{self.shown}/{EXPECTED}: {find!r} is {text.count(find)} times in {name}"
                raise CaseBroken(what, "it must be there once: mend the edit")
            made[name] = text.replace(find, put).encode()
        return made


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@dataclass(frozen=True)
class Outcome:
    """What became of a case: an error of the build, or the verdicts; `told` is their short form."""

    told: Mapping[str, Any]
    verdicts: tuple[Verdict, ...] = ()


def cases_of(lesson: Lesson, *, new: bool = False) -> tuple[list[Case], list[CaseBroken]]:
    """Return the cases of a lesson, and what is wrong with those that cannot be read.

    With `new` a case without an `expect.json` is one of which nothing is expected yet.
    """
    folder = lesson.root / FOLDER
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir()) if folder.is_dir() else []
    cases, broken = [], []
    for name in names:
        try:
            is_new = new and not (folder / name / EXPECTED).exists()
            cases.append(Case(lesson, name, "", usual_engines(lesson), {}) if is_new else _read(lesson, name))
        except CaseBroken as error:
            broken.append(error)
    return cases, broken


def usual_engines(lesson: Lesson) -> tuple[str, ...]:
    """Return where a case is tried that does not say so: a lesson without a module is all page."""
    return ("wasmtime",) if lesson.targets else ("chromium",)


def starter_of(lesson: Lesson) -> Path:
    """Return the folder with what students begin with; it need not be there."""
    return lesson.root / FOLDER / STARTER


def _read(lesson: Lesson, name: str) -> Case:
    path = lesson.root / FOLDER / name / EXPECTED
    shown = f"{lesson.name}/{FOLDER}/{name}/{EXPECTED}"
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        hint = f"wasmlab dev check {quoted(lesson.name)} --accept writes it; then read what it says"
        raise CaseBroken(f"{shown} is not there", hint) from error
    except (OSError, ValueError) as error:
        raise CaseBroken(f"{shown} cannot be read: {error}", "mend it, or delete it and --accept") from error
    if wrong := next(wrong_parts(lesson, raw), None):
        raise CaseBroken(f"{shown}: {wrong[0]}", wrong[1])
    engines, checks = tuple(raw.get("engines", usual_engines(lesson))), tuple(raw.get("checks", ()))
    expected = {key: raw[key] for key in ("build", "verdicts") if key in raw}
    return Case(lesson, name, raw.get("is", ""), engines, expected, tuple(raw.get("edits", ())), checks)


def accept(case: Case, outcome: Outcome) -> bool:
    """Write down that what came is right; a person reads the difference.

    Nothing is written, and False comes back, where a check broke: an error is no verdict on the case.
    """
    if any(said["verdict"] == "error" for said in outcome.told.get("verdicts", {}).values()):
        return False
    plain: dict[str, Any] = {"is": case.summary}
    if case.engines != ("wasmtime",):
        plain["engines"] = list(case.engines)
    if case.checks:
        plain["checks"] = list(case.checks)
    if case.edits:
        plain["edits"] = list(case.edits)
    text = json.dumps({**plain, **outcome.told}, indent=2, ensure_ascii=False)
    (case.root / EXPECTED).write_text(text + "\n", encoding="utf-8", newline="\n")
    return True


def workspace(lesson: Lesson, folder: Path) -> Lesson:
    """Copy a lesson, with what its builds have made, into `folder`, for trying cases in."""
    target = folder / lesson.name
    shutil.copytree(lesson.root, target, ignore=shutil.ignore_patterns(*_NOT_COPIED), dirs_exist_ok=True)
    return load_lesson(target)


class Overlay:
    """A case's files over a workspace; leaving the `with` block brings the lesson's own back."""

    def __init__(self, case: Case, work: Lesson) -> None:
        self._case = case
        self._work = work

    def __enter__(self) -> Lesson:
        self._contents = self._case.contents()
        for name, content in self._contents.items():
            path = self._work.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return self._work

    def __exit__(self, *_: object) -> None:
        for name in self._contents:
            own = self._case.lesson.root / name
            if own.is_file():
                (self._work.root / name).write_bytes(own.read_bytes())
            else:
                (self._work.root / name).unlink(missing_ok=True)


def silent(_verdict: Verdict) -> None:
    """Hear a verdict, and tell nobody."""


def try_case(
    case: Case, work: Lesson, engines: Sequence[str] = (), pages: LessonPages | None = None
) -> Outcome:
    """Build a case in a workspace and run its checks."""
    with Overlay(case, work) as lesson:
        return try_lesson(lesson, engines or case.engines, pages, case.checks)


def try_lesson(
    lesson: Lesson,
    engines: Sequence[str],
    pages: LessonPages | None = None,
    only: Sequence[str] = (),
    *,
    tell: Callable[[Verdict], None] = silent,
    backwards: bool = False,
) -> Outcome:
    """Build a lesson as it stands and run its checks, in calls of at most `CALL_SECONDS`.

    `tell` hears each verdict as it falls.

    Raises:
        ToolMissing: it cannot be built here.
        UsageError: it has no checks, or an engine has an unknown name.
    """
    from wasmlab.checks.runs.running import check_built

    for result in build_lesson(lesson):
        if isinstance(result.error, ToolMissing):
            raise result.error
        if result.error is not None:
            return Outcome({"build": _nameless(told_of_error(result.error), lesson.name)})
    if not any(name in BROWSERS for name in engines):
        pages = None
    limits = Limits(seconds=CALL_SECONDS)
    folder, pick = lesson.root / "checks", Pick(backwards=backwards)
    verdicts = check_built(lesson, folder, engines, tell, pages, limits, only=only, pick=pick)
    nameless = {check: _nameless(said, lesson.name) for check, said in told(verdicts).items()}
    return Outcome({"verdicts": nameless}, tuple(verdicts))


def _nameless(said: Told, name: str) -> Told:
    """Put `{lesson}` where commands and paths name the lesson: a copy has another name."""
    own, word = re.escape(name), re.escape(quoted(name))
    pattern = re.compile(
        rf"(?<=wasmlab run ){word}(?!\S)|(?<=wasmlab serve ){word}(?!\S)|(?<![\w/-]){own}(?=[/:])"
    )
    return {key: pattern.sub("{lesson}", text) for key, text in said.items()}


def told_of_error(error: WasmlabError) -> Told:
    """Return what a student reads of a build that failed."""
    return {"what": error.what, "help": error.hint}


def told(verdicts: Iterable[Verdict]) -> dict[str, Told]:
    """Return what is told of every check that has not passed, by its short name.

    Of several sets of parameters or engines the first of the worst is told; a check that needs another
    engine than those at hand is left out.
    """
    worst: dict[str, Verdict] = {}
    for verdict in verdicts:
        known = worst.get(name := verdict.check.removeprefix("test_"))
        if known is None or _WORST.index(verdict.verdict) > _WORST.index(known.verdict):
            worst[name] = verdict
    return {name: _told(verdict) for name, verdict in worst.items() if _counts(verdict)}


def _counts(verdict: Verdict) -> bool:
    return verdict.verdict in ("failed", "error") or bool(verdict.waits_for)


def _told(verdict: Verdict) -> Told:
    if verdict.waits_for:
        return {"verdict": verdict.verdict, "waits_for": verdict.waits_for}
    parts = {
        "verdict": verdict.verdict,
        "message": verdict.message,
        "expected": verdict.expected,
        "came": verdict.came,
        "help": verdict.try_this,
    }
    return {name: text for name, text in parts.items() if text}
