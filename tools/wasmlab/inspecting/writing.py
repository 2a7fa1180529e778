"""Writes the page that links C lines, text and bytes: one file that needs no network."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from wasmlab.errors import FolderNotWritable
from wasmlab.inspecting.anatomy import Anatomy
from wasmlab.inspecting.report import border, by_size
from wasmlab.inspecting.wat import Row
from wasmlab.traps.writing import source_lines
from wasmlab.wasmfile import Export, Import
from wasmlab.wasmlayout import CODE

_PAGE = Path(__file__).parent / "page"
_MOST = 20_000  # rows: a browser holds them, and the page stays below a few megabytes


def write_page(anatomies: Sequence[Anatomy], roots: Sequence[Path], out: Path) -> Path:
    """Write one page about all the modules to `out`; C sources are read below each module's root.

    Raises:
        FolderNotWritable: `out` cannot be written.
    """
    try:
        out.write_text(render(anatomies, roots), encoding="utf-8")
    except OSError as error:
        raise FolderNotWritable(
            f"{out} cannot be written: {error.strerror}", "name a file, like module.html"
        ) from error
    return out


def render(anatomies: Sequence[Anatomy], roots: Sequence[Path]) -> str:
    """Return the page's text."""
    modules = [_module(anatomy, root) for anatomy, root in zip(anatomies, roots, strict=True)]
    data = json.dumps({"modules": modules, "words": json.loads(_part("words.json"))}, separators=(",", ":"))
    title = " and ".join(anatomy.name for anatomy in anatomies)
    parts = {
        "TITLE": escape(f"{title}: what it is made of"),
        "STYLE": _part("page.css"),
        "SCRIPT": _part("page.js"),
        # No text of a module can end the script element.
        "DATA": data.replace("<", "\\u003c"),
    }
    return re.sub(r"@([A-Z]+)@", lambda found: parts[found[1]], _part("page.html"))


@cache
def _part(name: str) -> str:
    return (_PAGE / name).read_text(encoding="utf-8")


def _module(anatomy: Anatomy, root: Path) -> dict[str, Any]:
    lines: dict[tuple[int, int], int] = {}
    shown = _shown(anatomy)
    rows: list[list[Any]] = []
    for row in shown:
        place = anatomy.lines.place_at(row.start) if row.function >= 0 else None
        number = lines.setdefault(place, len(lines)) if place else -1
        rows.append([row.text.removeprefix("  "), row.start, row.end, number])
    last = max((row[2] for row in rows), default=0)
    return {
        "name": anatomy.name,
        "size": anatomy.size,
        "borders": _borders(anatomy),
        "why": [[share.what, share.size, share.note] for share in anatomy.why],
        "parts": _parts(anatomy, shown, last),
        "rows": rows,
        "lines": list(lines),
        "files": [[name, source_lines(root, name)] for name in anatomy.lines.files],
        "base64": base64.b64encode(anatomy.data[:last]).decode("ascii"),
        "cut": _cut(anatomy, shown),
    }


def _shown(anatomy: Anatomy) -> list[Row]:
    """Return the rows that the page holds: all of them, or whole functions up to a bound.

    Functions of the lesson's own C come first.
    """
    if len(anatomy.rows) <= _MOST:
        return list(anatomy.rows)
    room = _MOST
    kept = {-1}
    for function in sorted(anatomy.functions, key=lambda function: not function.file):
        room -= function.instructions
        if room < 0:
            break
        kept.add(function.index)
    return [row for row in anatomy.rows if row.function in kept]


def _parts(anatomy: Anatomy, rows: Sequence[Row], last: int) -> list[tuple[str, str, int, int]]:
    shown = {row.function for row in rows}
    whole = [("all that runs", "All", 0, last)] if len(shown) == len(anatomy.functions) + 1 else []
    sections = [
        (section.name, "Sections", section.start, section.end)
        for section in anatomy.sections
        if section.id not in (0, CODE)
    ]
    functions = [
        (function.name, "Functions", function.offset, function.offset + function.size)
        for function in by_size(anatomy.functions)
        if function.index in shown
    ]
    return [*whole, *sections, *functions]


def _cut(anatomy: Anatomy, rows: Sequence[Row]) -> str:
    shown = len({row.function for row in rows} - {-1})
    return (
        f"{shown} of {len(anatomy.functions)} functions are shown" if shown < len(anatomy.functions) else ""
    )


def _borders(anatomy: Anatomy) -> str:
    imports = [_short(i.full_name, i) for i in anatomy.module.imports]
    exports = [_short(e.name, e) for e in anatomy.module.exports]
    return f"imports {_list(imports)} · exports {_list(exports)}"


def _short(name: str, item: Import | Export) -> str:
    return border(name, item) if item.kind == "func" else name


def _list(names: list[str]) -> str:
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    return (", ".join(names[:6]) or "nothing") + more
