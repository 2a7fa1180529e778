"""Makes one target: runs the steps in the stage, verifies what they leave, publishes it."""

from __future__ import annotations

import shutil
import time
from pathlib import Path, PurePosixPath

from wasmlab.build import fingerprint, interface, stage
from wasmlab.build.beside import publish_trap_table
from wasmlab.build.results import Failure, Options, Result
from wasmlab.build.steps import check_made, check_main, check_sources, explanations, run_step
from wasmlab.errors import InterfaceMismatch
from wasmlab.lesson import Lesson, Target
from wasmlab.toolchains.plan import Plan, Tool


def make(lesson: Lesson, target: Target, options: Options, tool: Tool, plan: Plan) -> Result:
    """Make one target anew by `plan`; only a module that keeps what the manifest says is published.

    Raises:
        Failure: a step said no, or left something else.
        WasmlabError: a source cannot be read, or a folder refuses to be written.
    """
    check_sources(lesson, target)
    _empty_stage(lesson.root / plan.stage)
    options.on_start(lesson, target, plan)
    before, started = fingerprint.hash_known(lesson, target), time.time_ns()
    raw = "".join(run_step(step, lesson, target, tool, options) for step in plan.steps)
    check_main(lesson, target, tool, raw)
    said = explanations(raw, lesson, target, tool)
    check_made(lesson, target, plan, raw)
    try:
        module = interface.verify(lesson, target, lesson.root / plan.made)
    except InterfaceMismatch as error:
        raise Failure(error, raw, said + interface.placed(lesson, target, error)) from error
    inputs = fingerprint.hash_inputs(lesson, target, plan, before, started) if options.has_record else {}
    publish_trap_table(lesson, target, plan, options)
    beside = _publish_beside(lesson, target, plan)
    stage.publish(lesson.root / plan.made, lesson.root / target.output)
    if options.has_record:
        fingerprint.write_record(lesson, target, tool, plan, inputs, raw, beside)
    said += interface.remarks(lesson, target, module)
    return Result(lesson, target, module, diagnostics=said, raw=raw)


def _publish_beside(lesson: Lesson, target: Target, plan: Plan) -> list[str]:
    """Publish what lies beside the module, before the module: who hears of that loads both."""
    folder = PurePosixPath(target.output).parent
    spare = [f"{folder}/{name}" for name in plan.spare if (lesson.root / plan.stage / name).is_file()]
    names = [*plan.also, *spare]
    for name in names:
        stage.publish(lesson.root / plan.stage / PurePosixPath(name).name, lesson.root / name)
    return names


def _empty_stage(folder: Path) -> None:
    """Leave nothing of an earlier build in the stage but its record."""
    stage.make_folder(folder)
    for entry in folder.iterdir():
        if entry.suffix != ".json":
            entry.unlink() if not entry.is_dir() else shutil.rmtree(entry)
