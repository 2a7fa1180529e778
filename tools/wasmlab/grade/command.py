"""`wasmlab grade` from its options to its exit code."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

from wasmlab.errors import CHECKS_FAILED, GOOD, INTERRUPTED, NotGradable
from wasmlab.grade.batch import Options, grade
from wasmlab.grade.confining import choose
from wasmlab.grade.intake import find_submissions
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.outcome import Batch
from wasmlab.grade.template import toolchains_of
from wasmlab.lesson import Lesson


@dataclass(frozen=True)
class Asked:
    """What was typed."""

    paths: tuple[Path, ...]
    out: Path
    formats: tuple[str, ...] = ()
    to: Path | None = None
    engines: tuple[str, ...] = ("wasmtime",)
    jobs: int = 0
    resume: bool = False
    confinement: str = ""
    require_sandbox: bool = False
    seconds: float = 60
    call_seconds: float = 2
    memory: int = 2048
    scheduler: str = ""
    as_json: bool = False
    single: bool = False
    for_students: bool = False


def grade_command(lesson: Lesson, asked: Asked) -> int:
    """Grade what was named, write the reports, and return the exit code.

    Raises:
        WasmlabError: nothing could be graded: an option, a path or the lesson does not fit.
    """
    from wasmlab.grade.reports import chosen_reports, left_over, write_reports
    from wasmlab.grade.students import for_students

    reports = chosen_reports(asked.formats, asked.to)
    if not lesson.submit:
        hint = "add submit = ['c/NAME.c'] to its lesson.toml"
        raise NotGradable(f"{lesson.name} lists nothing to hand in", hint)
    options = _options(lesson, asked)
    quiet = asked.as_json or (asked.to is not None and str(asked.to) == "-")
    if not options.confinement.confines and not quiet:
        typer.echo(f"note: {options.confinement.text}; wasmlab setup sandbox-compiler mends that", err=True)
    submissions = list(find_submissions(asked.paths, lesson.submit, single=asked.single))
    from wasmlab.grade.progress import progress

    with progress(len(submissions), quiet=quiet) as tell:
        batch = grade(lesson, submissions, asked.out, options, tell)
    batch = for_students(batch) if asked.for_students else batch
    write_reports(batch, asked.out, reports, asked.to)
    if asked.to is None and (old := left_over(batch, asked.out, reports)):
        typer.echo(f"note: {old[0]} is of an earlier batch{_and_more(len(old) - 1)}", err=True)
    if "github" in reports:
        tell_github(batch, os.environ, quiet=quiet)
    if asked.as_json:
        typer.echo(json.dumps(batch.to_json(), indent=2))
    elif not quiet:
        show_text(batch, os.environ)
        typer.echo(f"reports: {asked.out}")
    return exit_code(batch, reports)


def _options(lesson: Lesson, asked: Asked) -> Options:
    from wasmlab.engines import engine, refuse_unknown

    refuse_unknown(asked.engines)
    for name in () if asked.scheduler else asked.engines:  # a cluster's workers have engines of their own
        engine(name).find()
    limits = GradeLimits(seconds=asked.seconds, call=asked.call_seconds, browser=asked.memory << 20)
    natively = "emscripten" in toolchains_of(lesson)
    way = choose(asked.confinement, required=asked.require_sandbox, natively=natively)
    options = Options(asked.engines, way, limits, asked.jobs or os.cpu_count() or 1, asked.resume)
    if asked.scheduler:
        from dataclasses import replace

        from wasmlab.grade.cluster import cluster_pool

        return replace(options, open_pool=cluster_pool(asked.scheduler))
    return options


def _and_more(count: int) -> str:
    return f", and so {'is' if count == 1 else 'are'} {count} more" if count else ""


def show_text(batch: Batch, environment: Mapping[str, str]) -> None:
    """Print the report; in a workflow of GitHub no line of it is taken for a command."""
    from wasmlab.grade.reports import text

    token = secrets.token_hex(16) if environment.get("GITHUB_ACTIONS") else ""
    if token:
        typer.echo(f"::stop-commands::{token}")
    typer.echo(text.render(batch))
    if token:
        typer.echo(f"::{token}::")


def tell_github(batch: Batch, environment: Mapping[str, str], *, quiet: bool = False) -> None:
    """Say to a workflow what its step has found: annotations, the summary, and the output for Classroom.

    What is `quiet` prints nothing: another report has stdout.
    """
    from wasmlab.grade.reports import classroom, github

    alone = batch.graded[0] if len(batch.graded) == 1 else None
    if not quiet:
        typer.echo(github.render(batch), nl=False)
    if path := environment.get("GITHUB_STEP_SUMMARY"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(github.summary(batch))
    if alone and not quiet and environment.get("GITHUB_ACTIONS"):
        typer.echo(classroom.notice(batch, alone))
    if alone and (path := environment.get("GITHUB_OUTPUT")):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(f"result={classroom.render(batch, alone)}")


def exit_code(batch: Batch, reports: tuple[str, ...]) -> int:
    """Return 0 for a batch that was graded; for one submission alone, 1 if it did not pass.

    Harnesses that read a report want 0 whatever the student did.
    """
    if not batch.complete:
        return INTERRUPTED
    if len(batch.graded) != 1 or {"exercism", "gradescope", "prairielearn"} & set(reports):
        return GOOD
    return GOOD if batch.graded[0].is_good else CHECKS_FAILED
