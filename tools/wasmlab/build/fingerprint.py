"""Decides by content whether a target is up to date: sources, included headers, commands, tool."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from wasmlab.lesson import Lesson, Target
from wasmlab.toolchains.plan import Plan, Tool, stage_folder

MAKES = 3
"""Raised whenever a build leaves something else in `dist/` than before: then all is built anew."""


@dataclass(frozen=True)
class Record:
    """What the last good build was made from and what it made; kept in the stage as JSON."""

    tool: str
    commands: list[list[str]]
    inputs: dict[str, str]
    output: str
    said: str = ""
    beside: dict[str, str] = field(default_factory=dict)


def _maker(tool: Tool) -> str:
    return f"{tool.identity}, makes {MAKES}"


def record_path(lesson: Lesson, target: Target) -> Path:
    """Return where a target's record is kept."""
    return lesson.root / stage_folder(target.name) / "record.json"


def current(lesson: Lesson, target: Target, tool: Tool, plan: Plan) -> Record | None:
    """Return the last build's record if building `target` again would give what is there already."""
    old = _load(record_path(lesson, target))
    if old is None or old.tool != _maker(tool) or old.commands != _commands(plan):
        return None
    if not ({*target.sources, *plan.reads} <= set(old.inputs) and set(plan.also) <= set(old.beside)):
        return None
    known = {**old.inputs, **old.beside}
    same = _hashes(lesson.root, known) == known
    return old if same and _hash(lesson.root / target.output) == old.output else None


def write_record(
    lesson: Lesson,
    target: Target,
    tool: Tool,
    plan: Plan,
    inputs: dict[str, str],
    said: str,
    beside: Iterable[str] = (),
) -> None:
    """Note what the build that has just been published was made from, and what the compiler `said`.

    `beside` names what was published with the module.
    """
    output = _hash(lesson.root / target.output)
    hashes = {name: digest or "" for name, digest in _hashes(lesson.root, beside).items()}
    record = Record(_maker(tool), _commands(plan), inputs, output or "", said, hashes)
    path = record_path(lesson, target)
    try:
        path.write_text(json.dumps(asdict(record), indent=1), encoding="utf-8")
    except OSError:  # the module is good; without a record the next build makes it again
        path.unlink(missing_ok=True)


def published(lesson: Lesson, target: Target) -> list[str]:
    """Return what the last good build has put under `dist/`, and what the manifest says it puts there."""
    old = _load(record_path(lesson, target))
    return list(dict.fromkeys([target.output, *target.also, *(old.beside if old else ())]))


def known_inputs(lesson: Lesson, target: Target) -> set[str]:
    """Return the sources, and the headers that the last good build has read."""
    old = _load(record_path(lesson, target))
    return {*target.sources, *(old.inputs if old else ())}


def hash_known(lesson: Lesson, target: Target) -> dict[str, str | None]:
    """Return the content hashes of what a build is about to read, as far as it is known."""
    return _hashes(lesson.root, known_inputs(lesson, target))


def hash_inputs(
    lesson: Lesson, target: Target, plan: Plan, before: dict[str, str | None], started_ns: int
) -> dict[str, str]:
    """Return the content hashes of the sources and of every header that the compiler has read.

    A file may be saved while the compiler runs. What was hashed `before` counts as read, and a
    header that nobody knew before and that is younger than the build counts as not read at all:
    in both cases the next build finds a difference and compiles again.
    """
    headers = {name for depfile in plan.depfiles for name in _dependencies(lesson.root / depfile)}
    found = _hashes(lesson.root, {*target.sources, *plan.reads, *headers})
    for name in found:
        if name in before:
            found[name] = before[name]
        elif _changed_ns(lesson.root / name) >= started_ns - _CLOCK_NS:
            found[name] = ""
    return {name: digest for name, digest in found.items() if digest is not None}


_CLOCK_NS = 20_000_000  # file systems stamp a file with a clock that ticks every 1 to 16 ms


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


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
        return Record(**{each.name: raw[each.name] for each in fields(Record)})
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
