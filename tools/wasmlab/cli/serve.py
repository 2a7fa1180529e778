"""`wasmlab serve`: the course in a browser, built anew at every save."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from wasmlab.cli.app import app
from wasmlab.cli.options import CourseFolder, Release, ToolchainPath


@app.command()
def serve(
    lesson: Annotated[
        str | None, typer.Argument(help="Open this lesson; the course page without one.", show_default=False)
    ] = None,
    port: Annotated[
        int, typer.Option("--port", "-p", min=0, max=65535, help="The port, or the next free one.")
    ] = 8000,
    strict_port: Annotated[bool, typer.Option("--strict-port", help="Refuse any other port.")] = False,
    host: Annotated[
        str, typer.Option("--host", help="Listen beyond this machine, e.g. 0.0.0.0.", show_default=False)
    ] = "",
    open_browser: Annotated[
        bool | None,
        typer.Option("--open/--no-browser", help="Open the page (not by itself where CI is set)."),
    ] = None,
    no_reload: Annotated[bool, typer.Option("--no-reload", help="Leave the pages as they are.")] = False,
    no_isolation: Annotated[
        bool, typer.Option("--no-isolation", help="Send no COOP and COEP: SharedArrayBuffer goes away.")
    ] = False,
    release: Release = False,
    toolchain_path: ToolchainPath = None,
    course: CourseFolder = None,
) -> None:
    """Build what is out of date, serve the course, and show every save in the open pages."""
    from wasmlab.serve.server import Settings, serve

    settings = Settings(
        lesson=lesson,
        course=course,
        host=host,
        port=port,
        strict_port=strict_port,
        open_browser=open_browser if open_browser is not None else not os.environ.get("CI"),
        reloads=not no_reload,
        isolated=not no_isolation,
        release=release,
        toolchain_path=toolchain_path,
    )
    raise typer.Exit(serve(settings))
