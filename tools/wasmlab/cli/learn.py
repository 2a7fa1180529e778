"""`wasmlab learn`, `hint` and `reset`: for students."""

from __future__ import annotations

from typing import Annotated

import typer

from wasmlab.cli.app import app
from wasmlab.cli.options import CourseFolder, Engines

OneLesson = Annotated[
    str | None, typer.Argument(help="A lesson by name; the next one without it.", show_default=False)
]


@app.command()
def learn(
    lesson: OneLesson = None,
    engine: Engines = None,
    once: Annotated[
        bool, typer.Option("--once", help="Check once, and wait for nothing; so it is in a pipe too.")
    ] = False,
    course: CourseFolder = None,
) -> None:
    """Work through a course: each save is checked, h gives a hint, n goes on."""
    from wasmlab.learn.learning import learn as begin
    from wasmlab.learn.notebook import open_notebook

    notebook = open_notebook(course, lesson)
    raise typer.Exit(begin(notebook, notebook.lesson(lesson), engine or [], once=once))


@app.command()
def hint(lesson: OneLesson = None, course: CourseFolder = None) -> None:
    """Show the next hint, and those before it."""
    from wasmlab.learn.notebook import open_notebook

    notebook = open_notebook(course, lesson)
    wanted = notebook.lesson(lesson)
    for number, text in enumerate(notebook.read_hint(wanted), 1):
        typer.echo(f"{wanted.name}, hint {number} of {len(wanted.hints)}: {text}")
    if not wanted.hints:
        typer.echo(f"{wanted.name} has no hints")


@app.command()
def reset(
    lesson: Annotated[str, typer.Argument(help="A lesson by name.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    course: CourseFolder = None,
) -> None:
    """Bring a lesson back to its beginning; your own files are kept."""
    from wasmlab.learn.notebook import open_notebook, told_of_reset

    notebook = open_notebook(course, lesson)
    wanted = notebook.lesson(lesson)
    if not notebook.is_touched(wanted):
        typer.echo(f"{wanted.name} is as it was at the beginning")
        return
    if not yes:
        typer.confirm(f"bring {wanted.name} back to its beginning?", abort=True)
    typer.echo(told_of_reset(str(notebook.reset(wanted) or "")))
