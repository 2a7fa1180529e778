"""Runs a WASI program in one or more engines: with a command line's arguments, input and folder."""

from __future__ import annotations

import os
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wasmlab.build import Options, build_lesson
from wasmlab.engines import engine, session
from wasmlab.engines.contract import Limits, Program
from wasmlab.engines.wasi.interface import MODULE, START
from wasmlab.errors import CHECKS_FAILED, TIME_LIMIT, CallRefused, RecordUnreadable, UsageError
from wasmlab.lesson import Lesson
from wasmlab.roundtrip import RoundTrip
from wasmlab.wasmfile import Module, read_module


@dataclass(frozen=True)
class Command:
    """A module that is a program; `root` is the folder that its sources lie in."""

    name: str
    wasm: bytes
    root: Path


def is_command(module: Module) -> bool:
    """Return whether a module is a program: it has a beginning, and asks WASI for the world."""
    start = module.export(START)
    return start is not None and start.kind == "func"


def file_command(path: Path, wasm: bytes) -> Command:
    """Return the program in a file.

    Raises:
        CallRefused: the module is none.
    """
    if not is_command(read_module(wasm)):
        raise _no_command(str(path), read_module(wasm))
    return Command(path.name, wasm, Path.cwd())


def lesson_command(lesson: Lesson, target: str = "", *, release: bool = False) -> Command:
    """Build the lesson where needed and return its program, that of `target` where there are several.

    Raises:
        BuildError: it does not build.
        CallRefused: it has none of that name, or several and no name was given.
    """
    for result in build_lesson(lesson, Options("release" if release else "debug")):
        if result.error is not None:
            raise result.error
    found = {}
    for each in lesson.targets:
        if not (lesson.root / each.output).is_file():  # it waits for a part
            continue
        wasm = (lesson.root / each.output).read_bytes()
        if is_command(read_module(wasm)):
            found[each.name] = wasm
    names = ", ".join(found)
    if not found:
        raise CallRefused(f"no target of {lesson.name} is a program", "name the function to call")
    if target not in found and (target or len(found) > 1):
        what = f"no program {target!r}" if target else f"{len(found)} programs"
        raise CallRefused(f"{lesson.name} has {what}", f"add --target and one of {names}")
    name = target or names
    return Command(name, found[name], lesson.root)


def _no_command(name: str, module: Module) -> CallRefused:
    functions = [export.name for export in module.exports if export.kind == "func"]
    hint = f"name the function to call: {', '.join(functions[:5])}" if functions else "it exports no function"
    return CallRefused(f"{name} is no program: it exports no {START}", hint)


def run_command(
    command: Command, program: Program, engines: Sequence[str], limits: Limits | None = None
) -> list[RoundTrip]:
    """Run a program in each engine.

    The memory is not compared: a clock's time is in it, and differs.

    Raises:
        ToolMissing: an engine is not on this machine; none is started then.
    """
    for name in engines:
        engine(name).find()
    trips = []
    for name in engines:
        with session(name, limits) as started:
            trip = started.open(command.wasm, program=program).call(START, [])
            trips.append(replace(trip, memory_hash=""))
    return trips


def program_to_json(program: Program, target: str) -> dict[str, Any]:
    """Return what a program is given as plain data, bytes in base64.

    `target` says which of a lesson's programs it is.
    """
    return {
        "target": target,
        "argv": list(program.argv),
        "stdin": b64encode(program.stdin).decode("ascii"),
        "environment": dict(program.environment),
        "files": {name: b64encode(data).decode("ascii") for name, data in program.files.items()},
        "seed": program.seed,
    }


def program_from_json(given: Mapping[str, Any]) -> Program:
    """Return what `program_to_json` gave as plain data.

    Raises:
        RecordUnreadable: it is not such data.
    """
    try:
        return Program(
            tuple(map(str, given["argv"])),
            b64decode(given["stdin"], validate=True),
            {str(name): str(value) for name, value in given["environment"].items()},
            {str(name): b64decode(data, validate=True) for name, data in given["files"].items()},
            int(given["seed"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecordUnreadable(
            "the file does not say what the program was given",
            "record it again with: wasmlab run --save FILE",
        ) from error


def reads_input(wasm: bytes) -> bool:
    """Return whether a program may read its standard input."""
    return any(needed.full_name == f"{MODULE}.fd_read" for needed in read_module(wasm).imports)


def standard_input(wasm: bytes) -> bytes:
    """Return what is piped into this process, where the program may read it; of a terminal, nothing."""
    stream = sys.stdin
    if stream is None or stream.isatty() or not reads_input(wasm):
        return b""
    return stream.buffer.read()


def read_folder(folder: Path, limits: Limits | None = None) -> dict[str, bytes]:
    """Return the files under `folder`, by their paths in it; links to folders are not followed.

    Raises:
        UsageError: it is no folder, cannot be read, or holds more than a program may have.
    """
    limits = limits or Limits()
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder", "name the folder whose files the program gets")
    files: dict[str, bytes] = {}
    size = 0
    try:
        for path in _files_under(folder):
            size += path.stat().st_size
            if size > limits.files or len(files) >= limits.file_count:
                what = f"{folder} holds more than {limits.files >> 20} MiB or {limits.file_count} files"
                raise UsageError(what, "name a smaller folder")
            files[path.relative_to(folder).as_posix()] = path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{error.filename} cannot be read: {error.strerror}", "name another folder"
        ) from error
    return files


def _files_under(folder: Path) -> Iterator[Path]:
    for place, _, names in os.walk(folder):
        yield from (Path(place, name) for name in sorted(names) if Path(place, name).is_file())


def exit_code(trips: Sequence[RoundTrip]) -> int:
    """Return the program's own exit code; 124 where its time was over, 1 where it was stopped otherwise."""
    kinds = {trip.trap.kind for trip in trips if trip.trap}
    if "time limit" in kinds:
        return TIME_LIMIT
    if kinds:
        return CHECKS_FAILED
    code = (trips[0].output.code if trips[0].output else None) or 0
    return code & 0xFF or (CHECKS_FAILED if code else 0)
