"""What a build leaves beside a module for a lesson's page: the table of its traps, and a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from wasmlab.build import stage
from wasmlab.build.results import Options
from wasmlab.errors import BuildBusy, FolderNotWritable, ModuleUnreadable, TimeLimit, ToolBroken, ToolMissing
from wasmlab.lesson import Lesson, Target
from wasmlab.process import Group
from wasmlab.toolchains.plan import STAGE, Plan

if TYPE_CHECKING:
    from wasmlab.traps import TrapTable

_BIGGEST = 64 << 10  # bytes: such a module is taken apart in 30 ms; a lesson's own, in 12

PANEL = ".inspect.html"


def panel_path(wasm_path: Path) -> Path:
    """Return where the page of a module is: beside it, `NAME.inspect.html`."""
    return wasm_path.with_suffix(PANEL)


def made_beside(module: Path) -> list[Path]:
    """Return the files that may lie beside a module because of it."""
    from wasmlab import traps

    return [traps.table_path(module), module.with_name(traps.READER_BESIDE), panel_path(module)]


def publish_trap_table(lesson: Lesson, target: Target, plan: Plan, options: Options) -> None:
    """Leave beside a module what a page needs to explain a trap, and no page of the module before it.

    Where no page is opened, nothing is left: reading the table takes longer than linking.
    """
    from wasmlab import traps

    root = lesson.root
    made, output = root / plan.made, root / target.output
    table = None
    if plan.source_map:
        from wasmlab.traps.sourcemap import add_source_map

        table = add_source_map(made, target.output, root)
    panel_path(output).unlink(missing_ok=True)
    if not options.has_page:
        return
    options.on_made(target, data := made.read_bytes())
    table = table or traps.read_table(data, root)
    options.on_table(target, data, table)
    stage.publish(traps.write_trap_table(made, root, table), traps.table_path(output))
    reader = traps.READER.read_bytes()
    beside = output.with_name(traps.READER_BESIDE)
    if not beside.is_file() or beside.read_bytes() != reader:
        (made.parent / beside.name).write_bytes(reader)
        stage.publish(made.parent / beside.name, beside)


class Pages:
    """The pages of a lesson's modules: while the rest of a build goes on a tool of its own reads them."""

    def __init__(self, group: Group) -> None:
        self._group = group
        self._begun: dict[tuple[str, bytes], Callable[[], str]] = {}
        self._tables: dict[tuple[str, bytes], TrapTable] = {}
        self._ends = ExitStack()

    def __enter__(self) -> Pages:
        return self

    def __exit__(self, *_error: object) -> None:
        self._ends.close()

    def begin(self, target: Target, data: bytes) -> None:
        """Begin with a module that was just made: nothing waits here, and its file may go elsewhere."""
        if len(data) <= _BIGGEST:
            with suppress(ToolMissing, ToolBroken, OSError):  # then there is no page
                self._text(target, data)

    def lines(self, target: Target, data: bytes, table: TrapTable) -> None:
        """Take the table that was read for the module's traps: its lines are the page's too."""
        self._tables[target.output, data] = table

    def page(self, lesson: Lesson, target: Target) -> str:
        """Return the page of the module that is published now, whoever has published it.

        Raises:
            ModuleUnreadable, ToolMissing, ToolBroken, OSError: it cannot be made.
        """
        from wasmlab.inspecting import inspect_bytes
        from wasmlab.inspecting.writing import render

        data = (lesson.root / target.output).read_bytes()
        text, lines = self._text(target, data), self._tables.get((target.output, data))
        return render([inspect_bytes(data, target.output, text, lines)], [lesson.root])

    def _text(self, target: Target, data: bytes) -> Callable[[], str]:
        from wasmlab.inspecting.tool import printing

        key = target.output, data
        if key not in self._begun:
            self._begun[key] = self._ends.enter_context(printing(data, self._group))
        return self._begun[key]


def publish_panels(lesson: Lesson, begun: Pages | None = None) -> None:
    """Put beside each module of `lesson` its page, where there is none.

    A large module has none, for every build of it would take longer: `wasmlab inspect --html` makes one.
    The page is a help, not a part of the build: where it cannot be made there is none.
    """
    missing = [target for target in lesson.targets if _is_missing(lesson.root / target.output)]
    if not missing:
        return
    with suppress(BuildBusy, FolderNotWritable), stage.locked(lesson), begun or Pages(Group()) as pages:
        for target in missing:
            _publish(lesson, target, pages)


def _is_missing(module: Path) -> bool:
    try:
        return module.stat().st_size <= _BIGGEST and not panel_path(module).is_file()
    except OSError:
        return False


def _publish(lesson: Lesson, target: Target, pages: Pages) -> None:
    output = lesson.root / target.output
    made = panel_path(lesson.root / STAGE / target.name / output.name)
    with suppress(ModuleUnreadable, TimeLimit, ToolMissing, ToolBroken, OSError):
        made.parent.mkdir(exist_ok=True)
        made.write_text(pages.page(lesson, target), encoding="utf-8")
        stage.publish(made, panel_path(output))
