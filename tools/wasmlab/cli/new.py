"""`wasmlab new`: courses to edit and lessons to start from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wasmlab.cli.app import Group, app
from wasmlab.cli.ondemand import OnDemandTyper
from wasmlab.cli.options import CourseFolder
from wasmlab.shipped import shipped_lessons

if TYPE_CHECKING:
    from wasmlab.copying import Laid

new = OnDemandTyper(Group, no_args_is_help=True, rich_markup_mode=None)
app.add_typer(new, name="new", help="Make a course to edit, or a lesson to start from.")


@new.command()
def course(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A new or an empty folder, or a course made before.")
    ],
    student: Annotated[
        bool, typer.Option("--student", help="With what students begin with, for `wasmlab learn`.")
    ] = False,
) -> None:
    """Copy the lessons and docs for editing; again, it restores what was deleted."""
    from wasmlab.process import quoted
    from wasmlab.scaffold import new_course

    if student:
        from wasmlab.course import load_course
        from wasmlab.dev.release.releasing import release
        from wasmlab.shipped import shipped_course

        _tell(release(load_course(shipped_course()), folder).laid, folder)
        typer.echo(f"next: cd {quoted(str(folder))}\n      wasmlab learn")
        return
    _tell(new_course(folder), folder)
    typer.echo(f"next: cd {quoted(str(folder))}\n      wasmlab serve")


@new.command()
def lesson(
    name: Annotated[str, typer.Argument(help="The new lesson's folder.")],
    source: Annotated[
        str | None, typer.Option("--from", help="Copy this lesson instead of the skeleton.")
    ] = None,
    course: CourseFolder = None,
) -> None:
    """Make a lesson that builds, serves and passes its check at once."""
    from wasmlab.course import find_course
    from wasmlab.process import quoted
    from wasmlab.scaffold import new_lesson

    found = find_course(course)
    parent = Path.cwd() if found.is_copy else found.root
    _tell(new_lesson(parent, name, found, source), parent / name)
    word = quoted(name)
    typer.echo(f"next: wasmlab serve {word}\n      wasmlab check {word}")


def _offer(source: Path) -> None:
    """Make a command of a lesson that came with wasmlab: what is copied is what is tested."""

    @new.command(source.name, help=f"Make a lesson that is a copy of {source.name}.")
    def copy(
        folder: Annotated[Path, typer.Argument(metavar="DIR", help="The new lesson's folder.")],
    ) -> None:
        from wasmlab.process import quoted
        from wasmlab.scaffold import new_copy

        _tell(new_copy(source, folder), folder)
        inside = "" if folder.parent == Path() else f"cd {quoted(str(folder.parent))}\n      "
        word = quoted(folder.name)
        typer.echo(f"next: {inside}wasmlab serve {word}\n      wasmlab check {word}")


for _source in shipped_lessons():
    _offer(_source)


def _tell(laid: Laid, folder: Path) -> None:
    for path in laid.kept:
        typer.echo(f"kept {path}: it was edited")
    made = len(laid.created)
    files = "file" if made == 1 else "files"
    typer.echo(f"{folder}: {made} {files} made, {len(laid.updated)} brought up to date")
