"""Builds the lessons that a command names: what is shown meanwhile, once or at every change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wasmlab.build import Options, Result, build_lesson, plan_target, report
from wasmlab.errors import GOOD, TOOL_MISSING, ManifestError, PartMissing, ToolMissing, WasmlabError
from wasmlab.lesson import page_problem

if TYPE_CHECKING:
    from wasmlab.course import Course
    from wasmlab.lesson import Lesson, Target
    from wasmlab.toolchains.plan import Plan, Step


@dataclass(frozen=True)
class Shown:
    """What a build shows: `verbose` every command and the tools' own words, `quiet` errors only."""

    verbose: bool = False
    quiet: bool = False
    as_json: bool = False


def build_course(course: Course, names: list[str], options: Options, shown: Shown) -> int:
    """Build the lessons called `names`, or all of them, and return the exit code.

    Where all are built, a lesson whose manifest does not read keeps no other from being built, and one
    whose toolchain is not on this machine waits for it: that is no failure. Nor is it one, by name too,
    where a target waits for a part that its manifest names and others are built.

    Raises:
        LessonUnknown, ManifestError: a lesson that was named is not there, or does not read.
    """
    lessons = course.select(names)
    broken = course.unread(names)
    with _showing(lessons, options, shown) as watched:
        results = [result for lesson in lessons for result in build_lesson(lesson, watched)]
    waiting = _waiting(results, is_named=bool(names))
    _report(lessons, results, broken, shown, waiting)
    if results and all(result.waits for result in results):
        return TOOL_MISSING
    tried = [result for result in results if result not in waiting]
    return report.exit_code(tried) or (broken[0].exit_code if broken else GOOD)


def _waiting(results: list[Result], *, is_named: bool) -> list[Result]:
    """Return what no tool here can build, where there is something else that can be built."""
    missing = [r for r in results if r.waits or (not is_named and isinstance(r.error, ToolMissing))]
    return missing if len(missing) < len(results) else [result for result in results if result.waits]


def _report(
    lessons: list[Lesson],
    results: list[Result],
    broken: list[ManifestError],
    shown: Shown,
    waiting: Sequence[Result] = (),
) -> None:
    if shown.as_json:
        errors = [error.to_json() for error in broken]
        data = {"targets": [report.to_json(result) for result in results], "manifests": errors}
        typer.echo(json.dumps(data, indent=2))
        return
    tried = [result for result in results if result not in waiting]
    report.print_results(tried, verbose=shown.verbose, quiet=shown.quiet)
    for error in broken:
        report.print_error(error)
    if not shown.quiet:
        _say_missing_pages(lessons)
        report.print_waiting(waiting)
    if not shown.quiet and not broken:
        _say_nothing_to_do(lessons, tried)


def _say_missing_pages(lessons: list[Lesson]) -> None:
    for lesson in lessons:
        if missing := page_problem(lesson):
            typer.echo(f"note: {lesson.name}: {missing}", err=True)


def _say_nothing_to_do(lessons: list[Lesson], results: list[Result]) -> None:
    for lesson in lessons:
        if not (lesson.targets or lesson.assets):
            typer.echo(f"{lesson.name} has nothing to build")
    if results and all(result.fresh for result in results):
        typer.echo("nothing to do")


@contextmanager
def _showing(lessons: list[Lesson], options: Options, shown: Shown) -> Iterator[Options]:
    """Print each step or command before it runs, and a bar on a terminal when it takes long."""
    from wasmlab.build.progress import progress

    steps = sum(len(target.sources) + 1 for lesson in lessons for target in lesson.targets)
    with progress(steps, wanted=not (shown.quiet or shown.as_json)) as advance:

        def on_step(step: Step) -> None:
            advance()
            if not (shown.quiet or shown.as_json or shown.verbose):
                typer.echo(f"{step.command.cwd.name}: {step.text}")

        def on_start(lesson: Lesson, target: Target, plan: Plan) -> None:
            if shown.verbose and not shown.as_json:
                from wasmlab.shelltext import shell_lines

                typer.echo("\n".join(shell_lines(lesson, target, plan)))

        def on_news(step: Step, what: str) -> None:
            if not (shown.quiet or shown.as_json):
                where = step.command.cwd.name
                typer.echo(f"{where}: the compiler builds its own {what}, once on this machine", err=True)

        yield replace(options, on_step=on_step, on_start=on_start, on_news=on_news)


def print_commands(lessons: list[Lesson], options: Options) -> None:
    """Print the commands of every target as text for a shell, and run none of them.

    Raises:
        ToolMissing, ToolchainUnknown: what a target needs is not here.
    """
    from wasmlab.shelltext import shell_lines

    for lesson in lessons:
        for target in lesson.targets:
            try:
                _tool, plan = plan_target(lesson, target, options)
            except PartMissing as missing:
                report.print_waiting([Result(lesson, target, waits=missing)])
                continue
            typer.echo("\n".join(shell_lines(lesson, target, plan)))


def watch_course(root: Path, names: list[str], options: Options, shown: Shown) -> None:
    """Build, and build again whenever a file of the course changes, until Ctrl-C."""
    from watchfiles import watch

    _build_again(root, names, options, shown)
    typer.echo("watching for changes; Ctrl-C stops", err=True)
    quiet = replace(shown, quiet=True)
    # The first round comes without a change: it builds what was saved before the watcher stood.
    first = True
    counts = partial(_counts, root.resolve())
    for changes in watch(
        root.resolve(), watch_filter=counts, debounce=50, rust_timeout=200, yield_on_timeout=True
    ):
        if changes or first:
            _build_again(root, names, options, quiet if first else shown, only_news=True)
        first = False
    raise KeyboardInterrupt  # watchfiles ends its loop at Ctrl-C


def _counts(root: Path, _change: object, path: str) -> bool:
    """Leave out what builds write and what no build reads; the course itself may lie in ~/.cache."""
    skipped = {"dist", "node_modules", "__pycache__"}
    parts = Path(path).relative_to(root).parts
    return not any(part in skipped or part.startswith(".") for part in parts)


def _build_again(
    root: Path, names: list[str], options: Options, shown: Shown, *, only_news: bool = False
) -> None:
    from wasmlab.course import load_course

    try:
        course = load_course(root)
        lessons = course.select(names)
        with _showing(lessons, options, shown) as watched:
            results = [result for lesson in lessons for result in build_lesson(lesson, watched)]
        news = [result for result in results if not (only_news and (result.fresh or result.waits))]
        waiting = [result for result in news if result.waits]
        _report(lessons, news, course.unread(names), shown, waiting)
    except WasmlabError as error:
        report.print_error(error)
