"""Builds a lesson's targets: find the tool, compile, verify the borders, publish by stage and swap."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from wasmlab import fingerprint, interface, wasmfile
from wasmlab.diagnostics import Diagnostic, read_diagnostics
from wasmlab.errors import CompileFailed, FolderNotWritable, SourceMissing, WasmlabError
from wasmlab.lesson import Lesson, Target
from wasmlab.process import Command, run
from wasmlab.toolchains import toolchain
from wasmlab.toolchains.plan import STAGE, Plan, Profile, Step, Tool


@dataclass(frozen=True)
class Options:
    """How to build: `tool_path` names a compiler instead of the one that would be found."""

    profile: Profile = "debug"
    tool_path: Path | None = None
    force: bool = False
    on_step: Callable[[Step], None] = lambda _step: None


@dataclass(frozen=True)
class Result:
    """What became of one target: `error` is None when it is good; `fresh` when nothing was to do."""

    lesson: Lesson
    target: Target
    module: wasmfile.Module | None = None
    fresh: bool = False
    seconds: float = 0.0
    diagnostics: tuple[Diagnostic, ...] = ()
    raw: str = ""
    error: WasmlabError | None = None
    kept: bool = False


@dataclass
class _Failure(Exception):
    """A step's compiler said no; carries its words up to the result."""

    error: WasmlabError
    raw: str = ""
    diagnostics: tuple[Diagnostic, ...] = field(default=())


def build_lesson(lesson: Lesson, options: Options | None = None) -> list[Result]:
    """Build every target of `lesson`, side by side; a failed target does not stop the others.

    Raises:
        FolderNotWritable: `dist/` cannot be written.
    """
    options = options or Options()
    if not lesson.targets:
        return []
    _make_stage(lesson)
    with _locked(lesson), ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return list(pool.map(lambda target: build_target(lesson, target, options), lesson.targets))


def build_target(lesson: Lesson, target: Target, options: Options) -> Result:
    """Build one target; whatever goes wrong is in the result, and the last good module stays."""
    start = time.perf_counter()
    try:
        module, fresh, raw = _build(lesson, target, options)
    except _Failure as failure:
        return _failed(lesson, target, failure, time.perf_counter() - start)
    except WasmlabError as error:
        return _failed(lesson, target, _Failure(error), time.perf_counter() - start)
    seconds = time.perf_counter() - start
    return Result(lesson, target, module, fresh, seconds, tuple(read_diagnostics(raw)), raw)


def plan_target(lesson: Lesson, target: Target, options: Options) -> tuple[Tool, Plan]:
    """Return the tool and the commands for `target` without running anything."""
    chain = toolchain(target.toolchain)
    tool = chain.find(options.tool_path)
    return tool, chain.plan(tool, lesson, target, options.profile)


def _build(lesson: Lesson, target: Target, options: Options) -> tuple[wasmfile.Module, bool, str]:
    tool, plan = plan_target(lesson, target, options)
    output = lesson.root / target.output
    _check_sources(lesson, target)
    if not options.force and fingerprint.is_current(lesson, target, tool, plan):
        return wasmfile.read_module(output.read_bytes()), True, ""
    said = [_run_step(step, options) for step in plan.steps]
    made = lesson.root / plan.made
    module = interface.verify(target, made)
    inputs = fingerprint.hash_inputs(lesson, target, plan)
    _publish(made, output)
    fingerprint.write_record(lesson, target, tool, plan, inputs)
    return module, False, "".join(said)


def _check_sources(lesson: Lesson, target: Target) -> None:
    for source in target.sources:
        path = lesson.root / source
        if path.is_dir():
            raise SourceMissing(f"{lesson.name}/{source} is a folder", "name a C file under sources")
        try:
            path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise SourceMissing(f"{lesson.name}/{source} is not there", _nearest_file(path)) from error
        except UnicodeDecodeError as error:
            raise SourceMissing(f"{lesson.name}/{source} is not UTF-8 text", "save it as UTF-8") from error
        except OSError as error:
            raise SourceMissing(
                f"{lesson.name}/{source} cannot be read: {error.strerror}", "check its permissions"
            ) from error


def _nearest_file(path: Path) -> str:
    from wasmlab.names import did_you_mean

    here = [entry.name for entry in path.parent.glob("*") if entry.is_file()] if path.parent.is_dir() else []
    return did_you_mean(path.name, here) or f"create it, or mend sources in {path.parent.name}'s lesson.toml"


def _run_step(step: Step, options: Options) -> str:
    options.on_step(step)
    done = run(step.command)
    if not done.ok:
        diagnostics = tuple(read_diagnostics(done.stderr))
        first = next((d for d in diagnostics if d.severity == "error"), None)
        what = f"{first.file}:{first.line}:{first.column}: {first.text}" if first else f"cannot {step.text}"
        raise _Failure(CompileFailed(what, first.hint if first else ""), done.stderr, diagnostics)
    return done.stderr


def _failed(lesson: Lesson, target: Target, failure: _Failure, seconds: float) -> Result:
    """A failed target is out of date whatever its record says, but its last good module stays."""
    fingerprint.record_path(lesson, target).unlink(missing_ok=True)
    kept = (lesson.root / target.output).is_file()
    return Result(
        lesson,
        target,
        seconds=seconds,
        diagnostics=failure.diagnostics,
        raw=failure.raw,
        error=failure.error,
        kept=kept,
    )


def _publish(made: Path, output: Path) -> None:
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        made.replace(output)
    except OSError as error:
        raise FolderNotWritable(f"{output} cannot be written: {error.strerror}", _WRITABLE) from error


_WRITABLE = "make the folder writable, free some space, or copy the course: wasmlab new course DIR"


def _make_stage(lesson: Lesson) -> None:
    stage = lesson.root / STAGE
    try:
        stage.mkdir(parents=True, exist_ok=True)
        (stage / ".writable").write_text("", encoding="utf-8")
    except OSError as error:
        raise FolderNotWritable(f"{stage} cannot be written: {error.strerror}", _WRITABLE) from error


@contextmanager
def _locked(lesson: Lesson) -> Iterator[None]:
    """Let one build at a time work in a lesson's stage: `serve` and `build` may meet there."""
    from filelock import FileLock

    with FileLock(lesson.root / STAGE / ".lock", timeout=120):
        yield


def clean_lesson(lesson: Lesson) -> list[str]:
    """Remove what builds have made: the outputs, the stage, and `dist/` if nothing else is in it."""
    import shutil

    outputs = [lesson.root / target.output for target in lesson.targets]
    removed = [path for path in outputs if path.is_file()]
    for path in removed:
        path.unlink()
    shutil.rmtree(lesson.root / STAGE, ignore_errors=True)
    dist = lesson.root / "dist"
    if dist.is_dir() and not any(dist.iterdir()):
        dist.rmdir()
    return [path.relative_to(lesson.root).as_posix() for path in removed]


def commands_of(plan: Plan, lesson: Lesson, target: Target) -> list[Command]:
    """Return the whole of a plan as one would type it, the publishing move at its end."""
    move = Command(("mv", plan.made, target.output), lesson.root)
    return [*(step.command for step in plan.steps), move]
