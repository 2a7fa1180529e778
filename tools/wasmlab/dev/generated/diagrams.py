"""Diagrams in Markdown pages that are made from real runs, and the page about a round trip's record."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path

from wasmlab.course import Course
from wasmlab.roundtrip import RoundTrip
from wasmlab.roundtrip.mermaid import as_mermaid
from wasmlab.roundtrip.shape import OBJECTS, Field
from wasmlab.roundtrip.svg import as_svg

# A diagram says itself which run it shows; what stands below that line is made anew.
_DIAGRAM = re.compile(r"^(```mermaid\n%% wasmlab run (?P<words>\S+ \S[^\n]*)\n).*?(?=^```$)", re.M | re.S)

# The engine that is always there; that the others answer the same is what their tests say.
_ENGINE = "wasmtime"


def diagram_pages(course: Course) -> dict[Path, str]:
    """Return the pages of a course that show a run, with the diagrams that they must have.

    Raises:
        BuildError, LessonUnknown, CallRefused: a run that is shown cannot be made.
    """
    run = cache(lambda words: _run(course, words))
    pages = {path: path.read_text(encoding="utf-8") for path in _pages(course)}
    return {
        path: _DIAGRAM.sub(lambda found: f"{found[1]}{as_mermaid(run(found['words']), 'JavaScript')}\n", text)
        for path, text in pages.items()
        if _DIAGRAM.search(text)
    }


def _pages(course: Course) -> Iterable[Path]:
    yield from sorted((course.root / "docs").rglob("*.md"))
    yield from (path for lesson in course.lessons if (path := lesson.root / "README.md").is_file())


def _run(course: Course, words: str) -> RoundTrip:
    from wasmlab.running import run_function

    name, function, *args = words.split()
    (trip,) = run_function(course.lesson(name), function, args, [_ENGINE])
    return trip


def record_pages(course: Course, folder: Path) -> dict[Path, str]:
    """Return the page about the record in `folder`, and the picture on it: the first run that a page shows.

    Raises:
        BuildError, LessonUnknown, CallRefused: that run cannot be made.
    """
    shown = (_DIAGRAM.search(path.read_text(encoding="utf-8")) for path in _pages(course))
    if (first := next(filter(None, shown), None)) is None:
        return {}
    trip = _steady(_run(course, first["words"]))
    example = json.dumps(trip.to_json(), indent=2)
    tables = "\n".join(_table(name, fields) for name, fields in OBJECTS.items())
    return {
        folder / "round-trip.md": _PAGE.format(tables=tables, example=example, run=first["words"]),
        folder / "round-trip.svg": as_svg(trip),
    }


def _table(name: str, fields: Iterable[Field]) -> str:
    rows = [
        f"| `{field.name}` | {field.kind}{'' if field.required else ', not always'} | {field.meaning} |"
        for field in fields
    ]
    head = [f"## {name[0].upper()}{name[1:]}", "", "| member | value | meaning |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows, ""])


def _steady(trip: RoundTrip) -> RoundTrip:
    """Return the trip without what differs from run to run, or from compiler to compiler."""
    crossings = tuple(replace(crossing, microseconds=0.0) for crossing in trip.crossings)
    return replace(trip, crossings=crossings, seconds=0.0, memory_hash="0" * 64)


_PAGE = """# The record of a round trip

*This page is made by `wasmlab dev regen` from `tools/wasmlab/roundtrip/shape.py`: edit that, not the page.*

One call into a module, with every crossing of the border between host and Wasm. Every engine writes the same
record, and a lesson's page draws its live picture from it. It is shown in four formats:

| command | gives |
| --- | --- |
| `wasmlab run {run}` | a drawing for the terminal; `--times` adds when |
| `wasmlab run {run} --format json` | a list with one record an engine, as described below |
| `wasmlab run {run} --format mermaid` | a sequence diagram for a Markdown page |
| `wasmlab run {run} --format svg` | a picture in one file, light or dark as its reader has it |

![The same trip as SVG](round-trip.svg)

`wasmlab run ... --save FILE` keeps a record with the module's name and SHA-256. `wasmlab replay FILE` makes
the same call again in any engine: host functions answer as they did, and another answer is a failure with
a table.

Engines must agree on all but `engine`, `milliseconds`, `microseconds` and a trap's `message`. Two NaNs agree
whatever their bits, and of a call that was ended by the clock or by a full stack only the way there counts.

The memory's hash is the SHA-256 of its size and of each block of 4096 bytes that is not all zero, behind the
block's number; size and numbers are of eight bytes, the lowest first.

{tables}
## An example

The times are left out, and so is the hash.

```json
{example}
```
"""
