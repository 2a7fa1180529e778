"""`wasmlab check`: lessons in, verdicts out as they fall, one exit code."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wasmlab.checks.runs.picking import Pick
from wasmlab.checks.runs.starting import in_pages
from wasmlab.checks.verdicts import Verdict, counts, exit_code, lines_of, summary
from wasmlab.engines import refuse_unknown
from wasmlab.errors import GOOD, WasmlabError
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from wasmlab.checks.runs.ahead import Owner


def check_lessons(
    lessons: Sequence[Lesson],
    engines: Sequence[str],
    *,
    unread: Sequence[WasmlabError] = (),
    by_name: bool = True,
    match: str = "",
    as_json: bool,
) -> int:
    """Check each lesson in `engines` (all of them where none is named) and print the verdicts.

    Of several lessons one that does not build keeps no other from being checked, and where none is asked
    for `by_name`, one may have no checks. What is told of those that are `unread` is an error too. Of the
    checks those are run that `match` names.

    Raises:
        UsageError: an engine has an unknown name, the only lesson has no checks, or none of all is named.
        BuildError: the only lesson does not build.
    """
    refuse_unknown(engines)
    start = time.perf_counter()
    wanted = [each for each in lessons if by_name or (each.root / "checks").is_dir()]
    wrong = list(unread)
    picked = Pick(match)
    picked.refuse_unread()
    verdicts = in_pages(
        engines, lambda owner: _checked(wanted, engines, owner, wrong, picked, as_json=as_json)
    )
    if not verdicts and not wrong:
        picked.refuse_none()
    if as_json:
        errors = [error.to_json() for error in wrong]
        plain = {
            "verdicts": [verdict.to_json() for verdict in verdicts],
            **counts(verdicts),
            "left_out": picked.left_out,
            "errors": errors,
        }
        typer.echo(json.dumps(plain, indent=2))
    else:
        typer.echo(summary(verdicts, time.perf_counter() - start, picked.left_out))
        for error in wrong:
            typer.echo("\n".join(error.lines()), err=True)
    return exit_code(verdicts) or next((error.exit_code for error in wrong), GOOD)


def _checked(
    lessons: Sequence[Lesson],
    engines: Sequence[str],
    owner: Owner | None,
    wrong: list[WasmlabError],
    picked: Pick,
    *,
    as_json: bool,
) -> list[Verdict]:
    """Check one lesson after another; of several those that cannot be checked are noted as `wrong`."""
    from wasmlab.checks.runs.running import check_lesson

    verdicts: list[Verdict] = []
    for lesson in lessons:
        if not as_json:
            typer.echo(lesson.name)
        try:
            verdicts += check_lesson(lesson, engines, _silent if as_json else _tell, owner, picked)
        except WasmlabError as error:
            if len(lessons) == 1 and not wrong:
                raise
            wrong.append(error)
    return verdicts


def _silent(_verdict: Verdict) -> None:
    pass


def _tell(verdict: Verdict) -> None:
    try:
        for line in lines_of(verdict):
            typer.echo(line)
    except BrokenPipeError:  # `| head` has seen enough; the exit code is still wanted
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
