"""What a build leaves beside a module for a lesson's page: the table of its traps, and a page of its own."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from wasmlab.build import stage
from wasmlab.errors import BuildBusy, FolderNotWritable, ModuleUnreadable, TimeLimit, ToolBroken, ToolMissing
from wasmlab.lesson import Lesson, Target
from wasmlab.toolchains.plan import STAGE, Plan

_BIGGEST = 64 << 10  # bytes: such a module is taken apart in 30 ms; a lesson's own, in 12

PANEL = ".inspect.html"


def panel_path(wasm_path: Path) -> Path:
    """Return where the page of a module is: beside it, `NAME.inspect.html`."""
    return wasm_path.with_suffix(PANEL)


def made_beside(module: Path) -> list[Path]:
    """Return the files that may lie beside a module because of it."""
    from wasmlab import traps

    return [traps.table_path(module), module.with_name(traps.READER_BESIDE), panel_path(module)]


def publish_trap_table(lesson: Lesson, target: Target, plan: Plan, *, has_page: bool = True) -> None:
    """Leave beside a module what a page needs to explain a trap, and no page of the module before it.

    Where no page is opened, `has_page` says so: reading the table takes longer than linking.
    """
    from wasmlab import traps

    root = lesson.root
    made, output = root / plan.made, root / target.output
    table = None
    if plan.source_map:
        from wasmlab.traps.sourcemap import add_source_map

        table = add_source_map(made, target.output, root)
    panel_path(output).unlink(missing_ok=True)
    if not has_page:
        return
    stage.publish(traps.write_trap_table(made, root, table), traps.table_path(output))
    reader = traps.READER.read_bytes()
    beside = output.with_name(traps.READER_BESIDE)
    if not beside.is_file() or beside.read_bytes() != reader:
        (made.parent / beside.name).write_bytes(reader)
        stage.publish(made.parent / beside.name, beside)


def publish_panels(lesson: Lesson) -> None:
    """Put beside each module of `lesson` its page, where there is none.

    A large module has none, for every build of it would take longer: `wasmlab inspect --html` makes one.
    The page is a help, not a part of the build: where it cannot be made there is none.
    """
    missing = [target for target in lesson.targets if _is_missing(lesson.root / target.output)]
    if not missing:
        return
    with suppress(BuildBusy, FolderNotWritable), stage.locked(lesson):
        for target in missing:
            _publish(lesson, target)


def _is_missing(module: Path) -> bool:
    try:
        return module.stat().st_size <= _BIGGEST and not panel_path(module).is_file()
    except OSError:
        return False


def _publish(lesson: Lesson, target: Target) -> None:
    from wasmlab.inspecting import inspect_file
    from wasmlab.inspecting.writing import write_page

    output = lesson.root / target.output
    made = panel_path(lesson.root / STAGE / target.name / output.name)
    with suppress(ModuleUnreadable, TimeLimit, ToolMissing, ToolBroken, OSError):
        made.parent.mkdir(exist_ok=True)
        write_page([inspect_file(output, target.output, is_valid=True)], [lesson.root], made)
        stage.publish(made, panel_path(output))
