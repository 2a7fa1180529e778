"""Two modules side by side: what became bigger, what came and what went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from wasmlab.inspecting.anatomy import Anatomy
from wasmlab.inspecting.report import border, table


@dataclass(frozen=True)
class Change:
    """One part's size in both modules; 0 where it is not there."""

    what: str
    before: int
    after: int

    @property
    def growth(self) -> int:
        """How many bytes the second module has more."""
        return self.after - self.before


@dataclass(frozen=True)
class Difference:
    """Everything that differs; a change with equal sizes is left out, the biggest change comes first."""

    before: Anatomy
    after: Anatomy
    why: tuple[Change, ...]
    functions: tuple[Change, ...]
    came: tuple[str, ...]
    went: tuple[str, ...]

    def __str__(self) -> str:
        total = Change("", self.before.size, self.after.size)
        old, new = (f"{each.name} {each.size} bytes" for each in (self.before, self.after))
        head = f"{old} -> {new}, {_growth(total)}"
        parts = [
            [head],
            _block("what changed", self.why),
            _block("functions", self.functions[:20], len(self.functions) - 20),
            _list("came", self.came),
            _list("went", self.went),
        ]
        if self.before.data == self.after.data:
            return f"{head}: the same bytes"
        return "\n\n".join("\n".join(part) for part in parts if part)

    def to_json(self) -> dict[str, Any]:
        """Return the difference as plain data."""
        return {
            "before": {"name": self.before.name, "bytes": self.before.size},
            "after": {"name": self.after.name, "bytes": self.after.size},
            "same": self.before.data == self.after.data,
            "why": [_plain(change) for change in self.why],
            "functions": [_plain(change) for change in self.functions],
            "came": list(self.came),
            "went": list(self.went),
        }


def compare(before: Anatomy, after: Anatomy) -> Difference:
    """Compare two modules by the parts' names."""
    old, new = _borders(before), _borders(after)
    return Difference(
        before,
        after,
        _changes(_why(before), _why(after)),
        _changes(((f.name, f.size) for f in before.functions), ((f.name, f.size) for f in after.functions)),
        tuple(line for line in new if line not in old),
        tuple(line for line in old if line not in new),
    )


def _why(anatomy: Anatomy) -> list[tuple[str, int]]:
    """Return the shares, all code as one: only a debug module tells whose it is."""
    return [("code" if s.what.startswith("code of") else s.what, s.size) for s in anatomy.why]


def _borders(anatomy: Anatomy) -> list[str]:
    imports = [f"import {border(i.full_name, i)}" for i in anatomy.module.imports]
    return imports + [f"export {border(e.name, e)}" for e in anatomy.module.exports]


def _changes(before: Iterable[tuple[str, int]], after: Iterable[tuple[str, int]]) -> tuple[Change, ...]:
    old, new = _summed(before), _summed(after)
    changes = [Change(name, old.get(name, 0), new.get(name, 0)) for name in {**old, **new}]
    changed = [change for change in changes if change.growth]
    return tuple(sorted(changed, key=lambda change: (-abs(change.growth), change.what)))


def _summed(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Add up: two static functions of two sources may have one name."""
    sizes: dict[str, int] = {}
    for name, size in parts:
        sizes[name] = sizes.get(name, 0) + size
    return sizes


def _block(title: str, changes: tuple[Change, ...], more: int = 0) -> list[str]:
    rows = [[f"{c.before}", "->", f"{c.after}", _growth(c), c.what, _state(c)] for c in changes]
    return [title, *table(rows), *([f"  and {more} more"] if more > 0 else [])] if rows else []


def _state(change: Change) -> str:
    return "new" if not change.before else "gone" if not change.after else ""


def _growth(change: Change) -> str:
    share = f" ({100 * change.growth / change.before:+.0f} %)" if change.before and change.after else ""
    return f"{change.growth:+d}{share}"


def _list(title: str, lines: tuple[str, ...]) -> list[str]:
    return [title, *(f"  {line}" for line in lines)] if lines else []


def _plain(change: Change) -> dict[str, Any]:
    return {"what": change.what, "before": change.before, "after": change.after}
