"""Runs an export of a module in one or more engines, and again what was recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path

from wasmlab.build import Options, build_lesson
from wasmlab.engines import ENGINES, OPTIONAL, engine, session
from wasmlab.engines.arguments import read_arguments
from wasmlab.engines.border import signature_of
from wasmlab.engines.contract import Hosts, Limits
from wasmlab.engines.declared import with_pointers
from wasmlab.errors import (
    CHECKS_FAILED,
    GOOD,
    TIME_LIMIT,
    CallRefused,
    EnginesDisagree,
    ModuleUnreadable,
    ToolMissing,
)
from wasmlab.lesson import Lesson, Target
from wasmlab.names import did_you_mean
from wasmlab.parity import memory_of, settled
from wasmlab.roundtrip import RoundTrip, Value, disagreement
from wasmlab.roundtrip.saved import Saved
from wasmlab.running_wasi import Command, program_from_json, run_command
from wasmlab.signature import Declared
from wasmlab.wasmfile import read_module


@dataclass(frozen=True)
class Runnable:
    """A module to run; `root` is the folder that the sources in its debug information lie in.

    `imports` is what a manifest declares of its host functions.
    """

    wasm: bytes
    root: Path
    imports: tuple[Declared, ...] = ()


def lesson_runnable(lesson: Lesson, function: str, *, release: bool = False) -> Runnable:
    """Build the lesson where needed and return the module that exports `function`.

    Raises:
        BuildError: it does not build.
        CallRefused: no target exports the function.
    """
    for result in build_lesson(lesson, Options("release" if release else "debug")):
        if result.error is not None:
            raise result.error
    target = _target_with(lesson, function)
    return Runnable((lesson.root / target.output).read_bytes(), lesson.root, target.imports)


def file_runnable(path: Path) -> Runnable:
    """Return the module in the file at `path`.

    Raises:
        ModuleUnreadable: there is no such file, it cannot be read, or is huge.
    """
    from wasmlab.inspecting.tool import refuse_huge

    try:
        refuse_huge(path)
        return Runnable(path.read_bytes(), Path.cwd())
    except OSError as error:
        raise ModuleUnreadable(
            f"{path} cannot be read: {error.strerror}", "name a lesson, or a file like dist/NAME.wasm"
        ) from error


def run_export(
    module: Runnable,
    function: str,
    args: Sequence[str],
    engines: Sequence[str],
    limits: Limits | None = None,
    hosts: Hosts | None = None,
) -> list[RoundTrip]:
    """Call `function` in each engine, the arguments being words of a command line.

    Raises:
        CallRefused: the module exports no such function, or the arguments do not fit it.
        ToolMissing: an engine is not on this machine; none is started then.
    """
    values = read_arguments(signature_of(read_module(module.wasm), function), args)
    return call_in(module, function, values, engines, limits, hosts)


def call_in(
    module: Runnable,
    function: str,
    values: Sequence[Value],
    engines: Sequence[str],
    limits: Limits | None = None,
    hosts: Hosts | None = None,
) -> list[RoundTrip]:
    """Call `function` with these very values in each engine; the errors are those of `run_export`."""
    for name in engines:
        engine(name).find()
    hosts = with_pointers(read_module(module.wasm), module.imports, hosts)
    trips, instances = [], []
    with ExitStack() as stack:
        for name in engines:
            instance = stack.enter_context(session(name, limits)).open(module.wasm, hosts)
            instances.append(instance)
            trips.append(instance.call(function, values))
        return settled(trips, [partial(memory_of, instance) for instance in instances])


ALL = "all"


def choose_engines(names: Sequence[str]) -> tuple[list[str], list[ToolMissing]]:
    """Return the engines of these names; `all` stands for each that is here, and what is missing is told.

    Raises:
        UsageError: there is none of a name.
    """
    chosen: list[str] = []
    missing: list[ToolMissing] = []
    for name in names:
        for each in (*ENGINES, *OPTIONAL) if name == ALL else (engine(name).name,):
            try:
                if name == ALL:
                    engine(each).find()
            except ToolMissing as error:
                if each in ENGINES:
                    missing.append(error)
            else:
                chosen.append(each)
    return list(dict.fromkeys(chosen)), missing


def read_answers(texts: Sequence[str]) -> dict[str, list[float]]:
    """Return what host functions answer, from words like `env.next=4,5`.

    Raises:
        CallRefused: a word is not of this form.
    """
    return dict(_answer(text) for text in texts)


def _answer(text: str) -> tuple[str, list[float]]:
    name, equals, numbers = text.rpartition("=")
    try:
        if not equals:
            raise ValueError(text)
        return name, [_number(word) for word in numbers.split(",")]
    except ValueError as error:
        raise CallRefused(f"{text!r} answers for no host function", "write it like env.next=4,5") from error


def _number(word: str) -> float:
    try:
        return int(word, 0)
    except ValueError:
        return float(word)


def run_function(
    lesson: Lesson, function: str, args: Sequence[str], engines: Sequence[str], limits: Limits | None = None
) -> list[RoundTrip]:
    """Call a function of a lesson in each engine; the errors are those of the functions above."""
    return run_export(lesson_runnable(lesson, function), function, args, engines, limits)


def refuse_disagreement(trips: Sequence[RoundTrip]) -> None:
    """Refuse round trips of one call that differ.

    Raises:
        EnginesDisagree: two engines gave different answers; the error holds the table.
    """
    if table := disagreement(list(trips)):
        raise EnginesDisagree(
            f"the engines disagree about {trips[0].function}:\n{table}",
            "wasmlab run ... --format json shows every crossing; "
            "of a NaN that was computed and stored the bits may differ",
        )


def recorded(name: str, module: Runnable, trip: RoundTrip, *, release: bool = False) -> Saved:
    """Return the trip with what is needed to make its call again; `name` is what was run."""
    return Saved(name, sha256(module.wasm).hexdigest(), release, trip)


def replay(saved: Saved, module: Runnable, engines: Sequence[str]) -> list[RoundTrip]:
    """Return the recorded trip, named so, and behind it the same call as each engine makes it now.

    The host functions answer as they did then, and a program is given what it was given.

    Raises:
        RecordUnreadable: what a program was given cannot be read.
        CallRefused: the module has no such function any more, or its types have changed.
        ToolMissing: an engine is not on this machine; none is started then.
    """
    then = replace(saved.trip, engine=f"{saved.trip.engine}, recorded")
    if then.output is not None:  # of the files only hashes are recorded
        then = replace(then, output=replace(then.output, files={}))
    if saved.program is None:
        now = _again(saved, module, engines)
    else:
        command = Command(saved.module, module.wasm, module.root)
        now = run_command(command, program_from_json(saved.program), engines)
    return [then, *(_without_files(trip) for trip in now)]


def _again(saved: Saved, module: Runnable, engines: Sequence[str]) -> list[RoundTrip]:
    """Make the call in each engine; the one of the recording settles what the others are free to do."""
    call = partial(call_in, module, saved.trip.function, saved.args, hosts=_hosts(saved, module))
    first = saved.trip.engine
    now = call([first, *engines] if first in ENGINES and first not in engines else engines)
    return now[-len(engines) :]


def _hosts(saved: Saved, module: Runnable) -> Hosts:
    """Return the recorded answers for the functions that the module still imports."""
    wanted = {needed.full_name for needed in read_module(module.wasm).imports}
    answers: Mapping[str, Sequence[tuple[Value, ...]]] = saved.hosts
    return {name: given for name, given in answers.items() if name in wanted}


def _without_files(trip: RoundTrip) -> RoundTrip:
    return replace(trip, output=replace(trip.output, files={})) if trip.output else trip


def refuse_another_answer(saved: Saved, module: Runnable, trips: Sequence[RoundTrip]) -> None:
    """Refuse a replay in which an engine answered otherwise than was recorded.

    Raises:
        EnginesDisagree: one did; the error holds the table.
    """
    if table := disagreement(list(trips)):
        hint = (
            "wasmlab replay FILE --format json shows every crossing"
            if saved.is_of(module.wasm)
            else "the module has changed since: record it again with wasmlab run ... --save FILE"
        )
        raise EnginesDisagree(f"{saved.trip.function} does not answer as it was recorded:\n{table}", hint)


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
