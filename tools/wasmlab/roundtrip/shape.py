"""The shape of a round trip as JSON: what is in it, in words for a reader and as a test for a machine.

The engines and the lessons' pages write the same; `docs/reference/round-trip.md` is made from this file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("call", "host call", "host return", "host throw", "return", "trap", "throw")
TYPES = ("i32", "i64", "f32", "f64", "funcref", "externref")
DIRECTIONS = ("host -> wasm", "wasm -> host")


@dataclass(frozen=True)
class Field:
    """One member of an object: its name, what it may be, and what it means."""

    name: str
    kind: str
    meaning: str
    required: bool = True


TRIP = (
    Field("engine", "text", "the engine's name, or `page` for a lesson's page"),
    Field("function", "text", "the export that was called"),
    Field("crossings", "list of crossing", "every crossing in its order, the call first and its end last"),
    Field("results", "list of value", "what the call returned; nothing after a trap"),
    Field("trap", "trap or null", "why the module stopped"),
    Field("missed", "number", "so many crossings before the last were not kept"),
    Field("memory_hash", "text", "a hash of the exported memory after the call; empty where it is not known"),
    Field("output", "output", "what a WASI program said", required=False),
    Field("milliseconds", "number", "how long the call took"),
    Field("explanation", "object", "of a trap: the C line, the reason and what to try", required=False),
)
CROSSING = (
    Field("kind", "kind", ", ".join(f"`{kind}`" for kind in KINDS) + "; only a page has hosts that throw"),
    Field("direction", "direction", "`host -> wasm` or `wasm -> host`"),
    Field("name", "text", "the export, or the import as `module.name`"),
    Field("values", "list of value", "the arguments, or what is returned"),
    Field("depth", "number", "0 for the call, 1 for what it calls, and so on"),
    Field("microseconds", "number", "the time since the call began, by the engine's own clock"),
    Field("memory", "list of pointed", "what the arguments point at, where that is known", required=False),
)
VALUE = (
    Field("type", "type", ", ".join(f"`{type}`" for type in TYPES)),
    Field("value", "number or text", "an i32 as a number, signed; all else as text, which no reader rounds"),
    Field("bits", "text", "of an f32 or f64: all its bits, in hexadecimal", required=False),
)
TRAP = (
    Field("kind", "text", "the same word in every engine, such as `unreachable`"),
    Field("message", "text", "the engine's own words"),
)
POINTED = (
    Field("start", "number", "the address"),
    Field("length", "number", "so many bytes"),
    Field("bytes", "text", "the first of them, in hexadecimal"),
)
OUTPUT = (
    Field("stdout", "text", "standard output"),
    Field("stderr", "text", "standard error"),
    Field("code", "number or null", "the exit code, where the program exited by itself"),
    Field("files", "object", "each file by its path, with its `size` and `sha256`"),
)

OBJECTS: Mapping[str, tuple[Field, ...]] = {
    "round trip": TRIP,
    "crossing": CROSSING,
    "value": VALUE,
    "trap": TRAP,
    "pointed": POINTED,
    "output": OUTPUT,
}

_PLAIN: Mapping[str, Callable[[Any], bool]] = {
    "text": lambda given: isinstance(given, str),
    "number": lambda given: isinstance(given, int | float) and not isinstance(given, bool),
    "object": lambda given: isinstance(given, Mapping),
    "null": lambda given: given is None,
    "kind": lambda given: given in KINDS,
    "type": lambda given: given in TYPES,
    "direction": lambda given: given in DIRECTIONS,
}


def complaints(given: Any, kind: str = "round trip", where: str = "trip") -> list[str]:
    """Return what is wrong with a round trip as JSON, each with its place; nothing where it fits."""
    if " or " in kind:
        found = [complaints(given, each, where) for each in kind.split(" or ")]
        return [] if [] in found else min(found, key=len)
    if kind.startswith("list of "):
        if not isinstance(given, list):
            return [f"{where} is no list"]
        inner = kind.removeprefix("list of ")
        return [
            text for place, one in enumerate(given) for text in complaints(one, inner, f"{where}[{place}]")
        ]
    if kind in _PLAIN:
        return [] if _PLAIN[kind](given) else [f"{where} is no {kind}: {given!r}"]
    return _members(given, OBJECTS[kind], where) if isinstance(given, Mapping) else [f"{where} is no {kind}"]


def _members(given: Mapping[str, Any], fields: tuple[Field, ...], where: str) -> list[str]:
    known = {field.name for field in fields}
    wrong = [f"{where}.{name} is unknown" for name in given if name not in known]
    for field in fields:
        if field.name in given:
            wrong += complaints(given[field.name], field.kind, f"{where}.{field.name}")
        elif field.required:
            wrong.append(f"{where}.{field.name} is missing")
    return wrong
