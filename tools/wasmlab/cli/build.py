"""`wasmlab build` and its relatives."""

from __future__ import annotations

from typing import Annotated

import typer

from wasmlab.cli.app import app, echo_json
from wasmlab.cli.finding import course_at_hand
from wasmlab.cli.options import AsJson, CourseFolder, Lessons, Quiet, Release, ToolchainPath, Verbose


@app.command()
def build(
    lessons: Lessons = None,
    course: CourseFolder = None,
    release: Release = False,
    toolchain_path: ToolchainPath = None,
    force: Annotated[bool, typer.Option("--force", help="Build even what is up to date.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Build again whenever a file changes.")] = False,
    only_print: Annotated[bool, typer.Option("--print", help="Print the commands and run none.")] = False,
    verbose: Verbose = 0,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Build what is out of date and verify it against the manifest.

    A lesson holds one build at a time: serve, run and inspect build anew where their own --release
    or --debug is another one.
    """
    from wasmlab.build import Options
    from wasmlab.build.command import Shown, build_course, print_commands, watch_course

    options = Options("release" if release else "debug", toolchain_path, force)
    shown = Shown(bool(verbose), quiet, as_json)
    found = course_at_hand(course, lessons or [], quiet=quiet or as_json)
    if only_print:
        print_commands(found.select(lessons or []), options)
    elif watch:
        found.select(lessons or [])
        watch_course(found.root, lessons or [], options, shown)
    else:
        raise typer.Exit(build_course(found, lessons or [], options, shown))


@app.command()
def clean(lessons: Lessons = None, course: CourseFolder = None, quiet: Quiet = False) -> None:
    """Remove what builds have made."""
    from wasmlab.build import clean_lesson

    found = course_at_hand(course, lessons or [], quiet=quiet)
    chosen = found.select(lessons or [])
    removed = [f"{lesson.name}/{output}" for lesson in chosen for output in clean_lesson(lesson)]
    if not quiet:
        typer.echo("\n".join(f"removed {path}" for path in removed) or "nothing to remove")
    if not lessons:
        for error in found.broken.values():
            raise error


@app.command("list")
def list_command(course: CourseFolder = None, as_json: AsJson = False) -> None:
    """List the lessons and what is built of them."""
    from wasmlab.listing import list_lessons

    listed = list_lessons(course_at_hand(course, quiet=as_json))
    if as_json:
        echo_json([lesson.to_json() for lesson in listed])
        return
    width = max((len(lesson.name) for lesson in listed), default=0)
    for lesson in listed:
        problem = f": {lesson.problem}" if lesson.problem else ""
        title = f"{lesson.title}  " if lesson.title else ""
        typer.echo(f"{lesson.name:{width}}  {title}[{lesson.state}]{problem}")
