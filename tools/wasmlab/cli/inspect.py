"""`wasmlab inspect` and `wasmlab diff`: what a module is made of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from wasmlab.cli.app import app
from wasmlab.cli.options import AsJson, CourseFolder, Release

Module = Annotated[str, typer.Argument(help="A .wasm file, or a lesson by name.", show_default=False)]


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
    from wasmlab.inspecting import inspect_file, report
    from wasmlab.inspecting.finding import find_modules
    from wasmlab.inspecting.wat import plain_text
    from wasmlab.inspecting.writing import write_page

    found = find_modules(module, course, release=release)
    anatomies = [inspect_file(each.path, each.name) for each in found]
    if html is not None:
        typer.echo(f"written: {write_page(anatomies, [each.root for each in found], html)}")
    elif wat:
        typer.echo("\n".join(plain_text(anatomy.printed) for anatomy in anatomies))
    elif as_json:
        typer.echo(json.dumps([report.to_json(anatomy) for anatomy in anatomies], indent=2))
    else:
        typer.echo("\n\n".join(report.text(anatomy) for anatomy in anatomies))


@app.command()
def diff(before: Module, after: Module, as_json: AsJson = False, course: CourseFolder = None) -> None:
    """Show what changed between two modules: sizes, functions, imports and exports."""
    from wasmlab.inspecting import compare, inspect_file
    from wasmlab.inspecting.finding import find_modules

    old, new = (find_modules(named, course)[0] for named in (before, after))
    difference = compare(inspect_file(old.path, old.name), inspect_file(new.path, new.name))
    typer.echo(json.dumps(difference.to_json(), indent=2) if as_json else str(difference))
