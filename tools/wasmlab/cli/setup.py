"""`wasmlab doctor` and `wasmlab setup`: what is on this machine, and what is still missing."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from wasmlab.cli.app import app
from wasmlab.cli.options import AsJson


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Tell what is there, what is missing, and the command that gets it."""
    from wasmlab.provision.doctor import exit_code, to_json, to_lines
    from wasmlab.provision.parts import examine

    findings = examine()
    typer.echo(json.dumps(to_json(findings), indent=2) if as_json else "\n".join(to_lines(findings)))
    raise typer.Exit(exit_code(findings))


@app.command()
def setup(
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PART", help="chromium, firefox, browsers, assets or node.", show_default=False
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Get what is missing: browsers, browser assets."""
    from wasmlab.provision.setup import set_up

    set_up(parts or [], yes=yes)
