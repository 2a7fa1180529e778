"""Writes what a service needs to grade a lesson: a workflow for GitHub or GitLab, a zip for Gradescope.

What is handed in is never the course at hand: checks that came with it would be the student's.
"""

from __future__ import annotations

import io
import json
import shlex
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wasmlab import __version__
from wasmlab.dev.ci import templates as texts
from wasmlab.dev.ci.needs import BROWSER, Needs, needs_of
from wasmlab.errors import FolderTaken, UsageError
from wasmlab.lesson import Lesson
from wasmlab.names import did_you_mean

_KEPT_BACK = {"dist", "cases", "__pycache__", "test-results", ".pytest_cache"}
_EMPTY = "COURSE_URL is empty: it names the repository of the course, which the teacher sets"


@dataclass(frozen=True)
class Written:
    """One file for a service, where it goes in a repository, and what its writer must still be told."""

    path: str
    content: bytes
    note: str = ""


def ci_file(service: str, lesson: Lesson, course_url: str = "") -> Written:
    """Return what the service called `service` needs to grade `lesson`, of the course at `course_url`.

    Raises:
        UsageError: there is no such service, it takes no address, or the lesson lists nothing to hand in.
        NotGradable: the lesson has no checks, or they cannot be read.
    """
    if service not in SERVICES:
        raise UsageError(f"no service is called {service!r}", did_you_mean(service, SERVICES))
    if not lesson.submit:
        hint = "add submit = ['c/NAME.c'] to its lesson.toml"
        raise UsageError(f"{lesson.name} lists nothing to hand in", hint)
    return SERVICES[service](lesson, needs_of(lesson), course_url)


def refuse_edited(path: Path, content: bytes) -> None:
    """Refuse to write over a workflow or a pipeline that says something else; a zip is nobody's to edit.

    Raises:
        FolderTaken: it is there already.
    """
    if path.suffix != ".zip" and path.is_file() and path.read_bytes() != content:
        hint = "compare it with what --out ELSEWHERE gives, or delete it"
        raise FolderTaken(f"{path} is there already, and says something else", hint)


def _github(lesson: Lesson, needs: Needs, url: str) -> Written:
    course = texts.GITHUB_SHIPPED
    if url or needs.has_own_course:
        shown = json.dumps(url) if url else "${{ secrets.COURSE_URL }}"
        course = texts.GITHUB_OWN.format(url=shown, empty=_EMPTY)
    folder = shlex.quote(_joined("course", needs.place))
    setup = _setup(texts.GITHUB_SETUP, needs, folder)
    text = _filled(texts.GITHUB, lesson, needs, course=course, course_folder=folder, setup=setup)
    return Written(".github/workflows/grade.yml", text, _note(lesson, needs, url, "secret"))


def _gitlab(lesson: Lesson, needs: Needs, url: str) -> Written:
    course, variables = texts.GITLAB_SHIPPED, ""
    if url or needs.has_own_course:
        course = texts.GITLAB_OWN.format(empty=_EMPTY)
        variables = texts.GITLAB_VARIABLES.format(url=json.dumps(url))
    folder = '"$course"' + (f"/{shlex.quote(needs.place)}" if needs.place else "")
    setup = _setup(texts.GITLAB_SETUP, needs, folder)
    more = {"course": course, "course_folder": folder, "variables": variables, "setup": setup}
    text = _filled(texts.GITLAB, lesson, needs, **more)
    return Written(".gitlab-ci.yml", text, _note(lesson, needs, url, "CI/CD variable"))


def _note(lesson: Lesson, needs: Needs, url: str, setting: str) -> str:
    """Say where the course will come from, where that is not wasmlab itself."""
    place = f"; the lesson lies in its folder {needs.place}" if needs.place else ""
    if url:
        return f"the course is fetched from {url}{place}"
    if not needs.has_own_course:
        return ""
    where = f"set the {setting} COURSE_URL to its repository, or write it by --course-url{place}"
    return f"{lesson.name} is not the lesson that comes with wasmlab, so the course is yours: {where}"


def _gradescope(lesson: Lesson, needs: Needs, url: str) -> Written:
    """Pack the two scripts and the lesson, with its checks and without its cases."""
    if url:
        raise UsageError("the zip for Gradescope holds the lesson itself", "leave --course-url away")
    browser = texts.SETUP_BROWSER if BROWSER in needs.parts else ""
    setup = browser + _setup(texts.SETUP_PARTS, needs)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "setup.sh", _filled(texts.SETUP, lesson, needs, setup=setup), 0o755)
        _add(archive, "run_autograder", _filled(texts.RUN, lesson, needs), 0o755)
        for path in sorted(lesson.root.rglob("*")):
            inside = path.relative_to(lesson.root)
            if path.is_file() and not _KEPT_BACK.intersection(inside.parts):
                _add(archive, f"course/{lesson.name}/{inside.as_posix()}", path.read_bytes(), 0o644)
    return Written(f"{lesson.name}-gradescope.zip", out.getvalue())


def _setup(text: str, needs: Needs, folder: str = "") -> str:
    """Return the step that sets up what the lesson needs; none where that is nothing."""
    return text.format(parts=" ".join(needs.parts), course_folder=folder) if needs.parts else ""


def _joined(folder: str, place: str) -> str:
    return f"{folder}/{place}" if place else folder


def _filled(text: str, lesson: Lesson, needs: Needs, **more: str) -> bytes:
    minutes = 30 if needs.parts else 15
    engines = "".join(f" --engine {name}" for name in needs.engines)
    return text.format(
        lesson=shlex.quote(lesson.name), version=__version__, engines=engines, minutes=minutes, **more
    ).encode()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, mode: int) -> None:
    info = zipfile.ZipInfo(name)  # of no date: the same lesson gives the same zip
    info.create_system = 3
    info.external_attr = (0o100000 | mode) << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


SERVICES: dict[str, Callable[[Lesson, Needs, str], Written]] = {
    "github": _github,
    "gitlab": _gitlab,
    "gradescope": _gradescope,
}
