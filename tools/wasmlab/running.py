"""Runs an export of a module in one or more engines and compares their answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wasmlab.build import Options, build_lesson
from wasmlab.engines import engine, session
from wasmlab.engines.arguments import read_arguments
from wasmlab.engines.border import signature_of
from wasmlab.engines.contract import Limits
from wasmlab.errors import (
    CHECKS_FAILED,
    GOOD,
    TIME_LIMIT,
    CallRefused,
    EnginesDisagree,
    ModuleUnreadable,
)
from wasmlab.lesson import Lesson, Target
from wasmlab.names import did_you_mean
from wasmlab.roundtrip import RoundTrip, disagreement
from wasmlab.wasmfile import read_module


@dataclass(frozen=True)
class Program:
    """A module to run; `root` is the folder that the sources in its debug information lie in."""

    wasm: bytes
    root: Path


def lesson_program(lesson: Lesson, function: str, *, release: bool = False) -> Program:
    """Build the lesson where needed and return the module that exports `function`.

    Raises:
        BuildError: it does not build.
        CallRefused: no target exports the function.
    """
    for result in build_lesson(lesson, Options("release" if release else "debug")):
        if result.error is not None:
            raise result.error
    wasm = (lesson.root / _target_with(lesson, function).output).read_bytes()
    return Program(wasm, lesson.root)


def file_program(path: Path) -> Program:
    """Return the module in the file at `path`.

    Raises:
        ModuleUnreadable: there is no such file, or it cannot be read.
    """
    try:
        return Program(path.read_bytes(), Path.cwd())
    except OSError as error:
        raise ModuleUnreadable(
            f"{path} cannot be read: {error.strerror}", "name a lesson, or a file like dist/NAME.wasm"
        ) from error


def run_program(
    program: Program, function: str, args: Sequence[str], engines: Sequence[str], limits: Limits | None = None
) -> list[RoundTrip]:
    """Call `function` in each engine, the arguments being words of a command line.

    Raises:
        CallRefused: the module exports no such function, or the arguments do not fit it.
        ToolMissing: an engine is not on this machine; none is started then.
    """
    values = read_arguments(signature_of(read_module(program.wasm), function), args)
    for name in engines:
        engine(name).find()
    trips = []
    for name in engines:
        with session(name, limits) as started:
            trips.append(started.open(program.wasm).call(function, values))
    return trips


def run_function(
    lesson: Lesson, function: str, args: Sequence[str], engines: Sequence[str], limits: Limits | None = None
) -> list[RoundTrip]:
    """Call a function of a lesson in each engine; the errors are those of the functions above."""
    return run_program(lesson_program(lesson, function), function, args, engines, limits)


def refuse_disagreement(trips: Sequence[RoundTrip]) -> None:
    """Refuse round trips of one call that differ.

    Raises:
        EnginesDisagree: two engines gave different answers; the error holds the table.
    """
    if table := disagreement(list(trips)):
        raise EnginesDisagree(
            f"the engines disagree about {trips[0].function}:\n{table}",
            "run it with --json for every crossing",
        )


def exit_code(trips: Sequence[RoundTrip]) -> int:
    """Return 0 where all calls returned, 124 where one ran out of time, 1 where one trapped."""
    kinds = {trip.trap.kind for trip in trips if trip.trap}
    if "time limit" in kinds:
        return TIME_LIMIT
    return CHECKS_FAILED if kinds else GOOD


def _target_with(lesson: Lesson, function: str) -> Target:
    names = [export.name for target in lesson.targets for export in target.exports]
    for target in lesson.targets:
        if any(export.name == function for export in target.exports):
            return target
    raise CallRefused(f"no target of {lesson.name} exports {function!r}", did_you_mean(function, names))
