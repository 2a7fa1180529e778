"""`wasmlab check`: a lesson's own checks, in every engine."""

from __future__ import annotations

from typing import Annotated

import typer

from wasmlab.cli.app import app
from wasmlab.cli.finding import course_at_hand
from wasmlab.cli.options import AsJson, CourseFolder, Engines, Lessons


@app.command()
def check(
    lessons: Lessons = None,
    engine: Engines = None,
    match: Annotated[
        str,
        typer.Option(
            "-k",
            "--keyword",
            metavar="EXPR",
            help="Only checks that it names, as in pytest: 'adds and not host'.",
            show_default=False,
        ),
    ] = "",
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> None:
    """Run the checks of lessons, each in every engine: exit 1 where one does not pass."""
    from wasmlab.checks.command import check_lessons

    names = lessons or []
    found = course_at_hand(course, names, quiet=as_json)
    code = check_lessons(
        found.select(names),
        engine or [],
        unread=found.unread(names),
        by_name=bool(names),
        match=match,
        as_json=as_json,
    )
    raise typer.Exit(code)
