"""The page of a module that a build leaves beside it, for the lesson's page to show in a frame."""

from __future__ import annotations

from pathlib import Path

from wasmlab import stage
from wasmlab.errors import ModuleUnreadable, TimeLimit, ToolBroken, ToolMissing

_BIGGEST = 64 << 10  # bytes: such a module is taken apart in 30 ms; a lesson's own, in 12


def panel_path(wasm_path: Path) -> Path:
    """Return where the page of a module is: beside it, `NAME.inspect.html`."""
    return wasm_path.with_suffix(".inspect.html")


def publish_panel(made: Path, output: Path, name: str, root: Path) -> None:
    """Write the page of the module `made`, which is called `name`, and put it beside `output`.

    A large module has none, for every build of it would take longer: `wasmlab inspect --html` makes one.
    The page is a help, not a part of the build: where it cannot be made there is none.

    Raises:
        FolderNotWritable: the folder of the output refuses it.
    """
    from wasmlab.inspecting import inspect_file
    from wasmlab.inspecting.writing import write_page

    panel_path(output).unlink(missing_ok=True)
    if made.stat().st_size > _BIGGEST:
        return
    try:
        page = write_page([inspect_file(made, name)], [root], panel_path(made))
    except (ModuleUnreadable, TimeLimit, ToolMissing, ToolBroken):
        return
    stage.publish(page, panel_path(output))
