"""Decides by content whether a target is up to date: sources, included headers, commands, tool."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wasmlab.lesson import Lesson, Target
from wasmlab.toolchains.plan import STAGE, Plan, Tool


@dataclass(frozen=True)
class Record:
    """What the last good build was made from and what it made; kept in the stage as JSON."""

    tool: str
    commands: list[list[str]]
    inputs: dict[str, str]
    output: str


def record_path(lesson: Lesson, target: Target) -> Path:
    """Return where a target's record is kept."""
    return lesson.root / STAGE / f"{target.name}.json"


def is_current(lesson: Lesson, target: Target, tool: Tool, plan: Plan) -> bool:
    """Return whether building `target` again would give what is there already."""
    old = _load(record_path(lesson, target))
    if old is None or old.tool != tool.identity or old.commands != _commands(plan):
        return False
    if not set(target.sources) <= set(old.inputs):
        return False
    hashes = _hashes(lesson.root, old.inputs)
    return hashes == old.inputs and _hash(lesson.root / target.output) == old.output


def write_record(lesson: Lesson, target: Target, tool: Tool, plan: Plan, inputs: dict[str, str]) -> None:
    """Note what the build that has just been published was made from."""
    output = _hash(lesson.root / target.output)
    record = Record(tool.identity, _commands(plan), inputs, output or "")
    record_path(lesson, target).write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")


def hash_inputs(lesson: Lesson, target: Target, plan: Plan) -> dict[str, str]:
    """Return the content hashes of the sources and of every header that the compiler has read."""
    headers = (name for depfile in plan.depfiles for name in _dependencies(lesson.root / depfile))
    found = _hashes(lesson.root, {*target.sources, *headers})
    return {name: digest for name, digest in found.items() if digest is not None}


def _hashes(root: Path, names: Iterable[str]) -> dict[str, str | None]:
    return {name: _hash(root / name) for name in sorted(names)}


def _hash(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _commands(plan: Plan) -> list[list[str]]:
    return [list(step.command.argv) for step in plan.steps]


def _load(path: Path) -> Record | None:
    """Read a record; a missing, half-written or foreign one means: build."""
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Record(raw["tool"], raw["commands"], raw["inputs"], raw["output"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _dependencies(depfile: Path) -> list[str]:
    r"""Read the prerequisites of the make rule in `depfile` (`\ ` is a blank in a name)."""
    try:
        text = depfile.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    rule = text.replace("\\\r\n", " ").replace("\\\n", " ").partition(": ")[2]
    names = rule.replace("\\ ", "\0").split()
    return [name.replace("\0", " ").replace("$$", "$").replace("\\#", "#") for name in names]
