"""Function signatures as a manifest writes them: `add(i32, i32) -> i32`."""

from __future__ import annotations

import re
from dataclasses import dataclass

VALUE_TYPES = ("i32", "i64", "f32", "f64", "v128", "funcref", "externref")

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
    """A name that a manifest lists, with the signature where the author gave one."""

    name: str
    signature: Signature | None = None

    def __str__(self) -> str:
        return f"{self.name}{self.signature or ''}"


def parse_declaration(text: str) -> Declared:
    """Read `name`, `name(i32)` or `name(i32, i64) -> f64`.

    Raises:
        ValueError: the text is none of these; the message says why.
    """
    match = _DECLARATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not a name or a signature like 'add(i32, i32) -> i32'")
    if match["params"] is None:
        return Declared(match["name"])
    results = (match["results"] or "").strip().removeprefix("(").removesuffix(")")
    return Declared(match["name"], Signature(_types(match["params"]), _types(results)))


def _types(text: str) -> tuple[str, ...]:
    names = tuple(name for name in (part.strip() for part in text.split(",")) if name)
    for name in names:
        if name not in VALUE_TYPES:
            raise ValueError(f"{name!r} is not a WebAssembly type ({', '.join(VALUE_TYPES)})")
    return names
