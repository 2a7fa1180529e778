"""Runs an export of a lesson's module in one or more engines and compares their answers."""

from __future__ import annotations

from wasmlab.build import build_lesson
from wasmlab.engines import session
from wasmlab.engines.arguments import read_arguments
from wasmlab.engines.border import signature_of
from wasmlab.engines.contract import Limits
from wasmlab.errors import CallRefused, EnginesDisagree
from wasmlab.lesson import Lesson, Target
from wasmlab.names import did_you_mean
from wasmlab.roundtrip import RoundTrip, disagreement
from wasmlab.wasmfile import read_module


def run_function(
    lesson: Lesson, function: str, args: list[str], engines: list[str], limits: Limits | None = None
) -> list[RoundTrip]:
    """Build the lesson where needed and call `function` in each engine.

    Raises:
        CallRefused: no target exports the function, or the arguments do not fit it.
        EnginesDisagree: two engines gave different answers; the error holds the table.
    """
    for result in build_lesson(lesson):
        if result.error is not None:
            raise result.error
    wasm = (lesson.root / _target_with(lesson, function).output).read_bytes()
    values = read_arguments(signature_of(read_module(wasm), function), args)
    trips = []
    for name in engines:
        with session(name, limits) as started:
            trips.append(started.open(wasm).call(function, values))
    if table := disagreement(trips):
        raise EnginesDisagree(f"the engines disagree about {function}:\n{table}", "wasmlab doctor")
    return trips


def _target_with(lesson: Lesson, function: str) -> Target:
    names = [export.name for target in lesson.targets for export in target.exports]
    for target in lesson.targets:
        if any(export.name == function for export in target.exports):
            return target
    raise CallRefused(f"no target of {lesson.name} exports {function!r}", did_you_mean(function, names))
