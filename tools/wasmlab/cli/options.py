"""Options that several commands share, so that they read the same everywhere."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from wasmlab.cli.app import WANTS_JSON


def _remember(ctx: typer.Context, wanted: bool) -> bool:
    ctx.meta[WANTS_JSON] = wanted
    return wanted


LONGEST = 86400
"""Seconds of any limit; no engine takes one without end."""


def a_number(seconds: float) -> float:
    """Refuse what the bounds of an option let pass: NaN is neither too small nor too large."""
    if math.isnan(seconds):
        raise typer.BadParameter("nan is no time")
    return seconds


Lessons = Annotated[
    list[str] | None, typer.Argument(help="Lessons by name; all of them without one.", show_default=False)
]
CourseFolder = Annotated[Path | None, typer.Option("--course", help="The folder that holds the lessons.")]
AsJson = Annotated[
    bool, typer.Option("--json", callback=_remember, is_eager=True, help="Print JSON for a machine.")
]
Verbose = Annotated[
    int,
    typer.Option(
        "--verbose", "-v", count=True, help="Say more; -v prints every command.", show_default=False
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Release = Annotated[
    bool, typer.Option("--release/--debug", help="Small and stripped, or stopping at undefined behaviour.")
]
ToolchainPath = Annotated[
    Path | None, typer.Option("--toolchain-path", help="Use this compiler instead of the one that is found.")
]
Engines = Annotated[
    list[str] | None,
    typer.Option(
        "--engine", "-e", help="wasmtime, chromium or firefox; may be given again.", show_default=False
    ),
]
