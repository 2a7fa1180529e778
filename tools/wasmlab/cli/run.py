"""`wasmlab run` and `wasmlab replay`: one call, and the round trip it made."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core

from wasmlab.cli.app import app, echo_json
from wasmlab.cli.finding import course_at_hand
from wasmlab.cli.options import LONGEST, AsJson, CourseFolder, Release, a_number

if TYPE_CHECKING:
    from wasmlab.engines.contract import Program as Given
    from wasmlab.errors import ToolMissing
    from wasmlab.roundtrip import RoundTrip
    from wasmlab.running import Runnable
    from wasmlab.running_wasi import Command


class Format(StrEnum):
    """How a round trip is shown."""

    TEXT = "text"
    JSON = "json"
    MERMAID = "mermaid"
    SVG = "svg"


# What a context remembers of the words after `--`, None without one.
_AFTER = "wasmlab.after"


class _Numbers(typer.core.TyperCommand):
    """Takes `-5` and `-1e5` for arguments: a minus sign of print (U+2212) hides them from the options.

    What stands after `--` is kept apart: they are the words for a WASI program.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        """Hide the signs of negative numbers, and set aside what is after `--`."""
        end = args.index("--") if "--" in args else len(args)
        ctx.meta[_AFTER] = args[end + 1 :]
        return super().parse_args(
            ctx, [re.sub(r"^-(?=[\d.]|inf|nan)", "\N{MINUS SIGN}", arg) for arg in args[:end]]
        )


As = Annotated[Format, typer.Option("--format", help="text, json, mermaid or svg.")]
Times = Annotated[bool, typer.Option("--times", help="Show when each crossing happened.")]
RunEngines = Annotated[
    list[str] | None,
    typer.Option(
        "--engine",
        "-e",
        help="wasmtime, chromium, firefox, webkit or all; may be given again, and the answers are compared.",
        show_default=False,
    ),
]


@app.command(cls=_Numbers)
def run(
    ctx: typer.Context,
    lesson: Annotated[str, typer.Argument(help="The lesson whose module is called, or a .wasm file.")],
    function: Annotated[
        str | None,
        typer.Argument(help="The exported function; a WASI program is run without.", show_default=False),
    ] = None,
    args: Annotated[list[str] | None, typer.Argument(help="Its arguments.", show_default=False)] = None,
    engine: RunEngines = None,
    format: As = Format.TEXT,
    times: Times = False,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            "--answer", help="What a host function returns in turn, as env.next=4,5.", show_default=False
        ),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option("--save", help="Keep the first engine's round trip in a file.", show_default=False),
    ] = None,
    target: Annotated[
        str, typer.Option("--target", help="Which program, where a lesson has several.", show_default=False)
    ] = "",
    directory: Annotated[
        Path | None,
        typer.Option("--dir", help="A WASI program gets a copy of the files in it.", show_default=False),
    ] = None,
    seconds: Annotated[
        float,
        typer.Option("--seconds", min=0.01, max=LONGEST, callback=a_number, help="How long a call may take."),
    ] = 10,
    fuel: Annotated[
        int | None,
        typer.Option(
            "--fuel", min=1, help="How many instructions; only wasmtime counts them.", show_default=False
        ),
    ] = None,
    course: CourseFolder = None,
    release: Release = False,
    as_json: AsJson = False,
) -> None:
    """Call an export and print the round trip: exit 1 where it traps, 124 where its time is over.

    A WASI program is run with the words after `--` and what is piped in; it prints, and its exit
    code is ours.
    """
    from wasmlab.engines.contract import Limits
    from wasmlab.roundtrip.saved import save_trip
    from wasmlab.running import (
        Runnable,
        choose_engines,
        exit_code,
        read_answers,
        recorded,
        refuse_disagreement,
        run_export,
    )
    from wasmlab.running_wasi import program_to_json, run_command

    format = Format.JSON if as_json else format
    engines, missing = choose_engines(engine or ["wasmtime"])
    after: list[str] = ctx.meta[_AFTER]
    limits = Limits(seconds, fuel=fuel)
    if function is None:
        command = _command(lesson, target, course, release=release, quiet=format != Format.TEXT)
        given = _given(command, after, directory)
        trips = run_command(command, given, engines, limits)
        if save is not None:
            around = program_to_json(given, target)
            program = Runnable(command.wasm, command.root)
            kept = recorded(Path(lesson).as_posix(), program, trips[0], release=release)
            save_trip(save, replace(kept, program=around))
        code = _show_command(format, command, trips)
        _refuse_missing(missing)
        raise typer.Exit(code)
    program = _runnable(lesson, function, course, release=release, quiet=format != Format.TEXT)
    words = [*(args or []), *after]
    trips = run_export(program, function, words, engines, limits, read_answers(answer or []))
    if save is not None:
        save_trip(save, recorded(Path(lesson).as_posix(), program, trips[0], release=release))
    _show(format, program, trips, times=times)
    refuse_disagreement(trips)
    _refuse_missing(missing)
    raise typer.Exit(exit_code(trips))


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A round trip that `wasmlab run --save` kept.")],
    engine: RunEngines = None,
    module: Annotated[
        str,
        typer.Option("--module", help="Call this lesson or .wasm file instead of the one recorded."),
    ] = "",
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> None:
    """Make a recorded call again and compare: exit 1 where an engine answers otherwise."""
    from wasmlab.roundtrip.agreement import parity_table
    from wasmlab.roundtrip.saved import load_trip
    from wasmlab.running import Runnable, choose_engines, refuse_another_answer
    from wasmlab.running import replay as make_again

    saved = load_trip(file)
    name = module or saved.module
    if saved.program is None:
        program = _runnable(name, saved.trip.function, course, release=saved.release, quiet=as_json)
    else:
        target = str(saved.program.get("target", ""))
        command = _command(name, target, course, release=saved.release, quiet=as_json)
        program = Runnable(command.wasm, command.root)
    engines, missing = choose_engines(engine or ["wasmtime"])
    trips = make_again(saved, program, engines)
    if not saved.is_of(program.wasm):
        typer.echo(f"note: {name} is not the module that was recorded: its bytes have changed", err=True)
    if as_json:
        echo_json([trip.to_json() for trip in trips])
    refuse_another_answer(saved, program, trips)
    if not as_json:
        typer.echo(parity_table(trips))
    _refuse_missing(missing)


