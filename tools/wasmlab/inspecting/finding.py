"""Turns what a person names, a file, a lesson or one of its builds, into modules on the disk."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from wasmlab.errors import NotBuilt, UsageError

if TYPE_CHECKING:
    from wasmlab.build import Options
    from wasmlab.lesson import Lesson

_AT = "@"
_PROFILES = ("debug", "release")


@dataclass(frozen=True)
class Found:
    """A module's file, its name in the answer, and the folder that its C sources are in."""

    path: Path
    name: str
    root: Path


def find_modules(
    named: str, course: Path | None = None, *, release: bool = False, scratch: Path | None = None
) -> list[Found]:
    """Return the module in the file `named`, or those of the lesson of that name, built first.

    A lesson is built for debugging unless `release` is asked for. `LESSON@BUILD` is a build of its own,
    made in the folder `scratch`, so that the lesson's stays: `@debug`, `@release`, or the release build
    with one more flag for the compiler, like `@-O0`.

    Raises:
        LessonUnknown: it is neither a file nor a lesson.
        UsageError: there is no such build.
        NotBuilt: the lesson has no target.
        BuildError: the lesson does not build.
    """
    path = Path(named)
    if path.suffix == ".wasm" or path.is_file():
        folder = path.resolve().parent
        return [Found(path, path.name, folder.parent if folder.name == "dist" else folder)]
    from wasmlab.build import Options
    from wasmlab.course import find_course

    name, _, build = named.partition(_AT)
    lesson = find_course(course, [name]).lesson(name)
    if not build or scratch is None:
        return _built(lesson, Options("release" if release else "debug"), lesson.name)
    return _built(*_variant(lesson, build, scratch), named)


def _variant(lesson: Lesson, build: str, scratch: Path) -> tuple[Lesson, Options]:
    """Return a copy of the lesson in `scratch`, and how to build it."""
    from wasmlab.build import Options
    from wasmlab.lesson import load_lesson

    if build not in _PROFILES and not build.startswith("-"):
        what = f"a lesson has no build {build!r}"
        raise UsageError(what, f"{lesson.name}@debug, {lesson.name}@release, or a flag: {lesson.name}@-O0")
    root = scratch / build / lesson.name
    if not root.exists():
        shutil.copytree(lesson.root, root, ignore=shutil.ignore_patterns("dist", "node_modules", ".*"))
    copy = load_lesson(root)
    if build in _PROFILES:
        return copy, Options("release" if build == "release" else "debug")
    targets = tuple(replace(each, compile_flags=(*each.compile_flags, build)) for each in copy.targets)
    return replace(copy, targets=targets), Options("release")


def _built(lesson: Lesson, options: Options, name: str) -> list[Found]:
    from wasmlab.build import build_lesson

    for result in build_lesson(lesson, options):
        if result.error is not None:
            raise result.error
    # A target may put glue beside its module: name.js or name.html with name.wasm.
    outputs = [target.output.rpartition(".")[0] + ".wasm" for target in lesson.targets]
    modules = [output for output in outputs if (lesson.root / output).is_file()]
    if not modules:
        raise NotBuilt(f"the lesson {lesson.name} builds no module", "name a .wasm file")
    return [Found(lesson.root / output, f"{name}/{output}", lesson.root) for output in modules]


def find_pairs(before: str, after: str, course: Path | None, scratch: Path) -> list[tuple[Found, Found]]:
    """Return the modules to compare: those of two builds by their names, else the first of each.

    Without `after`, a lesson's debug build, or the one named, is compared with its release build. The
    errors are those of `find_modules`.
    """
    if not after and _is_file(before):
        raise UsageError(f"{before} is one file", f"name the other one: wasmlab diff {before} OTHER.wasm")
    if not after:
        name, _, build = before.partition(_AT)
        before, after = f"{name}{_AT}{build or 'debug'}", f"{name}{_AT}release"
    old, new = (find_modules(named, course, scratch=scratch) for named in (before, after))
    if _is_file(before) or _is_file(after) or len(old) == len(new) == 1:
        return [(old[0], new[0])]
    others = {found.path.name: found for found in new}
    pairs = [(found, others[found.path.name]) for found in old if found.path.name in others]
    return pairs or [(old[0], new[0])]


def _is_file(named: str) -> bool:
    return Path(named).suffix == ".wasm" or Path(named).is_file()
