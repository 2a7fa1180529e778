"""The text form of a module, line by line, each with the bytes that it stands for."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from wasmlab.wasmlayout import Body, Section

_LINE = re.compile(r"^\(;@([0-9a-f]+) *;\)(.*)$", re.MULTILINE)
_HEAD = re.compile(r"^\(;@([0-9a-f]+) *;\)  (\((@?[a-z]+).*)$", re.MULTILINE)
_LONGEST = 400


class Row(NamedTuple):
    """One line of text for the bytes from `start` up to `end`; `function` is -1 outside of functions."""

    text: str
    start: int
    end: int
    function: int = -1


class Form(NamedTuple):
    """One form at the top level of the text: `text` is its first line, `lines` how many it has."""

    kind: str
    text: str
    offset: int
    instructions: int


def read_forms(printed: str) -> list[Form]:
    """Return the module's forms; instructions are counted, not read, which is fast for big modules."""
    heads = list(_HEAD.finditer(printed))
    ends = [head.start() for head in heads[1:]] + [printed.rstrip().rfind("\n")]
    forms = []
    for head, end in zip(heads, ends, strict=False):  # no head: an empty module
        offset, text, kind = head.groups()
        count = 0
        if kind == "func":  # every line but the head and the locals; `)` stands for the last `end`
            count = printed.count("\n(;@", head.end(), end) - printed.count(";)    (local ", head.end(), end)
        forms.append(Form(kind, _bounded(text), int(offset, 16), count))
    return forms


def read_rows(printed: str, sections: Sequence[Section], bodies: Sequence[Body]) -> list[Row]:
    """Return the lines that stand for bytes; custom sections, which are blobs, are left out."""
    found = list(_lines(printed))
    starts = [body.start for body in bodies]
    ends = [section.end for section in sections]
    rows = []
    followings = [offset for offset, _ in found[1:]] + ends[-1:]
    for (offset, text), following in zip(found, followings, strict=False):
        at = bisect_right(starts, offset) - 1
        inside = at >= 0 and offset < bodies[at].end
        border = bodies[at].end if inside else ends[min(bisect_right(ends, offset), len(ends) - 1)]
        rows.append(Row(text, offset, min(following, border), bodies[at].index if inside else -1))
    return rows


def _lines(printed: str) -> Iterator[tuple[int, str]]:
    custom = False
    for offset, text in _LINE.findall(printed):
        if text[:2] == "  " and text[2:3] != " ":
            custom = text.startswith("  (@")
        if not custom and text != ")":
            yield int(offset, 16), _bounded(text)


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def plain_text(printed: str) -> str:
    """Return the module as one writes it in a .wat file, without the debug information's blobs."""
    inside = [re.sub(r"^ {2}", "", text, count=1) for _, text in _lines(printed)]
    return "\n".join(["(module", *(f"  {text}" for text in inside), ")"])
