"""What `wasmlab inspect` prints: tables for a person, plain data for a machine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wasmlab.inspecting.anatomy import Anatomy, Function
from wasmlab.inspecting.why import percent
from wasmlab.wasmfile import Export, Import

_MOST = 20


def text(anatomy: Anatomy) -> str:
    """Return the whole report as plain lines."""
    parts = [
        [f"{anatomy.name}  {anatomy.size} bytes"],
        _block("why is it this big", _why(anatomy)),
        _block("sections", _sections(anatomy)),
        _block("imports", [[border(i.full_name, i)] for i in anatomy.module.imports]),
        _block("exports", [[border(e.name, e)] for e in anatomy.module.exports]),
        _block("functions, the biggest first", _functions(anatomy)),
        _block("entries", [[f"0x{i.offset:x}", f"{i.size}", _short(i.text)] for i in anatomy.items]),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def border(name: str, item: Import | Export) -> str:
    """Return an import or export as one line: its name, its kind, its type."""
    if item.kind == "func":
        return f"{name}{item.signature or '()'}"
    if item.limits is None:
        return f"{name}  {item.kind}"
    unit = " x 64 KiB" if item.kind == "memory" else " elements"
    most = f" to {item.limits.maximum}" if item.limits.maximum is not None else ""
    return f"{name}  {item.kind}, {item.limits.minimum}{most}{unit}"


def _block(title: str, rows: Sequence[Sequence[str]]) -> list[str]:
    return [title, *table(rows)] if rows else []


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows in columns; numbers stand to the right."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))] if rows else []
    return [
        "  " + "  ".join(_cell(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _cell(cell: str, width: int) -> str:
    return cell.rjust(width) if cell[:1].isdigit() or cell[:1] in "+-" else cell.ljust(width)


def _why(anatomy: Anatomy) -> list[list[str]]:
    return [[f"{s.size}", percent(s.size, anatomy.size), s.what, s.note] for s in anatomy.why]


def _sections(anatomy: Anatomy) -> list[list[str]]:
    return [
        [
            f"0x{s.start:x}",
            f"{s.size}",
            percent(s.size, anatomy.size),
            f"custom {s.name}" if not s.id else s.name,
        ]
        for s in anatomy.sections
    ]


def _functions(anatomy: Anatomy) -> list[list[str]]:
    ordered = by_size(anatomy.functions)
    rows = [
        [f"{f.size}", percent(f.size, anatomy.size), f"{f.instructions} instructions", f.name, f.where]
        for f in ordered[:_MOST]
    ]
    if rest := ordered[_MOST:]:
        size = sum(function.size for function in rest)
        count = sum(function.instructions for function in rest)
        rows.append(
            [f"{size}", percent(size, anatomy.size), f"{count} instructions", f"{len(rest)} more", ""]
        )
    return rows


def by_size(functions: Iterable[Function]) -> list[Function]:
    """Return functions, the biggest first."""
    return sorted(functions, key=lambda function: (-function.size, function.index))


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:97]}..."


def to_json(anatomy: Anatomy) -> dict[str, Any]:
    """Return the report as plain data; offsets and sizes are bytes."""
    return {
        "name": anatomy.name,
        "size": anatomy.size,
        "why": [
            {
                "what": s.what,
                "bytes": s.size,
                "percent": round(100 * s.size / anatomy.size, 2),
                "note": s.note,
            }
            for s in anatomy.why
        ],
        "sections": [
            {"name": s.name, "custom": not s.id, "offset": s.start, "bytes": s.size} for s in anatomy.sections
        ],
        "imports": [{"name": i.full_name, "kind": i.kind, **_type(i)} for i in anatomy.module.imports],
        "exports": [{"name": e.name, "kind": e.kind, **_type(e)} for e in anatomy.module.exports],
        "entries": [
            {"kind": i.kind, "text": i.text, "offset": i.offset, "bytes": i.size} for i in anatomy.items
        ],
        "functions": [_function(function) for function in anatomy.functions],
    }


def _type(item: Import | Export) -> dict[str, Any]:
    if item.limits:
        return {"minimum": item.limits.minimum, "maximum": item.limits.maximum}
    return {"type": str(item.signature)} if item.signature else {}


def _function(function: Function) -> dict[str, Any]:
    place = {"file": function.file, "lines": list(function.lines)} if function.file else {}
    return {
        "index": function.index,
        "name": function.name,
        "offset": function.offset,
        "bytes": function.size,
        "instructions": function.instructions,
        **place,
    }
