"""A C file as clang itself reads it: the tree of its own functions, each node with its place in bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from wasmlab.build import Options, plan_target
from wasmlab.errors import CompileFailed
from wasmlab.lesson import Lesson, Target
from wasmlab.process import run


@dataclass(frozen=True)
class Node:
    """One node: `start` and `end` are bytes of the file, -1 where a macro or another file made it."""

    kind: str
    start: int
    end: int
    raw: dict[str, Any]

    @cached_property
    def inner(self) -> list[Node]:
        """The nodes below it."""
        return [_node(each) for each in self.raw.get("inner", ()) if each.get("kind")]

    @property
    def type(self) -> str:
        """Its C type, as it is written."""
        return str(self.raw.get("type", {}).get("qualType", ""))

    @property
    def is_placed(self) -> bool:
        """Whether it stands in the file as it is."""
        return 0 <= self.start < self.end

    def walk(self) -> Iterator[Node]:
        """Yield it and all below it."""
        yield self
        for each in self.inner:
            yield from each.walk()


def functions_of(lesson: Lesson, target: Target, source: str) -> list[Node]:
    """Return the functions that `source` itself defines, as clang reads it for `target`.

    Raises:
        CompileFailed: clang does not read it.
        ToolMissing: the compiler is not on this machine.
    """
    _tool, plan = plan_target(lesson, target, Options())
    step = next(step for step in plan.steps if source in step.command.argv)
    done = run(_dump(step.command), seconds=60)
    if not done.stdout.startswith("{"):
        raise CompileFailed(f"{lesson.name}/{source} cannot be read by clang", "wasmlab build")
    return [_node(raw) for raw in _own(json.loads(done.stdout))]


def _dump(command: Any) -> Any:
    """Turn a command that compiles into one that prints the tree."""
    from dataclasses import replace

    argv = list(command.argv)
    kept, skip = [], False
    for word in argv:
        if skip or word in ("-c", "-MMD"):
            skip = False
        elif word in ("-o", "-MF"):
            skip = True
        else:
            kept.append(word)
    return replace(command, argv=(*kept, "-fsyntax-only", "-Xclang", "-ast-dump=json"))


def _own(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the functions with a body that no included file has brought."""
    for raw in tree.get("inner", ()):
        loc = raw.get("loc", {})
        is_included = "includedFrom" in loc or "includedFrom" in loc.get("expansionLoc", {})
        has_body = any(each.get("kind") == "CompoundStmt" for each in raw.get("inner", ()))
        if raw.get("kind") == "FunctionDecl" and has_body and not is_included:
            yield raw


def _node(raw: dict[str, Any]) -> Node:
    begin, end = raw.get("range", {}).get("begin", {}), raw.get("range", {}).get("end", {})
    if "offset" not in begin or "offset" not in end or "includedFrom" in begin:
        return Node(raw["kind"], -1, -1, raw)
    return Node(raw["kind"], begin["offset"], end["offset"] + end.get("tokLen", 0), raw)
