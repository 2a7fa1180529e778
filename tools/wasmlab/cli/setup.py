"""`wasmlab doctor` and `wasmlab setup`: what is on this machine, and what is still missing."""

from __future__ import annotations

from typing import Annotated

import typer

from wasmlab.cli.app import app, echo_json
from wasmlab.cli.options import AsJson


@app.command()
def doctor(
    features: Annotated[
        bool, typer.Option("--features", help="Start each engine, and try what it can do.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what is there, what is missing, and the command that gets it."""
    from wasmlab.provision.doctor import exit_code, to_json, to_lines
    from wasmlab.provision.features import engine_features, feature_lines
    from wasmlab.provision.parts import examine

    findings = examine()
    found = engine_features() if features else {}
    if as_json:
        tried = {"features": found} if features else {}
        echo_json({**to_json(findings), **tried})
    else:
        typer.echo("\n".join([*to_lines(findings), *feature_lines(found)]))
    raise typer.Exit(exit_code(findings))


@app.command()
def setup(
    parts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PART",
            help="chromium, firefox, browsers, webkit, emscripten, closure, assets, pyodide, "
            "sandbox-compiler, system-clang or node.",
            show_default=False,
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    version: Annotated[
        str,
        typer.Option(
            "--version",
            envvar="WASMLAB_EMSCRIPTEN_VERSION",
            help="Get this version of Emscripten.",
            show_default=False,
        ),
    ] = "",
    mirror: Annotated[
        str,
        typer.Option(
            "--mirror",
            envvar="WASMLAB_EMSDK_MIRROR",
            help="Get Emscripten from this folder or address.",
            show_default=False,
        ),
    ] = "",
    packages: Annotated[
        list[str] | None,
        typer.Option(
            "--package",
            metavar="NAME...",
            help="With pyodide: get this package for Python in pages, and pin it.",
            show_default=False,
        ),
    ] = None,
    pyodide_mirror: Annotated[
        str,
        typer.Option(
            "--pyodide-mirror",
            help="With pyodide: get packages in C from this copy of Pyodide's distribution.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Get what is missing: browsers, browser assets, Emscripten, packages, a compiler for grading."""
    from wasmlab.provision import emscripten, pyodide
    from wasmlab.provision.setup import set_up, split_packages

    chosen, names = split_packages(parts or [], packages or [])
    wanted = chosen or (["emscripten"] if version or mirror else [])
    replaced = {
        "emscripten": emscripten.part(version, mirror),
        "pyodide": pyodide.part(names, pyodide_mirror),
    }
    set_up(wanted, yes=yes, replaced=replaced)
