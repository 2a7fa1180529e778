"""What a build tells: steps, outputs and explained problems for a person, JSON for a machine."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, TextIO

import typer

from wasmlab.build import Result
from wasmlab.errors import GOOD, ToolMissing, WasmlabError

if TYPE_CHECKING:
    from wasmlab.diagnostics import Diagnostic

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan", "hint": "green"}


def exit_code(results: Iterable[Result]) -> int:
    """Return the first failure's exit code, or 0."""
    return next((result.error.exit_code for result in results if result.error), GOOD)


def print_results(
    results: list[Result], *, as_json: bool = False, verbose: bool = False, quiet: bool = False
) -> None:
    """Print what became of each target: outputs to stdout, problems to stderr.

    `verbose` adds the compiler's original text, `quiet` leaves out what went well.
    """
    if as_json:
        typer.echo(json.dumps([to_json(result) for result in results], indent=2))
        return
    for result in _once(result for result in results if not result.waits):
        if result.error is None and not quiet:
            typer.echo("\n".join(output_lines(result)))
        problems = problem_lines(result, colour=has_colour(sys.stderr), verbose=verbose)
        if problems:
            typer.echo("\n".join(problems), err=True)


def _once(results: Iterable[Result]) -> list[Result]:
    """Leave one result of a lesson whose targets all lack the same tool."""
    seen: dict[object, Result] = {}
    for number, result in enumerate(results):
        missing = isinstance(result.error, ToolMissing) and (result.lesson.name, str(result.error))
        seen.setdefault(missing or number, result)
    return list(seen.values())


def print_waiting(results: Iterable[Result]) -> None:
    """Print a line for each lesson whose toolchain is not on this machine, and each target without a part."""
    for result in _once(results):
        if missing := result.waits or result.error:
            colour = has_colour(sys.stderr)
            typer.echo(f"{_label('note', colour)} {_waiter(result)} waits: {missing.what}", err=True)
            typer.echo(f"{_label('hint', colour)} {missing.hint}", err=True)


def _waiter(result: Result) -> str:
    if not result.waits:
        return result.lesson.name
    older = f" ({result.target.output} is of an earlier build)" if result.kept else ""
    return f"{result.lesson.name}: {result.target.name}{older}"


def print_error(error: WasmlabError) -> None:
    """Print an error that belongs to no target, in its two lines."""
    colour = has_colour(sys.stderr)
    for line in error.lines():
        label, _, rest = line.partition(": ")
        typer.echo(f"{_label(label, colour)} {rest}", err=True)


def output_lines(result: Result) -> list[str]:
    """Return the lines about a good output: its size, its imports and its exports."""
    state = "up to date" if result.fresh else f"built in {result.seconds * 1000:.0f} ms"
    if result.module is None:  # parts for the page, which no compiler has made
        return [f"{result.lesson.name}/{PurePosixPath(result.target.output).parent}: {state}"]
    imports = ", ".join(f"{i.full_name}{i.signature or ''}" for i in result.module.imports)
    exports = ", ".join(f"{e.name}{e.signature or ''}" for e in result.module.exports)
    return [
        f"{result.lesson.name}/{result.target.output}: {result.module.size} bytes, {state}",
        f"  imports: {imports or 'none'}",
        f"  exports: {exports or 'none'}",
    ]


def problem_lines(result: Result, *, colour: bool = False, verbose: bool = False) -> list[str]:
    """Return the lines about everything that is wrong with a target, and what was kept."""
    lesson = result.lesson.name
    lines = [line for said in result.diagnostics for line in _diagnostic_lines(said, lesson, colour)]
    told = any(said.severity == "error" for said in result.diagnostics)
    if result.error is not None and not told:
        lines += [_label("error", colour) + f" {result.error.what}"]
        lines += [_label("hint", colour) + f" {result.error.hint}"] if result.error.hint else []
    if result.kept:
        lines.append(f"{lesson}/{result.target.output} still holds the last good build")
    if verbose and result.raw:
        lines += ["what the tool said:", *(f"  {line}" for line in result.raw.splitlines())]
    return lines


def _diagnostic_lines(said: Diagnostic, lesson: str, colour: bool) -> list[str]:
    lines = [f"{_label(said.severity, colour)} {said.place(lesson)}: {said.text}"]
    if said.severity == "note":
        return lines
    if said.source_line:
        lines.append(f"{said.line:5} | {said.source_line}")
    if said.marker:
        lines.append(f"      | {typer.style(said.marker, fg='green') if colour else said.marker}")
    if said.explanation:
        lines.append(said.explanation)
    if said.hint:
        lines.append(f"{_label('hint', colour)} {said.hint}")
    return lines


def _label(word: str, colour: bool) -> str:
    return typer.style(f"{word}:", fg=_COLOURS[word], bold=True) if colour else f"{word}:"


def has_colour(stream: TextIO) -> bool:
    """Return whether a stream is a terminal whose user has not asked for plain text."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def to_json(result: Result) -> dict[str, Any]:
    """Return one target's result as plain data."""
    module = result.module
    return {
        "lesson": result.lesson.name,
        "target": result.target.name,
        "output": result.target.output,
        "ok": result.error is None and result.waits is None,
        "fresh": result.fresh,
        "kept": result.kept,
        "milliseconds": round(result.seconds * 1000, 1),
        "size": module.size if module else None,
        "imports": [i.full_name for i in module.imports] if module else [],
        "exports": [e.name for e in module.exports] if module else [],
        "error": result.error.to_json() if result.error else None,
        "waits": result.waits.to_json() if result.waits else None,
        "diagnostics": [asdict(said) for said in result.diagnostics],
    }
