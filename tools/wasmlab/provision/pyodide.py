"""Packages for the Python in pages, as a part of doctor and setup: resolved, pinned, kept in the cache."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wasmlab import packages
from wasmlab.course import cache_folder, find_course
from wasmlab.errors import FolderNotWritable, ManifestError, PackageNotAllowed, WasmlabError
from wasmlab.lesson import Lesson
from wasmlab.names import did_you_mean
from wasmlab.packages import Wheel
from wasmlab.provision.parts import Finding, Part, Say
from wasmlab.provision.resolving import Source, fetch, resolve

_USE = "packages for Python in a page"


def part(names: Sequence[str] = (), mirror: str = "") -> Part:
    """Return the part: it has the packages called `names`, or without names all that the lessons pin."""
    wanted = [packages.canonical(name) for name in names]
    return Part(lambda: find(wanted), lambda: _plan(wanted), lambda say: get(wanted, Source(mirror), say))


def find(names: Sequence[str] = ()) -> Finding:
    """Return what `doctor` says of the packages.

    Raises:
        PackageNotAllowed: no lesson allows one of `names`.
        ManifestError: none of those that can be read does, and one cannot be read.
    """
    try:
        lessons = _lessons(names)
        pinned = {lesson.name: packages.read_lock(lesson) for lesson in lessons}
    except (PackageNotAllowed, ManifestError):
        raise
    except WasmlabError as error:
        return Finding("pyodide", False, _USE, False, problem=error.what, remedy=error.hint, by_setup=False)
    missing = [
        name for lesson in lessons for name in _wanted(lesson, names) if _lacks(name, pinned[lesson.name])
    ]
    if missing:
        remedy = " ".join(["wasmlab setup pyodide", *(["--package", *names] if names else [])])
        problem = f"{', '.join(dict.fromkeys(missing))} not in the cache"
        return Finding("pyodide", False, _USE, False, problem=problem, remedy=remedy)
    here = {name: wheel for wheels in pinned.values() for name, wheel in wheels.items()}
    shown = names or sorted(here)
    version = ", ".join(f"{name} {here[name].version}" for name in shown) or "no lesson pins any"
    return Finding("pyodide", True, _USE, False, version=version)


def get(names: Sequence[str], source: Source, say: Say) -> None:
    """Resolve and pin what is not pinned yet, fetch what is not in the cache, and put it beside the pages.

    Raises:
        PackageNotAllowed, PackageUnfit, DownloadFailed, LockUnreadable, ToolMissing: as their names say.
        FolderNotWritable: the cache or a lesson cannot be written.
    """
    for lesson in _lessons(names):
        try:
            _get(lesson, _wanted(lesson, names), source, say)
            packages.publish(lesson)
        except OSError as error:
            what = f"{error.filename or lesson.root} cannot be written: {error.strerror or error}"
            raise FolderNotWritable(
                what, "make it writable, or set WASMLAB_CACHE to another folder"
            ) from error


def _get(lesson: Lesson, names: Sequence[str], source: Source, say: Say) -> None:
    lock = packages.read_lock(lesson)
    new = [name for name in names if name not in lock]
    if new:
        say(f"pip looks for wheels of {', '.join(new)} that Python in a page can use")
        with _place() as folder:
            found = resolve(new, lock.values(), source, folder, say)
            _keep(found, folder)
        lock |= {wheel.name: lock.get(wheel.name, wheel) for wheel in found}
        packages.write_lock(lesson, lock.values())
        say(f"pinned in {lesson.name}/{packages.LOCK}: " + ", ".join(f"{w.name} {w.version}" for w in found))
    missing = [wheel for wheel in packages.closure(names, lock) if not packages.is_cached(wheel)]
    if missing:
        with _place() as folder:
            fetch(missing, source, folder, say)
            _keep(missing, folder)


def _keep(wheels: Sequence[Wheel], folder: Path) -> None:
    """Move wheels from `folder` into the cache, where each lies under its hash."""
    for wheel in wheels:
        place = packages.cached(wheel)
        place.parent.mkdir(exist_ok=True)
        (folder / wheel.file).replace(place)


@contextmanager
def _place() -> Iterator[Path]:
    """Yield a folder in the cache, so that what lies in it can be moved there."""
    cache = cache_folder() / "packages"
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=cache, ignore_cleanup_errors=True) as place:
        yield Path(place)


def _lessons(names: Sequence[str]) -> list[Lesson]:
    """Return the lessons that are concerned: those that allow one of `names`, or all that have Python."""
    course = find_course()
    lessons = [lesson for lesson in course.lessons if "python" in lesson.assets]
    known = {name for lesson in lessons for name in packages.allowed(lesson)}
    for name in names:
        if name not in known:
            if course.broken:  # it may be the one that does
                raise next(iter(course.broken.values()))
            near = did_you_mean(name, known) if known else ""
            where = f"{lessons[0].name}/lesson.toml" if lessons else "a lesson that has Python"
            add = f'add "{name}" to packages in {where}'
            hint = f"{near} or {add}" if near.startswith("did") else add
            raise PackageNotAllowed(f"no lesson in {course.root} allows the package {name!r}", hint)
    return [lesson for lesson in lessons if not names or set(names) & set(packages.allowed(lesson))]


def _wanted(lesson: Lesson, names: Sequence[str]) -> list[str]:
    """Return the packages of a lesson that are meant: those of `names`, or all that its lock pins."""
    return (
        [name for name in names if name in packages.allowed(lesson)]
        if names
        else list(packages.read_lock(lesson))
    )


def _lacks(name: str, lock: dict[str, Wheel]) -> bool:
    return name not in lock or not all(packages.is_cached(wheel) for wheel in packages.closure([name], lock))


def _plan(names: Sequence[str]) -> str:
    what = ", ".join(names) or "the packages that the lessons pin"
    return (
        f"download {what} with pip, pin each file by its hash, and keep it in {cache_folder() / 'packages'}"
    )