def _runnable(name: str, function: str, course: Path | None, *, release: bool, quiet: bool) -> Runnable:
    from wasmlab.running import file_runnable, lesson_runnable

    if name.endswith(".wasm"):
        return file_runnable(Path(name))
    lesson = course_at_hand(course, [name], quiet=quiet).lesson(name)
    return lesson_runnable(lesson, function, release=release)


def _command(name: str, target: str, course: Path | None, *, release: bool, quiet: bool) -> Command:
    from wasmlab.running import file_runnable
    from wasmlab.running_wasi import file_command, lesson_command

    if name.endswith(".wasm"):
        return file_command(Path(name), file_runnable(Path(name)).wasm)
    return lesson_command(course_at_hand(course, [name], quiet=quiet).lesson(name), target, release=release)


def _given(command: Command, words: list[str], directory: Path | None) -> Given:
    from wasmlab.engines.contract import Program
    from wasmlab.running_wasi import read_folder, standard_input

    files = read_folder(directory) if directory else {}
    return Program((command.name, *words), standard_input(command.wasm), files=files)


def _show_command(format: Format, command: Command, trips: list[RoundTrip]) -> int:
    from wasmlab.running import Runnable, refuse_disagreement
    from wasmlab.running_wasi import exit_code
    from wasmlab.traps.telling import explain_trips, told

    if format is Format.TEXT:
        output = trips[0].output
        typer.echo(output.stdout if output else b"", nl=False)
        typer.echo(output.stderr if output else b"", nl=False, err=True)
        if any(trip.trap for trip in trips):
            typer.echo(told(explain_trips(command.wasm, command.root, trips)), err=True)
    else:
        _show(format, Runnable(command.wasm, command.root), trips, times=False)
    refuse_disagreement(trips)
    return exit_code(trips)


def _show(format: Format, module: Runnable, trips: list[RoundTrip], *, times: bool) -> None:
    from wasmlab.roundtrip.agreement import agree, parity_table
    from wasmlab.roundtrip.rendering import as_drawing, as_json
    from wasmlab.roundtrip.text import pen_for
    from wasmlab.traps.telling import explain_trips, told

    explained = explain_trips(module.wasm, module.root, trips)
    if format is Format.JSON:
        typer.echo(as_json(trips, [why and why.to_json() for _, why in explained]))
        return
    note = next((str(why).partition("\n")[0] for _, why in explained if why), "")
    drawing = as_drawing(format.value, trips, note, pen_for(sys.stdout.encoding), times=times)
    if format is not Format.TEXT:
        typer.echo(drawing.rstrip())
        return
    all_agree = len(trips) > 1 and all(agree(trips[0], trip) for trip in trips[1:])
    table = f"\n{parity_table(trips)}\n" if all_agree else ""
    typer.echo("\n".join(part for part in (drawing, told(explained), table) if part).rstrip())


def _refuse_missing(missing: list[ToolMissing]) -> None:
    """Refuse to call it done where `all` engines were asked for and some are not here."""
    if missing:
        raise missing[0]
