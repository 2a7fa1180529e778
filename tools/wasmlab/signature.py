"""Function signatures as a manifest writes them: `add(i32, i32) -> i32`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

VALUE_TYPES = ("i32", "i64", "f32", "f64", "v128", "funcref", "externref")
# An i32 that points into the module's memory: a text up to its zero byte, or bytes, whose number is
# the argument behind it.
POINTERS = ("text", "bytes")

_DECLARATION = re.compile(r"(?P<name>[^\s()]+)\s*(?:\((?P<params>[^()]*)\)\s*(?:->\s*(?P<results>.+))?)?")


@dataclass(frozen=True)
class Signature:
    """A function type: value types in, value types out."""

    params: tuple[str, ...]
    results: tuple[str, ...]

    def __str__(self) -> str:
        out = ", ".join(self.results)
        arrow = f" -> {out if len(self.results) == 1 else f'({out})'}" if self.results else ""
        return f"({', '.join(self.params)}){arrow}"


@dataclass(frozen=True)
class Declared:
    """A name that a manifest lists, with the signature where the author gave one.

    `points` says which of an import's arguments point into memory: the place of each, and the place
    of its length where it is not a text.
    """

    name: str
    signature: Signature | None = None
    points: tuple[tuple[int, int | None], ...] = ()

    def __str__(self) -> str:
        return f"{self.name}{self.signature or ''}"


def parse_declaration(text: str) -> Declared:
    """Read `name`, `name(i32)`, `name(i32, i64) -> f64` or, of an import, `name(text, bytes, i32)`.

    Raises:
        ValueError: the text is none of these; the message says why.
    """
    match = _DECLARATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a name or a signature like 'add(i32, i32) -> i32'")
    if match["params"] is None:
        return Declared(match["name"])
    words = _words(match["params"])
    params = _types("i32" if word in POINTERS else word for word in words)
    results = (match["results"] or "").strip().removeprefix("(").removesuffix(")")
    return Declared(match["name"], Signature(params, _types(_words(results))), _points(words))


def _words(text: str) -> list[str]:
    return [word for word in (part.strip() for part in text.split(",")) if word]


def _types(names: Iterable[str]) -> tuple[str, ...]:
    found = tuple(names)
    for name in found:
        if name not in VALUE_TYPES:
            raise ValueError(f"{name!r} is not a WebAssembly type ({', '.join(VALUE_TYPES)})")
    return found


def _points(words: Sequence[str]) -> tuple[tuple[int, int | None], ...]:
    found: list[tuple[int, int | None]] = []
    for place, word in enumerate(words):
        if word == "text":
            found.append((place, None))
        elif word == "bytes":
            if words[place + 1 : place + 2] != ["i32"]:
                raise ValueError("behind 'bytes' comes the i32 that says how many")
            found.append((place, place + 1))
    return tuple(found)
