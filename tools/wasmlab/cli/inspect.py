"""`wasmlab inspect` and `wasmlab diff`: what a module is made of."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wasmlab.cli.app import app, echo_json
from wasmlab.cli.options import AsJson, CourseFolder, Release

Module = Annotated[
    str,
    typer.Argument(
        help="A .wasm file, a lesson by name, or one build: LESSON@debug, @release, @-O2.", show_default=False
    ),
]


@app.command()
def inspect(
    module: Module,
    wat: Annotated[bool, typer.Option("--wat", help="Print the module as text.")] = False,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write a page that links C lines, text and bytes.", show_default=False),
    ] = None,
    as_json: AsJson = False,
    course: CourseFolder = None,
    release: Release = False,
) -> None:
    """Show what a module is made of, and why it is this big."""
    from tempfile import TemporaryDirectory

    from wasmlab.inspecting import inspect_file, report
    from wasmlab.inspecting.finding import find_modules
    from wasmlab.inspecting.wat import plain_text
    from wasmlab.inspecting.writing import write_page

    with TemporaryDirectory(prefix="wasmlab-") as scratch:
        found = find_modules(module, course, release=release, scratch=Path(scratch))
        anatomies = [inspect_file(each.path, each.name) for each in found]
        if html is not None:
            typer.echo(f"written: {write_page(anatomies, [each.root for each in found], html)}")
    if html is not None:
        return
    if wat:
        typer.echo("\n".join(plain_text(anatomy.printed) for anatomy in anatomies))
    elif as_json:
        echo_json([report.to_json(anatomy) for anatomy in anatomies])
    else:
        typer.echo("\n\n".join(report.text(anatomy) for anatomy in anatomies))


@app.command()
def diff(
    before: Module,
    after: Annotated[
        str, typer.Argument(help="The other; without it, a lesson's release build.", show_default=False)
    ] = "",
    as_json: AsJson = False,
    course: CourseFolder = None,
) -> None:
    """Show what changed between two modules, or two builds: LESSON, or LESSON@-O0 LESSON@-Os."""
    from tempfile import TemporaryDirectory

    from wasmlab.inspecting import compare, inspect_file
    from wasmlab.inspecting.finding import find_pairs

    with TemporaryDirectory(prefix="wasmlab-") as scratch:
        pairs = find_pairs(before, after, course, Path(scratch))
        found = [
            compare(inspect_file(old.path, old.name), inspect_file(new.path, new.name)) for old, new in pairs
        ]
    if as_json:
        plain = [difference.to_json() for difference in found]
        echo_json(plain if len(plain) > 1 else plain[0])
    else:
        typer.echo("\n\n".join(map(str, found)))
