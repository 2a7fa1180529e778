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

from wasmlab.checks.starting import in_pages
from wasmlab.checks.verdicts import Verdict, counts, exit_code, lines_of, summary
from wasmlab.engines import ENGINES, OPTIONAL
from wasmlab.errors import UsageError
from wasmlab.lesson import Lesson
from wasmlab.names import did_you_mean

if TYPE_CHECKING:
    from wasmlab.checks.ahead import Owner


def check_lessons(lessons: Sequence[Lesson], engines: Sequence[str], *, as_json: bool) -> int:
    """Check each lesson in `engines` (all of them where none is named) and print the verdicts.

    Raises:
        UsageError: an engine has an unknown name, or a lesson has no checks.
        BuildError: a lesson does not build.
    """
    known = [*ENGINES, *OPTIONAL]
    for name in engines:
        if name not in known:
            raise UsageError(f"no engine is called {name!r}", did_you_mean(name, known))
    start = time.perf_counter()

    def check(owner: Owner | None) -> list[Verdict]:
        from wasmlab.checks.running import check_lesson

        verdicts: list[Verdict] = []
        for lesson in lessons:
            if not as_json:
                typer.echo(lesson.name)
            tell = (lambda _verdict: None) if as_json else _tell
            verdicts += check_lesson(lesson, engines, tell, owner)
        return verdicts

    verdicts = in_pages(engines, check)
    if as_json:
        plain = {"verdicts": [verdict.to_json() for verdict in verdicts], **counts(verdicts)}
        typer.echo(json.dumps(plain, indent=2))
    else:
        typer.echo(summary(verdicts, time.perf_counter() - start))
    return exit_code(verdicts)


def _tell(verdict: Verdict) -> None:
    try:
        for line in lines_of(verdict):
            typer.echo(line)
    except BrokenPipeError:  # `| head` has seen enough; the exit code is still wanted
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
