"""Builds a lesson's targets: find the tool, compile, verify the borders, publish by stage and swap."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from wasmlab import fingerprint, interface, stage, wasmfile
from wasmlab.beside import publish_panels, publish_trap_table
from wasmlab.diagnostics import Diagnostic
from wasmlab.errors import CompileFailed, InterfaceMismatch, SourceMissing, ToolchainUnknown, WasmlabError
from wasmlab.lesson import Lesson, Target
from wasmlab.process import Completed, Group
from wasmlab.toolchains import named_tool, toolchain
from wasmlab.toolchains.plan import STAGE, Plan, Profile, Step, Tool


@dataclass(frozen=True)
class Options:
    """How to build: `tool_path` names a compiler instead of the one that would be found.

    `on_start` is called before a target is built, `on_step` before each of its commands and `on_news`
    for what takes long in one, possibly from several threads at once; `group` holds what is running,
    so that another thread can stop it. Without `has_page` nothing is made that only a page reads.
    """

    profile: Profile = "debug"
    tool_path: Path | None = None
    force: bool = False
    on_start: Callable[[Lesson, Target, Plan], None] = lambda _lesson, _target, _plan: None
    on_step: Callable[[Step], None] = lambda _step: None
    on_news: Callable[[Step, str], None] = lambda _step, _what: None
    group: Group = field(default_factory=Group)
    has_page: bool = True


@dataclass(frozen=True)
class Result:
    """What became of one target: `error` is None when it is good; `fresh` when nothing was to do.

    `diagnostics` are the compiler's and linker's messages explained, `raw` is their original text.
    `kept` says that a failed build left the last good output where it was.
    """

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
    """A step said no; carries its words up to the result."""

    error: WasmlabError
    raw: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()


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
        from wasmlab.page_parts import publish

        results |= {asset: publish(lesson, asset) for asset in lesson.assets}
    return [result for result in results.values() if result is not None]


def build_target(lesson: Lesson, target: Target, options: Options) -> Result:
    """Build one target; whatever goes wrong is in the result, and the last good module stays."""
    if result := _fresh(lesson, target, options):
        return result
    start = time.perf_counter()
    try:
        result = _build(lesson, target, options)
    except _Failure as failure:
        result = _failed(lesson, target, failure.error, failure)
    except WasmlabError as error:
        result = _failed(lesson, target, error)
    return _timed(result, time.perf_counter() - start)


def plan_target(lesson: Lesson, target: Target, options: Options) -> tuple[Tool, Plan]:
    """Return the tool and the commands for `target` without running anything.

    Raises:
        ToolchainUnknown: this wasmlab has no toolchain of the manifest's name.
        ToolMissing: the toolchain, or a library that the target needs, is not on this machine.
    """
    try:
        chain = toolchain(target.toolchain)
    except ToolchainUnknown as error:
        raise ToolchainUnknown(f"{lesson.name}/{lesson.manifest.name}: {error.what}", error.hint) from error
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
    said = _explained(record.said, lesson, target, tool) if record.said else ()
    said += interface.remarks(lesson, target, module)
    return Result(lesson, target, module, fresh=True, diagnostics=said, raw=record.said)


def _build(lesson: Lesson, target: Target, options: Options) -> Result:
    tool, plan = plan_target(lesson, target, options)
    _check_sources(lesson, target)
    _empty_stage(lesson.root / plan.stage)
    options.on_start(lesson, target, plan)
    before, started = fingerprint.hash_known(lesson, target), time.time_ns()
    raw = "".join(_run_step(step, lesson, target, tool, options) for step in plan.steps)
    _check_main(lesson, target, tool, raw)
    said = _explained(raw, lesson, target, tool)
    _check_made(lesson, target, plan, raw)
    try:
        module = interface.verify(lesson, target, lesson.root / plan.made)
    except InterfaceMismatch as error:
        raise _Failure(error, raw, said + interface.placed(lesson, target, error)) from error
    inputs = fingerprint.hash_inputs(lesson, target, plan, before, started)
    publish_trap_table(lesson, target, plan, has_page=options.has_page)
    beside = _publish_beside(lesson, target, plan)
    stage.publish(lesson.root / plan.made, lesson.root / target.output)
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


def _check_sources(lesson: Lesson, target: Target) -> None:
    for source in target.sources:
        path, shown = lesson.root / source, f"{lesson.name}/{source}"
        if path.is_dir():
            raise SourceMissing(f"{shown} is a folder", "name a C file under sources")
        try:
            path.read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise SourceMissing(f"{shown} is not there", _nearest_file(path, lesson)) from error
        except UnicodeDecodeError as error:
            raise SourceMissing(f"{shown} is not UTF-8 text", "save it as UTF-8") from error
        except OSError as error:
            raise SourceMissing(
                f"{shown} cannot be read: {error.strerror}", "check its permissions"
            ) from error


def _nearest_file(path: Path, lesson: Lesson) -> str:
    from wasmlab.names import did_you_mean

    here = [entry.name for entry in path.parent.glob("*") if entry.is_file()] if path.parent.is_dir() else []
    return did_you_mean(path.name, here) or f"create it, or mend sources in {lesson.name}/lesson.toml"


def _run_step(step: Step, lesson: Lesson, target: Target, tool: Tool, options: Options) -> str:
    options.on_step(step)

    def on_line(line: str) -> None:
        if found := re.search(step.news, line):
            options.on_news(step, found["what"])

    done = options.group.run(step.command, seconds=step.seconds, on_line=on_line if step.news else None)
    if done.ok:
        return done.stderr
    if options.group.stopped:
        raise KeyboardInterrupt
    if _is_disk_full(done, lesson):
        raise _Failure(stage.disk_full(lesson.root / target.output), done.stderr)
    said = _explained(done.stderr, lesson, target, tool)
    first = next((diagnostic for diagnostic in said if diagnostic.severity == "error"), None)
    what = f"{first.place(lesson.name)}: {first.text}" if first else f"{lesson.name}: cannot {step.text}"
    hint = first.hint if first else "wasmlab build -v shows what the tool said"
    raise _Failure(CompileFailed(what, hint), done.stderr, said)


def _check_made(lesson: Lesson, target: Target, plan: Plan, raw: str) -> None:
    """Refuse a build that ended well and has not left all that the manifest names."""
    for name in (target.output, *plan.also):
        if not (lesson.root / plan.stage / PurePosixPath(name).name).is_file():
            what = f"{lesson.name}: {target.toolchain} has not made {name}"
            raise _Failure(CompileFailed(what, "mend output and also in lesson.toml"), raw)


def _check_main(lesson: Lesson, target: Target, tool: Tool, raw: str) -> None:
    """Refuse a program without main: wasi-libc links it all the same, and it traps when it starts."""
    texts = ((lesson.root / source).read_text(encoding="utf-8") for source in target.sources)
    code = (re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL) for text in texts)
    if target.system != "wasi" or any(re.search(r"\bmain\b", text) for text in code):
        return
    said = _explained("error: undefined symbol: main", lesson, target, tool)
    what = f"{lesson.name}/{target.output}: {said[0].text}"
    raise _Failure(CompileFailed(what, said[0].hint), raw, said)


def _is_disk_full(done: Completed, lesson: Lesson) -> bool:
    """A linker that writes through mapped memory dies without a word when the disk is full."""
    if done.stderr:
        return "No space left on device" in done.stderr or "not enough space on the disk" in done.stderr
    return shutil.disk_usage(lesson.root / STAGE).free < 1 << 20


def _explained(raw: str, lesson: Lesson, target: Target, tool: Tool) -> tuple[Diagnostic, ...]:
    if not raw:
        return ()
    from wasmlab.diagnostics.explaining import context_of, explained

    return explained(raw, context_of(lesson, target, tool))


def _failed(lesson: Lesson, target: Target, error: WasmlabError, failure: _Failure | None = None) -> Result:
    """A failed target is out of date whatever its record says, but its last good module stays."""
    with contextlib.suppress(OSError):
        fingerprint.record_path(lesson, target).unlink(missing_ok=True)
    said, raw = (failure.diagnostics, failure.raw) if failure else ((), "")
    kept = (lesson.root / target.output).is_file()
    return Result(lesson, target, diagnostics=said, raw=raw, error=error, kept=kept)


def _timed(result: Result, seconds: float) -> Result:
    from dataclasses import replace

    return replace(result, seconds=seconds)
