"""The lesson as a submission meets it: the teacher's files, but no checks, no cases and no solution."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from wasmlab.build import Options, build_lesson, fingerprint
from wasmlab.copying import files_under
from wasmlab.errors import NotGradable
from wasmlab.grade.confining.native import compiler_folders
from wasmlab.grade.disk import not_copied
from wasmlab.lesson import Lesson, Target, load_lesson
from wasmlab.process import Group
from wasmlab.toolchains.emscripten import files_run
from wasmlab.toolchains.plan import stage_folder

_KEPT_BACK = (
    "checks",
    "cases",
    "solution",
    "solutions",
    ".git",
    "__pycache__",
    "node_modules",
    "test-results",
)
_LESSON, _CHECKS = "lesson", "checks"


@dataclass(frozen=True)
class Template:
    """A folder with the lesson without its checks, and the checks beside it; nobody changes it."""

    root: Path
    name: str

    @property
    def lesson(self) -> Path:
        """The lesson's folder."""
        return self.root / _LESSON / self.name

    @property
    def checks(self) -> Path:
        """The folder of the checks."""
        return self.root / _CHECKS / self.name / "checks"


def make_template(lesson: Lesson, root: Path) -> Template:
    """Copy `lesson` to `root`, the checks apart.

    Raises:
        NotGradable: it has no checks, or its manifest lists nothing to submit, or what a build would run.
        FolderNotWritable: there is no room for the copy.
    """
    if not lesson.submit:
        raise NotGradable(
            f"{lesson.name} lists nothing to hand in", "add submit = ['c/NAME.c'] to its lesson.toml"
        )
    if not (lesson.root / "checks").is_dir():
        raise NotGradable(
            f"{lesson.name} has no checks", f"write pytest functions in {lesson.name}/checks/test_*.py"
        )
    _refuse_scripts(lesson)
    made = Template(root, lesson.name)
    try:
        shutil.copytree(lesson.root, made.lesson, ignore=shutil.ignore_patterns(*_KEPT_BACK))
        shutil.copytree(lesson.root / "checks", made.checks, ignore=shutil.ignore_patterns("__pycache__"))
    except OSError as error:
        raise not_copied(error) from error
    return made


def _refuse_scripts(lesson: Lesson) -> None:
    """Refuse what would run while a submission is built: it could write the very page that is checked."""
    run = {PurePosixPath(name) for target in lesson.targets for name in files_run(target)}
    if found := sorted(str(path) for path in run & set(map(PurePosixPath, lesson.submit))):
        what = f"{found[0]} is handed in, and Emscripten would run it here as it links"
        raise NotGradable(what, f"take {found[0]} out of submit, or load it in the page instead")


def finish_template(template: Template, group: Group, tool: Path | None) -> None:
    """Build what no submission changes, and leave nothing of what one does.

    The teacher's copy of a file to hand in may be the solution: neither it nor what was built of it
    stays. A target that does not build says so to each submission that needs it.
    """
    lesson = load_lesson(template.lesson)
    build_lesson(lesson, Options(group=group, tool_path=tool, has_parts=False))
    for target in lesson.targets:
        if fingerprint.known_inputs(lesson, target) & set(lesson.submit):
            _forget(lesson, target)
    for path in lesson.submit:
        (lesson.root / path).unlink(missing_ok=True)


def _forget(lesson: Lesson, target: Target) -> None:
    from wasmlab.build.beside import made_beside

    for name in fingerprint.published(lesson, target):
        (lesson.root / name).unlink(missing_ok=True)
    for path in made_beside(lesson.root / target.output):
        path.unlink(missing_ok=True)
    shutil.rmtree(lesson.root / stage_folder(target.name), ignore_errors=True)


def toolchains_of(lesson: Lesson) -> list[str]:
    """Return the names of the toolchains that a lesson needs."""
    return list(dict.fromkeys(target.toolchain for target in lesson.targets))


def readable_for(lesson: Lesson) -> list[Path]:
    """Return what the compilers of a lesson must be able to read."""
    return compiler_folders(toolchains_of(lesson))


def lesson_digest(lesson: Lesson) -> str:
    """Return one hash over all that decides a verdict: the manifest, the sources, the page and the checks."""
    digest = hashlib.sha256()
    for entry in files_under(lesson.root, ""):
        if "cases" not in PurePosixPath(entry.path).parts:
            digest.update(f"{entry.path}\0{len(entry.content)}\0".encode() + entry.content)
    return digest.hexdigest()
