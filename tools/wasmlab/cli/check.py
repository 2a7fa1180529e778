"""`wasmlab run` and `wasmlab check`: a lesson's module at work."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from wasmlab.cli.app import app
from wasmlab.cli.finding import course_at_hand
from wasmlab.cli.options import AsJson, CourseFolder, Engines, Lessons, Release


class _Numbers(typer.core.TyperCommand):
    """Takes `-5` and `-1e5` for arguments: a minus sign of print (U+2212) hides them from the options."""

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Hide the signs of negative numbers."""
        return super().parse_args(
            ctx, [re.sub(r"^-(?=[\d.]|inf|nan)", "\N{MINUS SIGN}", arg) for arg in args]
        )


@app.command(cls=_Numbers)
def run(
    lesson: Annotated[str, typer.Argument(help="The lesson whose module is called, or a .wasm file.")],
    function: Annotated[str, typer.Argument(help="The exported function.")],
    args: Annotated[list[str] | None, typer.Argument(help="Its arguments.", show_default=False)] = None,
    engine: Engines = None,
    course: CourseFolder = None,
    release: Release = False,
    as_json: AsJson = False,
) -> None:
    """Call an export and print the round trip: exit 1 where it traps, 124 where its time is over."""
    from wasmlab.running import exit_code, file_program, lesson_program, refuse_disagreement, run_program
    from wasmlab.traps.telling import explain_trips, told

    if lesson.endswith(".wasm"):
        program = file_program(Path(lesson))
    else:
        found = course_at_hand(course, quiet=as_json)
        program = lesson_program(found.lesson(lesson), function, release=release)
    trips = run_program(program, function, args or [], engine or ["wasmtime"])
    explained = explain_trips(program.wasm, program.root, trips)
    if as_json:
        plain = [
            {**trip.to_json(), **({"explanation": why.to_json()} if why else {})} for trip, why in explained
        ]
        typer.echo(json.dumps(plain, indent=2))
    else:
        typer.echo("\n".join([*(str(trip) for trip in trips), told(explained)]).rstrip())
    refuse_disagreement(trips)
    raise typer.Exit(exit_code(trips))


@app.command()
def check(
    lessons: Lessons = None,
    engine: Engines = None,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> None:
    """Run the checks of lessons, each in every engine: exit 1 where one does not pass."""
    from wasmlab.checks.command import check_lessons

    chosen = course_at_hand(course, quiet=as_json).select(lessons or [])
    raise typer.Exit(check_lessons(chosen, engine or [], as_json=as_json))
