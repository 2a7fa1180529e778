"""Why a module is as big as it is: every byte counted once, under a name that says what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from wasmlab.wasmfile import HEADER
from wasmlab.wasmlayout import Section


@dataclass(frozen=True)
class Share:
    """Some of a module's bytes: `note` says what they are for, and how to be rid of them."""

    what: str
    size: int
    note: str = ""


class _Function(Protocol):
    @property
    def size(self) -> int: ...
    @property
    def file(self) -> str: ...


_DEBUG = "debug information"
_OWN = "code of your sources"
_LIBRARY = "code of libraries"
_FRAME = "borders and lists"
_NOTES = {
    _DEBUG: "C lines and variables for the debugger and for explained traps; --release leaves it out",
    _OWN: "the functions whose C lines are known",
    _LIBRARY: "functions without C lines: libc and the compiler's helpers",
    "code": "the functions; a debug build would tell which C lines they are",
    "data": "strings and tables that are there from the start",
    "names": "functions' names, for stack traces; --release leaves them out",
    "compiler's notes": "which compiler, which features; --release leaves them out",
    _FRAME: "types, imports, exports, memories and the list of functions",
    "functions in tables": "what may be called through a function pointer",
    "other custom sections": "what tools have put in for themselves",
}
_KINDS = {"data": "data", "data count": "data", "element": "functions in tables"}


def shares(total: int, sections: Sequence[Section], functions: Iterable[_Function]) -> tuple[Share, ...]:
    """Return the shares, the biggest first; together they are `total`."""
    sizes: dict[str, int] = {_FRAME: len(HEADER)}
    known = list(functions)
    for section in sections:
        if section.name == "code" and section.id:
            for what, size in _code(section, known):
                sizes[what] = sizes.get(what, 0) + size
        else:
            what = _kind(section)
            sizes[what] = sizes.get(what, 0) + section.size
    assert sum(sizes.values()) == total
    found = [Share(what, size, _NOTES[what]) for what, size in sizes.items() if size]
    return tuple(sorted(found, key=lambda share: -share.size))


def _code(section: Section, functions: list[_Function]) -> list[tuple[str, int]]:
    """Split the code by whether C lines are known; sizes and counts go to the framework."""
    own = sum(function.size for function in functions if function.file)
    other = sum(function.size for function in functions if not function.file)
    rest = (_FRAME, section.size - own - other)
    return [(_OWN, own), (_LIBRARY, other), rest] if own else [("code", other), rest]


def _kind(section: Section) -> str:
    if section.id:
        return _KINDS.get(section.name, _FRAME)
    if section.name.startswith((".debug_", "reloc..debug_", "sourceMappingURL", "external_debug_info")):
        return _DEBUG
    if section.name == "name":
        return "names"
    return "compiler's notes" if section.name in ("producers", "target_features") else "other custom sections"


def percent(size: int, total: int) -> str:
    """Return a share in per cent, as a table shows it."""
    return f"{100 * size / total:.1f} %" if total else "-"
