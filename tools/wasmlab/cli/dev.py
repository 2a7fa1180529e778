"""`wasmlab dev`: hidden commands for authors."""

from __future__ import annotations

from typing import Annotated

import typer

from wasmlab.cli.app import Group, app
from wasmlab.cli.options import CourseFolder

dev = typer.Typer(cls=Group, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(dev, name="dev", hidden=True, help="For authors of lessons and of wasmlab.")


@dev.callback()
def _dev() -> None:
    """For authors of lessons and of wasmlab."""


@dev.command()
def regen(
    course: CourseFolder = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if a file is stale.")] = False,
) -> None:
    """Write anew the files that are made from others: reference pages and slide scripts."""
    from wasmlab.course import find_course
    from wasmlab.dev import regen as room

    found = find_course(course)
    files = room.generated(found, typer.main.get_command(app))
    if check:
        room.refuse_stale(found.root, files)
        typer.echo(f"{len(files)} generated files are current")
        return
    for path in room.write(files):
        typer.echo(f"wrote {path.relative_to(found.root).as_posix()}")
