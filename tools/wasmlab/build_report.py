"""What a build tells: plain lines for a person, JSON for a machine, one exit code."""

from __future__ import annotations

import json
from typing import Any

import typer

from wasmlab.build import Result
from wasmlab.errors import GOOD


def exit_code(results: list[Result]) -> int:
    """Return the first failure's exit code, or 0."""
    return next((result.error.exit_code for result in results if result.error), GOOD)


def print_results(results: list[Result], *, as_json: bool) -> None:
    """Print what became of each target: results to stdout, errors to stderr."""
    if as_json:
        typer.echo(json.dumps([to_json(result) for result in results], indent=2))
        return
    for result in results:
        if result.error is None:
            typer.echo(_good_line(result))
        else:
            for line in result.error.lines():
                typer.echo(line, err=True)


def _good_line(result: Result) -> str:
    assert result.module is not None
    state = "up to date" if result.fresh else f"built in {result.seconds * 1000:.0f} ms"
    imports = ", ".join(i.full_name for i in result.module.imports) or "none"
    exports = ", ".join(e.name for e in result.module.exports) or "none"
    where = f"{result.lesson.name}/{result.target.output}"
    return f"{where}  {result.module.size} bytes  {state}  imports: {imports}  exports: {exports}"


def to_json(result: Result) -> dict[str, Any]:
    """Return one target's result as plain data."""
    module = result.module
    return {
        "lesson": result.lesson.name,
        "target": result.target.name,
        "output": result.target.output,
        "ok": result.error is None,
        "fresh": result.fresh,
        "size": module.size if module else None,
        "imports": [i.full_name for i in module.imports] if module else [],
        "exports": [e.name for e in module.exports] if module else [],
        "error": {"what": result.error.what, "hint": result.error.hint} if result.error else None,
    }
