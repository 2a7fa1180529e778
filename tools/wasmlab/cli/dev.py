"""`wasmlab dev`: hidden commands for authors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wasmlab.cli.app import Group, app
from wasmlab.cli.finding import course_at_hand
from wasmlab.cli.ondemand import OnDemandTyper
from wasmlab.cli.options import AsJson, CourseFolder, Engines, Lessons

dev = OnDemandTyper(Group, no_args_is_help=True, rich_markup_mode=None)
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
    from wasmlab.dev.generated import regen as room

    found = find_course(course)
    files = room.generated(found, typer.main.get_command(app))
    if check:
        room.refuse_stale(found.root, files)
        typer.echo(f"{len(files)} generated files are current")
        return
    for path in room.write(files):
        typer.echo(f"wrote {path.relative_to(found.root).as_posix()}")


@dev.command("check")
def check_lessons(
    lessons: Lessons = None,
    engine: Engines = None,
    mutants: Annotated[
        bool, typer.Option("--mutants/--no-mutants", help="Try small changes of the solution.")
    ] = True,
    at_most: Annotated[
        int, typer.Option(min=1, metavar="N", help="Try so many mutants of a file, taken evenly from all.")
    ] = 200,
    change: Annotated[
        list[str] | None,
        typer.Option("--change", metavar="FILE", help="Try mutants of this file of the lesson too."),
    ] = None,
    accept: Annotated[
        bool, typer.Option("--accept", help="Write what came into the cases; then read the difference.")
    ] = False,
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> None:
    """Prove lessons: the starter fails, the solution passes, every case and every mutant is judged right."""
    from wasmlab.course import find_course
    from wasmlab.dev.command import check_course

    names = lessons or []
    found = find_course(course, names)
    code = check_course(
        found.select(names),
        engine or [],
        unread=found.unread(names),
        mutants=at_most if mutants else 0,
        change=change or [],
        accept=accept,
        as_json=as_json,
    )
    raise typer.Exit(code)


@dev.command()
def release(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or an empty folder.")],
    with_solutions: Annotated[
        bool, typer.Option("--with-solutions", help="For `wasmlab learn`, which shows them after passing.")
    ] = False,
    course: CourseFolder = None,
) -> None:
    """Make the students' copy of the course: starters, and neither cases nor hidden checks."""
    from wasmlab.course import find_course
    from wasmlab.dev.release.releasing import release as make

    made = make(find_course(course), folder, with_solutions=with_solutions)
    for page in made.left_out:
        typer.echo(f"left out {page}: it shows a solution")
    for path in made.laid.kept:
        typer.echo(f"kept {path}: it was edited")
    for path in made.gone:
        typer.echo(f"removed {path}: it is no part of the course any more")
    for path in made.stale:
        typer.echo(f"left {path}: it was edited; it is no part of the course any more, so look at it")
    typer.echo(f"{folder}: {len(made.laid.created)} files made, {len(made.laid.updated)} brought up to date")


@dev.command("source-map")
def source_map(
    module: Annotated[Path, typer.Argument(help="A debug module.")],
    output: Annotated[str, typer.Argument(help="Where it will be, below this folder, as dist/NAME.wasm.")],
) -> None:
    """Give a debug module the source map that a build gives it; the sources lie below this folder."""
    from wasmlab.traps.sourcemap import add_source_map

    add_source_map(module, output, Path.cwd())


@dev.command()
def ci(
    service: Annotated[str, typer.Argument(help="github, gitlab or gradescope.", show_default=False)],
    lesson: Annotated[str, typer.Argument(help="The lesson that is graded.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="The folder to write into.")] = Path(),
    course_url: Annotated[
        str,
        typer.Option(
            "--course-url",
            metavar="URL",
            help="The repository of your own course, which the service clones.",
            show_default=False,
        ),
    ] = "",
    course: CourseFolder = None,
) -> None:
    """Write the workflow, or the zip, with which a service grades a lesson."""
    from wasmlab.dev.ci.writing import ci_file, refuse_edited

    written = ci_file(service, course_at_hand(course, [lesson]).lesson(lesson), course_url)
    path = out / written.path
    refuse_edited(path, written.content)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written.content)
    typer.echo(f"written: {path}")
    if written.note:
        typer.echo(f"note: {written.note}", err=True)
