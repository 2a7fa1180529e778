"""`wasmlab run` and `wasmlab check`: a lesson's module at work."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from wasmlab.cli.app import app
from wasmlab.cli.options import AsJson, CourseFolder, Engines, Lessons


@app.command(context_settings={"ignore_unknown_options": True})
def run(
    lesson: Annotated[str, typer.Argument(help="The lesson whose module is called.")],
    function: Annotated[str, typer.Argument(help="The exported function.")],
    args: Annotated[list[str] | None, typer.Argument(help="Its arguments.", show_default=False)] = None,
    engine: Engines = None,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> None:
    """Call an export and print the round trip as it happened."""
    from wasmlab.course import find_course
    from wasmlab.running import run_function
    from wasmlab.traps.telling import explain_trips, told

    named = find_course(course).lesson(lesson)
    trips = run_function(named, function, args or [], engine or ["wasmtime"])
    explained = explain_trips(named, function, trips)
    if as_json:
        plain = [
            {**trip.to_json(), **({"explanation": why.to_json()} if why else {})} for trip, why in explained
        ]
        typer.echo(json.dumps(plain, indent=2))
    else:
        typer.echo("\n".join([*(str(trip) for trip in trips), told(explained)]).rstrip())


@app.command()
def check(
    lessons: Lessons = None,
    engine: Engines = None,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> None:
    """Run the checks of lessons, each in every engine: exit 1 where one does not pass."""
    from wasmlab.checks.command import check_lessons
    from wasmlab.course import find_course

    chosen = find_course(course).select(lessons or [])
    raise typer.Exit(check_lessons(chosen, engine or [], as_json=as_json))
