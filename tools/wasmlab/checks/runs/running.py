"""Runs a lesson's checks by pytest, in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wasmlab.build import Options, build_lesson
from wasmlab.checks import plugin
from wasmlab.checks.mistakes import line_in
from wasmlab.checks.patience import Endless
from wasmlab.checks.runs.alone import alone, draw_alike
from wasmlab.checks.runs.judging import Judge
from wasmlab.checks.runs.picking import Pick
from wasmlab.checks.verdicts import Verdict
from wasmlab.errors import CheckBroken, ToolMissing, UsageError
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages
    from wasmlab.checks.runs.ahead import Owner
    from wasmlab.engines.contract import Limits

_INI = Path(__file__).with_name("pytest.ini")


def check_lesson(
    lesson: Lesson,
    engines: Sequence[str],
    tell: Callable[[Verdict], None],
    owner: Owner | None = None,
    pick: Pick | None = None,
) -> list[Verdict]:
    """Build `lesson` and run its checks, in the thread of the pages' `owner` where there is one.

    `tell` hears each verdict as it falls. Where some are picked the others are not run.

    Raises:
        BuildError: it does not build.
        UsageError: it has no checks, or an engine has an unknown name.
    """
    options = Options()
    if owner is not None:
        owner.stop = options.group.stop
    errors = [result.error for result in build_lesson(lesson, options) if result.error is not None]
    for error in errors:
        if not isinstance(error, ToolMissing):
            raise error
    # Where the tool is missing each check says so itself: an error, and never passed.
    folder = lesson.root / "checks"
    return check_built(lesson, folder, engines, tell, owner=owner, is_built=not errors, pick=pick)


def check_built(
    lesson: Lesson,
    folder: Path,
    engines: Sequence[str],
    tell: Callable[[Verdict], None],
    pages: LessonPages | None = None,
    limits: Limits | None = None,
    *,
    first_failure: bool = False,
    only: Sequence[str] = (),
    is_built: bool = True,
    owner: Owner | None = None,
    pick: Pick | None = None,
) -> list[Verdict]:
    """Run the checks in `folder`, which need not lie in the lesson, and build nothing.

    Their pages are `pages`, or those of an `owner` in another thread.

    With `first_failure` the checks after the first one that does not pass are left out; `only` names the
    files whose checks are run. What is not built, `is_built` says: each check tries it again and says why.

    Raises:
        UsageError: there are no checks, or an engine has an unknown name.
    """
    if not folder.is_dir():
        raise UsageError(
            f"{lesson.name} has no checks", f"write pytest functions in {lesson.name}/checks/test_*.py"
        )
    if pages is not None:
        _warm(pages, lesson, limits)
    elif owner is not None:
        owner.post(lambda pages: _warm(pages, lesson, limits))
    judge = Judge(lesson, tell, pages, limits, is_built=is_built, owner=owner, pick=pick)
    more = [*judge.pick.options, *(["--maxfail=1"] if first_failure else [])]
    run_pytest(folder, engines, judge, [folder / name for name in only], more)
    return judge.verdicts


def _warm(pages: LessonPages, lesson: Lesson, limits: Limits | None) -> None:
    from wasmlab.engines.contract import Limits

    pages.warm(lesson, limits or Limits())


def run_pytest(
    folder: Path, engines: Sequence[str], judge: Judge, paths: Sequence[Path] = (), more: Sequence[str] = ()
) -> None:
    """Run the checks in `folder`, or those of `paths`, before `judge`; `more` are options of pytest.

    Raises:
        UsageError: there are no checks, or pytest does not take the options.
    """
    arguments = [*map(str, paths or [folder]), *_options(folder), *more]
    judge.patience.folder = folder
    with alone(folder):
        code = _run_pytest([*arguments, *(f"--engine={name}" for name in engines)], judge)
    name = judge.lesson.name
    if code == pytest.ExitCode.USAGE_ERROR:
        raise UsageError(f"the checks of {name} cannot be run by pytest", "wasmlab check --help")
    if not judge.verdicts and not judge.pick.left_out:
        raise UsageError(f"{name}/checks holds no check for these engines", "name a function test_...")


def _run_pytest(arguments: list[str], judge: Judge) -> int | pytest.ExitCode:
    """Run pytest; a Ctrl-C that it takes for the end of its session is one for us too."""
    code: int | pytest.ExitCode = pytest.ExitCode.INTERRUPTED
    try:
        code = pytest.main(arguments, plugins=[plugin, judge])
    except Endless as error:  # in conftest.py: elsewhere pytest has caught it
        line = line_in(judge.patience.folder, error.__traceback__)
        raise CheckBroken(f"{judge.lesson.name}/checks/{line}: {error}", error.hint) from None
    except Exception:
        if not judge.stopped:  # a browser that was cut short fails in whatever is closed after
            raise
    if judge.stopped:
        raise KeyboardInterrupt
    return code


def list_checks(lesson: Lesson, folder: Path, engines: Sequence[str]) -> list[Verdict]:
    """Return the checks that `check_built` would run, as `skipped`; one that lacks a browser says so."""
    listing = _Listing(lesson, lambda _verdict: None, None, None)
    listing.patience.folder = folder
    draw_alike(folder)
    with alone(folder):
        chosen = [f"--engine={name}" for name in engines]
        arguments = [str(folder), *_options(folder), "--collect-only", *chosen]
        _run_pytest(arguments, listing)
    return listing.verdicts


def _options(folder: Path) -> list[str]:
    """Name the folder, and load no plugin beside ours: `-p` would search all that is installed for it."""
    places = [f"--rootdir={folder.parent}", f"--confcutdir={folder.parent}", "-c", str(_INI)]
    # faulthandler would take the signals from wasmtime by which that knows of a trap.
    unwanted = ["no:cacheprovider", "no:terminal", "no:junitxml", "no:faulthandler"]
    # These cost a check's run a third of its time, and no check has a use for them.
    unwanted += ["no:unraisableexception", "no:threadexception", "no:doctest", "no:pastebin", "no:stepwise"]
    unwanted += ["no:setuponly", "no:setupplan", "no:legacypath"]
    return [*places, "--disable-plugin-autoload", *(part for name in unwanted for part in ("-p", name))]


class _Listing(Judge):
    """Judges nothing: it only tells what there is."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """List the checks when all of them are known."""
        super().pytest_collection_finish(session)
        self.verdicts += [self.listed(item) for item in session.items]
