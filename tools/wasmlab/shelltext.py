"""A target's commands as text that can be pasted into a shell and gives the same bytes."""

from __future__ import annotations

import os
import subprocess
from pathlib import PurePosixPath

from wasmlab.lesson import Lesson, Target
from wasmlab.process import Command
from wasmlab.toolchains.plan import Plan


def shell_lines(lesson: Lesson, target: Target, plan: Plan) -> list[str]:
    """Return the lines for a shell of this system: enter the folder, make folders, run, publish."""
    folders = list(dict.fromkeys([plan.stage, str(PurePosixPath(target.output).parent)]))
    lines = [f"# {lesson.name}: {target.name}"] if os.name != "nt" else [f"rem {lesson.name}: {target.name}"]
    lines += _enter(lesson, folders)
    lines += [step.command.text() for step in plan.steps]
    lines[1:1] = _variables(plan)
    if plan.source_map:
        map_it = ("wasmlab", "dev", "source-map", plan.made, target.output)
        lines.append(Command(map_it, lesson.root).text())
    moved = [(f"{plan.stage}/{PurePosixPath(name).name}", name) for name in plan.also]
    return [*lines, *(_move(made, output, lesson) for made, output in [*moved, (plan.made, target.output)])]


def _variables(plan: Plan) -> list[str]:
    """Windows has no words for a variable of one command: set them first."""
    if os.name != "nt":
        return []
    pairs = {name: value for step in plan.steps for name, value in step.command.env.items()}
    return [f'set "{name}={value}"' for name, value in pairs.items()]


def _enter(lesson: Lesson, folders: list[str]) -> list[str]:
    if os.name == "nt":
        made = [f"if not exist {_quoted(folder)} mkdir {_quoted(folder)}" for folder in folders]
        return [f"cd /d {_quoted(str(lesson.root))}", *made]
    return [
        Command(("cd", str(lesson.root)), lesson.root).text(),
        Command(("mkdir", "-p", *folders), lesson.root).text(),
    ]


def _move(made: str, output: str, lesson: Lesson) -> str:
    if os.name == "nt":
        return f"move /y {_quoted(made)} {_quoted(output)}"
    return Command(("mv", made, output), lesson.root).text()


def _quoted(path: str) -> str:
    return subprocess.list2cmdline([path.replace("/", "\\")])
