"""Turns what a person names, a file or a lesson, into modules on the disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wasmlab.errors import NotBuilt


@dataclass(frozen=True)
class Found:
    """A module's file, its name in the answer, and the folder that its C sources are in."""

    path: Path
    name: str
    root: Path


def find_modules(named: str, course: Path | None = None, *, release: bool = False) -> list[Found]:
    """Return the module in the file `named`, or those of the lesson of that name, built first.

    A lesson is built for debugging unless `release` is asked for.

    Raises:
        LessonUnknown: it is neither a file nor a lesson.
        NotBuilt: the lesson has no target.
        BuildError: the lesson does not build.
    """
    path = Path(named)
    if path.suffix == ".wasm" or path.is_file():
        folder = path.resolve().parent
        return [Found(path, path.name, folder.parent if folder.name == "dist" else folder)]
    from wasmlab.build import Options, build_lesson
    from wasmlab.course import find_course

    lesson = find_course(course).lesson(named)
    for result in build_lesson(lesson, Options("release" if release else "debug")):
        if result.error is not None:
            raise result.error
    # A target may put glue beside its module: name.js or name.html with name.wasm.
    outputs = [target.output.rpartition(".")[0] + ".wasm" for target in lesson.targets]
    modules = [output for output in outputs if (lesson.root / output).is_file()]
    if not modules:
        raise NotBuilt(f"the lesson {lesson.name} builds no module", "name a .wasm file")
    return [Found(lesson.root / output, f"{lesson.name}/{output}", lesson.root) for output in modules]
