"""Builds a lesson's targets: find the tool, compile, verify the borders, publish by stage and swap."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import replace

from wasmlab import wasmfile
from wasmlab.build import fingerprint, interface, stage
from wasmlab.build.beside import Pages, publish_panels
from wasmlab.build.results import Failure, Options, Result
from wasmlab.errors import PartMissing, ToolchainUnknown, WasmlabError
from wasmlab.lesson import Lesson, Target
from wasmlab.toolchains import named_tool, toolchain
from wasmlab.toolchains.plan import Plan, Tool


def build_lesson(lesson: Lesson, options: Options | None = None) -> list[Result]:
    """Build every target of `lesson`, side by side; whatever fails is in its result and stops no other."""
    options = options or Options()
    with Pages(options.group) as pages:
        results = build_modules(lesson, replace(options, on_made=pages.begin, on_table=pages.lines))
        publish_panels(lesson, pages)
    return results


def build_modules(lesson: Lesson, options: Options) -> list[Result]:
    """Build as `build_lesson` does, all but the modules' pages: no module waits for its own."""
    found = {target.name: _result_or_plan(lesson, target, options) for target in lesson.targets}
    results = {name: result for name, result in found.items() if isinstance(result, Result)}
    stale = [(t, plan) for t in lesson.targets if not isinstance(plan := found[t.name], Result)]
    if stale:
        results |= {result.target.name: result for result in _build_stale(lesson, stale, options)}
    made = [results[name] for name in found]
    if lesson.assets:
        from wasmlab.build.page_parts import publish

        made += [publish(lesson, asset) for asset in lesson.assets]
    return made


_Planned = tuple[Tool, Plan]


def build_target(lesson: Lesson, target: Target, options: Options, planned: _Planned | None = None) -> Result:
    """Build one target; whatever goes wrong is in the result, and the last good module stays.

    `planned` is what `plan_target` returns, where that is known.
    """
    start = time.perf_counter()
    try:
        tool, plan = planned or plan_target(lesson, target, options)
        if result := _fresh(lesson, target, options, tool, plan):
            return result
        from wasmlab.build.making import make

        result = make(lesson, target, options, tool, plan)
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


def _build_stale(lesson: Lesson, stale: list[tuple[Target, _Planned]], options: Options) -> list[Result]:
    try:
        with stage.locked(lesson):
            return _side_by_side(lesson, stale, options)
    except WasmlabError as error:
        return [_failed(lesson, target, error) for target, _ in stale]


def _side_by_side(lesson: Lesson, stale: list[tuple[Target, _Planned]], options: Options) -> list[Result]:
    """Build in threads, even one target: so Ctrl-C never falls between a tool's start and our noting it."""
    from concurrent.futures import ThreadPoolExecutor, wait

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        try:
            running = [pool.submit(build_target, lesson, target, options, plan) for target, plan in stale]
            while wait(running, timeout=0.2).not_done:  # on Windows Ctrl-C is seen between two waits
                pass
        except KeyboardInterrupt:
            options.group.stop()
            raise
        return [future.result() for future in running]


def _result_or_plan(lesson: Lesson, target: Target, options: Options) -> Result | _Planned:
    """Return how to build a target; or its result, where nothing is to do or no tool here can build it."""
    try:
        planned = plan_target(lesson, target, options)
        return _fresh(lesson, target, options, *planned) or planned
    except WasmlabError as error:
        return _failed(lesson, target, error)


def _fresh(lesson: Lesson, target: Target, options: Options, tool: Tool, plan: Plan) -> Result | None:
    """Return the result of a target for which nothing is to do.

    Raises:
        ModuleUnreadable: what is said to be up to date is no module.
    """
    record = None if options.force else fingerprint.current(lesson, target, tool, plan)
    if record is None:
        return None
    try:
        module = wasmfile.read_module((lesson.root / target.output).read_bytes())
    except OSError:
        return None
    said = interface.remarks(lesson, target, module)
    if record.said:
        from wasmlab.build.steps import explanations

        said = explanations(record.said, lesson, target, tool) + said
    return Result(lesson, target, module, fresh=True, diagnostics=said, raw=record.said)


def _failed(lesson: Lesson, target: Target, error: WasmlabError, failure: Failure | None = None) -> Result:
    """A failed target is out of date whatever its record says, but its last good module stays."""
    with contextlib.suppress(OSError):
        fingerprint.record_path(lesson, target).unlink(missing_ok=True)
    said, raw = (failure.diagnostics, failure.raw) if failure else ((), "")
    kept = (lesson.root / target.output).is_file()
    if isinstance(error, PartMissing):
        return Result(lesson, target, kept=kept, waits=error)
    return Result(lesson, target, diagnostics=said, raw=raw, error=error, kept=kept)
