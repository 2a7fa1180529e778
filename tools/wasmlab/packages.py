"""Packages for Python in a page: what a lesson allows, what its lock pins, what the user's cache holds."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wasmlab.assets.python import PYODIDE
from wasmlab.course import cache_folder
from wasmlab.errors import LockUnreadable
from wasmlab.lesson import Lesson

LOCK = "packages.lock.json"
FOLDER = "dist/packages"
"""Where a lesson's page finds packages, relative to the lesson."""
INDEX = "packages.json"
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]*\.whl")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Wheel:
    """One pinned package: `imports` are the modules it brings, `needs` the packages it cannot do without."""

    name: str
    version: str
    file: str
    sha256: str
    bytes: int
    imports: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def canonical(name: str) -> str:
    """Return a package's name as every index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def allowed(lesson: Lesson) -> list[str]:
    """Return the names of the packages that the lesson's programs may use."""
    return [canonical(name) for name in lesson.packages]


# The Python that runs in pages


def pyodide_lock() -> dict[str, Any]:
    """Return Pyodide's own lock: which packages its makers have built, with which modules."""
    lock: dict[str, Any] = json.loads((PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))
    return lock


def platform() -> dict[str, str]:
    """Return what decides which wheels fit: the version of Python, and the platform's tag."""
    info = pyodide_lock()["info"]
    version = ".".join(info["python"].split(".")[:2])
    return {"python": version, "platform": f"pyemscripten_{info['abi_version']}_{info['arch']}"}


# The lock beside lesson.toml


def read_lock(lesson: Lesson) -> dict[str, Wheel]:
    """Return what the lesson's lock pins, by name; nothing where there is no lock.

    Raises:
        LockUnreadable: it is not what wasmlab writes, or was made for another Pyodide.
    """
    path = lesson.root / LOCK
    try:
        lock = json.loads(path.read_text(encoding="utf-8"))
        wheels = {name: _wheel(name, pinned) for name, pinned in lock["packages"].items()}
        made_for = {key: lock[key] for key in ("python", "platform")}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LockUnreadable(f"{path} is no lock of packages: {error!r}", _anew(lesson)) from error
    if made_for != platform():
        now, then = ("{python} on {platform}".format(**each) for each in (platform(), made_for))
        raise LockUnreadable(f"{path} pins wheels for Python {then}, and pages have {now}", _anew(lesson))
    return wheels


def _anew(lesson: Lesson) -> str:
    names = " ".join(lesson.packages) or "NAME"
    return f"remove {lesson.name}/{LOCK}, then: wasmlab setup pyodide --package {names}"


def _wheel(name: str, pinned: dict[str, Any]) -> Wheel:
    """Read an entry; a name that could leave the cache's folder is none."""
    wheel = Wheel(
        name=name,
        version=str(pinned["version"]),
        file=str(pinned["file"]),
        sha256=str(pinned["sha256"]),
        bytes=int(pinned["bytes"]),
        imports=tuple(map(str, pinned["imports"])),
        needs=tuple(map(str, pinned["needs"])),
    )
    if not (_FILE.fullmatch(wheel.file) and _SHA256.fullmatch(wheel.sha256)):
        raise ValueError(f"{name} has no wheel with a SHA-256")
    return wheel


def write_lock(lesson: Lesson, wheels: Iterable[Wheel]) -> None:
    """Write the lesson's lock: versions and hashes, and no address.

    Raises:
        OSError: it cannot be written.
    """
    packages = {wheel.name: asdict(wheel) for wheel in sorted(wheels, key=lambda wheel: wheel.name)}
    for pinned in packages.values():
        del pinned["name"]
    text = json.dumps({"format": 1, **platform(), "packages": packages}, indent=2)
    part = lesson.root / f"{LOCK}.part"
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(lesson.root / LOCK)


def closure(names: Iterable[str], wheels: dict[str, Wheel]) -> list[Wheel]:
    """Return the wheels of `names` and of what they need, each behind what it needs."""
    found: dict[str, Wheel] = {}

    def add(name: str, above: tuple[str, ...]) -> None:
        if name in wheels and name not in found and name not in above:
            for needed in wheels[name].needs:
                add(needed, (*above, name))
            found[name] = wheels[name]

    for name in names:
        add(name, ())
    return list(found.values())


# The user's cache


def cached(wheel: Wheel) -> Path:
    """Return where the wheel lies in the user's cache, or would."""
    return cache_folder() / "packages" / wheel.sha256 / wheel.file


def is_cached(wheel: Wheel) -> bool:
    """Return whether the wheel is in the cache; its hash was checked before it came there."""
    try:
        return cached(wheel).stat().st_size == wheel.bytes
    except OSError:
        return False


# What a page sees


def index(lesson: Lesson) -> dict[str, Any]:
    """Return what the lesson's page is told: the names it may use, what is here, which module is whose.

    A lock that cannot be used is told as `problem`: the page works without packages.
    """
    wheels, problem = _pinned(lesson)
    return {
        "lesson": lesson.name,
        "allowed": allowed(lesson),
        "index": list(lesson.package_index),
        "packages": {wheel.name: {**asdict(wheel), "here": is_cached(wheel)} for wheel in wheels},
        "modules": _modules(),
        "problem": problem,
    }


def _pinned(lesson: Lesson) -> tuple[list[Wheel], str]:
    try:
        return list(read_lock(lesson).values()), ""
    except LockUnreadable as error:
        return [], f"{error.what}; {error.hint}"


def _modules() -> dict[str, str]:
    """Return whose the modules of well-known packages are, so that a page can name the package."""
    known = pyodide_lock()["packages"]
    return {
        module: name
        for name, package in known.items()
        if package["package_type"] == "package" and not name.endswith("-tests")
        for module in package["imports"]
        if "." not in module
    }


def find(lesson: Lesson, file: str) -> Path | None:
    """Return a wheel of the lesson's lock that is in the cache, by its file's name."""
    found = (cached(wheel) for wheel in _pinned(lesson)[0] if wheel.file == file and is_cached(wheel))
    return next(found, None)


def publish(lesson: Lesson) -> bool:
    """Put the index and the wheels beside the lesson's page, for any server; return whether anything changed.

    Raises:
        OSError: the folder cannot be written.
    """
    folder, text = lesson.root / FOLDER, json.dumps(index(lesson), indent=1) + "\n"
    wanted = {wheel.file: wheel for wheel in _pinned(lesson)[0] if is_cached(wheel)}
    if _is_published(folder, text, wanted):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    (folder / INDEX).unlink(missing_ok=True)  # last out, last in: who finds it finds the wheels
    for old in folder.iterdir():
        old.unlink()
    for wheel in wanted.values():
        _link(cached(wheel), folder / wheel.file)
    (folder / INDEX).write_text(text, encoding="utf-8")
    return True


def _is_published(folder: Path, text: str, wanted: dict[str, Wheel]) -> bool:
    try:
        sizes = {path.name: path.stat().st_size for path in folder.iterdir() if path.name != INDEX}
        known = (folder / INDEX).read_text(encoding="utf-8")
    except OSError:
        return False
    return known == text and sizes == {wheel.file: wheel.bytes for wheel in wanted.values()}


def _link(source: Path, target: Path) -> None:
    """Let both names mean one file where the disk can; copy it where not."""
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)
