"""Builds a lesson's targets: find the tool, compile, verify the borders, publish by stage and swap."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from dataclasses import replace
from pathlib import Path, PurePosixPath

from wasmlab import wasmfile
from wasmlab.build import fingerprint, interface, stage
from wasmlab.build.beside import publish_panels, publish_trap_table
from wasmlab.build.results import Failure, Options, Result
from wasmlab.build.steps import check_made, check_main, check_sources, explanations, run_step
from wasmlab.errors import InterfaceMismatch, PartMissing, ToolchainUnknown, WasmlabError
from wasmlab.lesson import Lesson, Target
from wasmlab.toolchains import named_tool, toolchain
from wasmlab.toolchains.plan import Plan, Tool


def build_lesson(lesson: Lesson, options: Options | None = None) -> list[Result]:
    """Build every target of `lesson`, side by side; whatever fails is in its result and stops no other."""
    results = build_modules(lesson, options or Options())
    publish_panels(lesson)
    return results


def build_modules(lesson: Lesson, options: Options) -> list[Result]:
    """Build as `build_lesson` does, all but the modules' pages: no module waits for its own."""
    results = {target.name: _fresh(lesson, target, options) for target in lesson.targets}
    stale = [target for target in lesson.targets if results[target.name] is None]
    if stale:
        results |= {result.target.name: result for result in _build_stale(lesson, stale, options)}
    if lesson.assets:
        from wasmlab.build.page_parts import publish

        results |= {asset: publish(lesson, asset) for asset in lesson.assets}
    return [result for result in results.values() if result is not None]


def build_target(lesson: Lesson, target: Target, options: Options) -> Result:
    """Build one target; whatever goes wrong is in the result, and the last good module stays."""
    if result := _fresh(lesson, target, options):
        return result
    start = time.perf_counter()
    try:
        result = _build(lesson, target, options)
    except Failure as failure:
        result = _failed(lesson, target, failure.error, failure)
    except WasmlabError as error:
        result = _failed(lesson, target, error)
    return replace(result, seconds=time.perf_counter() - start)


def plan_target(lesson: Lesson, target: Target, options: Options) -> tuple[Tool, Plan]:
    """Return the tool and the commands for `target` without running anything.

    Raises:
        ToolchainUnknown: this wasmlab has no toolchain of the manifest's name.
        ToolMissing: the toolchain, or a library that the target needs, is not on this machine.
        PartMissing: a part that the manifest names is not on this machine, or not wanted.
    """
    try:
        chain = toolchain(target.toolchain)
    except ToolchainUnknown as error:
        raise ToolchainUnknown(f"{lesson.name}/{lesson.manifest.name}: {error.what}", error.hint) from error
    if target.parts and not options.has_parts:
        raise PartMissing(f"{lesson.name}: {target.name} is left out here", "wasmlab build")
    tool = chain.find(named_tool(target.toolchain, options.tool_path))
    return tool, chain.plan(tool, lesson, target, options.profile)


def clean_lesson(lesson: Lesson) -> list[str]:
    """Remove what builds have made and return the outputs that are gone.

    Raises:
        FolderNotWritable: something cannot be removed.
    """
    return stage.clean(lesson)


def _build_stale(lesson: Lesson, targets: list[Target], options: Options) -> list[Result]:
    try:
        with stage.locked(lesson):
            return _side_by_side(lesson, targets, options)
    except WasmlabError as error:
        return [_failed(lesson, target, error) for target in targets]


def _side_by_side(lesson: Lesson, targets: list[Target], options: Options) -> list[Result]:
    """Build in threads, even one target: so Ctrl-C never falls between a tool's start and our noting it."""
    from concurrent.futures import ThreadPoolExecutor, wait

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        try:
            running = [pool.submit(build_target, lesson, target, options) for target in targets]
            while wait(running, timeout=0.2).not_done:  # on Windows Ctrl-C is seen between two waits
                pass
        except KeyboardInterrupt:
            options.group.stop()
            raise
        return [future.result() for future in running]


def _fresh(lesson: Lesson, target: Target, options: Options) -> Result | None:
    """Return the result of a target for which nothing is to do, or which no tool here can build."""
    try:
        tool, plan = plan_target(lesson, target, options)
        record = None if options.force else fingerprint.current(lesson, target, tool, plan)
        if record is None:
            return None
        module = wasmfile.read_module((lesson.root / target.output).read_bytes())
    except WasmlabError as error:
        return _failed(lesson, target, error)
    except OSError:
        return None
    said = explanations(record.said, lesson, target, tool) if record.said else ()
    said += interface.remarks(lesson, target, module)
    return Result(lesson, target, module, fresh=True, diagnostics=said, raw=record.said)


def _build(lesson: Lesson, target: Target, options: Options) -> Result:
    tool, plan = plan_target(lesson, target, options)
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
    publish_trap_table(lesson, target, plan, has_page=options.has_page)
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


def _failed(lesson: Lesson, target: Target, error: WasmlabError, failure: Failure | None = None) -> Result:
    """A failed target is out of date whatever its record says, but its last good module stays."""
    with contextlib.suppress(OSError):
        fingerprint.record_path(lesson, target).unlink(missing_ok=True)
    said, raw = (failure.diagnostics, failure.raw) if failure else ((), "")
    kept = (lesson.root / target.output).is_file()
    if isinstance(error, PartMissing):
        return Result(lesson, target, kept=kept, waits=error)
    return Result(lesson, target, diagnostics=said, raw=raw, error=error, kept=kept)
