"""A source map of a debug module: with it a browser's own debugger shows and steps through the C lines.

Source: Source map format (ECMA-426); a module counts as one line, its byte offsets as columns. The
custom section is that of WebAssembly's tool conventions, Debugging.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from posixpath import relpath

from wasmlab.traps.table import Line, TrapTable
from wasmlab.traps.writing import read_table, source_lines
from wasmlab.wasmlayout import custom_section, read_sections

_SECTION = "sourceMappingURL"
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def map_path(wasm_path: Path) -> Path:
    """Return where the source map of a module is: beside it, `NAME.wasm.map`."""
    return wasm_path.with_name(f"{wasm_path.name}.map")


def add_source_map(made: Path, output: str, root: Path) -> TrapTable:
    """Write the map of the module at `made` beside it, and its name into the module; return its table.

    `output` is the module's place in the folder `root`, which holds the sources too: the map is read
    there. A module without lines of these sources stays as it is.

    Raises:
        ModuleUnreadable: the file is no core module.
    """
    wasm = made.read_bytes()
    table = read_table(wasm, root)
    sources = {file: found for file, name in enumerate(table.files) if (found := source_lines(root, name))}
    if not sources or custom_section(wasm, read_sections(wasm), _SECTION):
        return table
    text = json.dumps(_source_map(table, sources, output), separators=(",", ":"))
    map_path(made).write_text(text, encoding="utf-8")
    made.write_bytes(wasm + _named(map_path(made).name))
    return table


def _source_map(table: TrapTable, sources: dict[int, list[str]], output: str) -> dict[str, object]:
    places = {file: place for place, file in enumerate(sources)}
    folder = output.rpartition("/")[0] or "."
    return {
        "version": 3,
        "sources": [relpath(table.files[file], folder) for file in sources],
        "sourcesContent": ["\n".join([*lines, ""]) for lines in sources.values()],
        "names": [],
        "mappings": ",".join(_segments(table.lines, places)),
    }


def _segments(rows: tuple[Line, ...], places: dict[int, int]) -> Iterator[str]:
    """Yield a segment for each row: each number as the distance from the one before it."""
    at = [0, 0, 0, 0]
    for row in rows:
        known = row.file in places and row.line > 0
        now = [row.offset, places[row.file], row.line - 1, max(row.column - 1, 0)] if known else [row.offset]
        yield "".join(_number(new - old) for new, old in zip(now, at, strict=False))
        at[: len(now)] = now


def _number(value: int) -> str:
    """Return a number in base 64, lowest five bits first, its sign in the lowest bit of all."""
    left = -value << 1 | 1 if value < 0 else value << 1
    digits = ""
    while True:
        left, digit = left >> 5, left & 31
        digits += _DIGITS[digit | 32 if left else digit]
        if not left:
            return digits


def _named(url: str) -> bytes:
    """Return the custom section that names the map."""
    from wasmlab.engines.bridge import leb, section

    texts = [text.encode() for text in (_SECTION, url)]
    return section(0, b"".join(leb(len(text)) + text for text in texts))
