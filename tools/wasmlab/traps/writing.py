"""Makes the table of a debug module, and writes it beside the module for a page to read."""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from wasmlab.errors import FolderNotWritable
from wasmlab.textlines import lines_of
from wasmlab.traps.reasons import GUESSES, KINDS, REASONS
from wasmlab.traps.table import TrapTable

READER = Path(__file__).with_name("explain.js")
"""The page's reader of a table, a module without imports."""
READER_BESIDE = "traps.js"
"""Its name beside the module."""


def table_path(wasm_path: Path) -> Path:
    """Return where the table of a module is: beside it, `NAME.traps.json`."""
    return wasm_path.with_suffix(".traps.json")


def read_table(wasm: bytes, root: Path | None = None, offsets: Collection[int] | None = None) -> TrapTable:
    """Return what a module's debug information says; lines of source come from the folder `root`.

    With `offsets`, what is not needed to explain traps there may be left out. A module without
    debug information gives a table of its functions' names.

    Raises:
        ModuleUnreadable: `wasm` is no core module.
    """
    from wasmlab.traps.debuginfo import read_debug_info

    table = read_debug_info(wasm, offsets)
    return replace(table, source=_source(table, root)) if root else table


def write_trap_table(wasm_path: Path, root: Path | None = None, table: TrapTable | None = None) -> Path:
    """Write the table of the module at `wasm_path`, whose sources are under `root`.

    Who has read it already gives `table`.

    Any compiler's DWARF will do. A module without it has a table too, of its functions' names: so a page
    finds one beside every module, and tells the reason where it cannot tell the line. The file changes
    in one step, so that a page never reads half of it.

    Raises:
        ModuleUnreadable: the file is no core module.
        FolderNotWritable: the folder of the module refuses the file.
    """
    path = table_path(wasm_path)
    table = table or read_table(wasm_path.read_bytes(), root or wasm_path.parent.parent)
    text = json.dumps({**table.to_json(), **_words(table)}, separators=(",", ":"))
    stage = path.with_name(f".{path.name}.new")
    try:
        stage.write_text(text, encoding="utf-8")
        stage.replace(path)
    except OSError as error:
        raise FolderNotWritable(f"{path} cannot be written: {error.strerror}", "make it writable") from error
    return path


def _words(table: TrapTable) -> dict[str, object]:
    """Return the words that a page may need for this module, so that it needs no other file."""
    guesses = () if table.checks else GUESSES
    used = {*KINDS.values(), "trap", "abort", *(check.reason for check in table.checks)}
    used |= {reason for _, _, reason in guesses}
    words = {name: [r.title, r.why, r.attempt] for name, r in REASONS.items() if name in used}
    return {"words": words, "guesses": guesses}


def _source(table: TrapTable, root: Path) -> dict[str, dict[int, str]]:
    wanted: dict[int, set[int]] = {}
    places = [(row.file, row.line) for row in table.lines]
    places += [(call.file, call.line) for call in table.inlined]
    places += [(check.file, check.line) for check in table.checks]
    for file, line in places:
        if line:
            wanted.setdefault(file, set()).add(line)
    found = {}
    for file, numbers in wanted.items():
        texts = source_lines(root, table.files[file]) if 0 <= file < len(table.files) else []
        found[file] = {n: texts[n - 1] for n in sorted(numbers) if n <= len(texts)}
    return {table.files[file]: lines for file, lines in found.items() if lines}


def source_lines(root: Path, name: str) -> list[str]:
    """Return the lines of a source inside `root`; a name from a module is not trusted to stay there."""
    with suppress(OSError, ValueError):  # a #line can give a name that no file has
        path = (root / name).resolve()
        if path.is_relative_to(root.resolve()) and path.is_file():
            return lines_of(path.read_text(encoding="utf-8", errors="replace"))
    return []
