"""`lesson.toml` read into frozen dataclasses; whatever does not fit is an error with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from wasmlab.manifest_keys import LESSON_KEYS, TARGET_KEYS, Key
from wasmlab.manifest_text import Place, read_manifest
from wasmlab.names import did_you_mean
from wasmlab.shipped import MANIFEST
from wasmlab.signature import Declared, parse_declaration


@dataclass(frozen=True)
class Target:
    """One thing a lesson builds; paths are relative to the lesson's folder, with `/`."""

    name: str
    toolchain: str
    sources: tuple[str, ...]
    output: str
    also: tuple[str, ...] = ()
    exports: tuple[Declared, ...] = ()
    imports: tuple[Declared, ...] = ()
    system: str = "freestanding"
    compile_flags: tuple[str, ...] = ()
    link_flags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A folder with a `lesson.toml`; `name` is the folder's name."""

    root: Path
    title: str
    order: int
    page: str
    summary: str = ""
    submit: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    points: int | None = None
    assets: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    package_index: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()

    @property
    def name(self) -> str:
        """The name that commands take."""
        return self.root.name

    @property
    def manifest(self) -> Path:
        """Where the lesson's `lesson.toml` is."""
        return self.root / MANIFEST


def load_lesson(root: Path) -> Lesson:
    """Read the lesson in the folder `root`.

    Raises:
        ManifestError: the manifest is missing, is not TOML, or says something that does not fit.
    """
    return _lesson(root.resolve(), *read_manifest(root / MANIFEST))


def page_problem(lesson: Lesson) -> str:
    """Return what is wrong with the lesson's page: a remark, for a copy without pages still builds."""
    if (lesson.root / lesson.page).is_file():
        return ""
    return f"its page {lesson.page} is not there: create it, or mend page in lesson.toml"


def _lesson(root: Path, raw: dict[str, Any], place: Place) -> Lesson:
    _check(raw, LESSON_KEYS, place)
    if raw["format"] != 1:
        raise place.error(f"format {raw['format']} is not known", "write format = 1", "format")
    targets = [
        _target(item, place.of_target(n, str(item.get("name", n + 1))))
        for n, item in enumerate(raw.get("target", []))
    ]
    for key in ("name", "output"):
        _refuse_doubles(key, targets, place)
    return Lesson(
        root=root,
        title=raw["title"],
        order=raw["order"],
        page=_inside(raw["page"], "page", place),
        summary=raw.get("summary", ""),
        submit=_all_inside(raw.get("submit", []), "submit", place),
        hints=tuple(raw.get("hints", [])),
        points=raw.get("points"),
        assets=tuple(raw.get("assets", [])),
        packages=_packages(raw, place),
        package_index=_package_index(raw, place),
        needs=tuple(raw.get("needs", [])),
        targets=tuple(targets),
    )


def _packages(raw: dict[str, Any], place: Place) -> tuple[str, ...]:
    if raw.get("packages") and "python" not in raw.get("assets", []):
        what = "packages are for Python, which the page does not have"
        raise place.error(what, 'add assets = ["python"]', "packages")
    return tuple(raw.get("packages", []))


def _package_index(raw: dict[str, Any], place: Place) -> tuple[str, ...]:
    if raw.get("package_index") and "micropip" not in raw.get("packages", []):
        what = "package_index is for micropip, which programs here may not import"
        raise place.error(what, 'add "micropip" to packages', "package_index")
    return tuple(raw.get("package_index", []))


def _target(raw: dict[str, Any], place: Place) -> Target:
    _check(raw, TARGET_KEYS, place)
    if not _TARGET_NAME.fullmatch(raw["name"]):
        hint = "use the letters a to z, digits, - and _: files are named after it"
        raise place.error(f"{raw['name']!r} cannot be a target's name", hint, raw["name"])
    if not raw["sources"]:
        raise place.error(f"{place.name} has no sources", "add sources = ['c/NAME.c']", "sources")
    return Target(
        name=raw["name"],
        toolchain=raw["toolchain"],
        sources=_all_inside(raw["sources"], "sources", place),
        output=_output(raw["output"], place),
        also=_beside(raw, place),
        exports=_exported(raw.get("exports", []), place),
        imports=_imported(raw.get("imports", []), place),
        system=raw.get("system", "freestanding"),
        compile_flags=tuple(raw.get("compile_flags", [])),
        link_flags=tuple(raw.get("link_flags", [])),
        needs=tuple(raw.get("needs", [])),
        parts=tuple(raw.get("parts", [])),
    )


_TARGET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def _check(raw: dict[str, Any], keys: tuple[Key, ...], place: Place) -> None:
    """Refuse an unknown key, a value of another kind, and a missing key."""
    known = {key.name: key for key in keys}
    for name, value in raw.items():
        if name not in known:
            raise place.error(f"{place.name} has an unknown key {name!r}", did_you_mean(name, known), name)
        if not known[name].fits(value):
            shown = "[target]" if name == "target" and isinstance(value, dict) else _shown(value)
            what = f"{name} must be {known[name].kind}, not {shown}"
            raise place.error(what, known[name].help_for(value), f"[{name}", name)
    for key in keys:
        if key.required and key.name not in raw:
            raise place.error(f"{place.name} lacks {key.name!r}", f"add a line like: {key.example}")


def _shown(value: Any) -> str:
    """Return a wrong value as TOML's writer knows it, cut to what fits a line."""
    text = repr(value) if not isinstance(value, bool) else str(value).lower()
    return text if len(text) <= 60 else text[:57] + "..."


def _all_inside(texts: list[str], key: str, place: Place) -> tuple[str, ...]:
    return tuple(_inside(text, key, place) for text in texts)


def _inside(text: str, key: str, place: Place) -> str:
    """Refuse a path that leaves the lesson's folder on any system, or that a tool takes for an option."""
    path = PurePosixPath(text)
    leaves = path.is_absolute() or ".." in path.parts or "\\" in text or ":" in text
    if leaves or not path.parts or not text.isprintable() or text[0] in "-@":
        raise place.error(
            f"{key} names {text!r}, which is not a path inside the lesson",
            "write it relative to the lesson's folder, with /",
            text,
            key,
        )
    return str(path)


def _output(text: str, place: Place) -> str:
    parts = PurePosixPath(_inside(text, "output", place)).parts
    if parts[0] != "dist" or len(parts) < 2 or parts[1].startswith("."):
        hint = "write output = 'dist/NAME.wasm'"
        raise place.error(f"{place.name} writes to {text!r}, outside dist/", hint, text)
    return "/".join(parts)


def _beside(raw: dict[str, Any], place: Place) -> tuple[str, ...]:
    """Refuse a file that the toolchain would not put there: it has the module's place and name."""
    stem = PurePosixPath(raw["output"]).with_suffix("")
    found = _all_inside(raw.get("also", []), "also", place)
    for text in found:
        if not text.startswith(f"{stem}.") or text == str(PurePosixPath(raw["output"])):
            what = f"{place.name} has {text!r} in also, which is not beside its module"
            raise place.error(what, f"write it as '{stem}.mjs', or with another ending", text, "also")
    return found


def _declared(texts: list[str], place: Place) -> tuple[Declared, ...]:
    found = []
    for text in texts:
        try:
            found.append(parse_declaration(text))
        except ValueError as error:
            raise place.error(str(error), "for example: 'add(i32, i32) -> i32'", text, "ports") from error
    return tuple(found)


def _exported(texts: list[str], place: Place) -> tuple[Declared, ...]:
    """Refuse a pointer: what an export is given to point at is the caller's to know."""
    found = _declared(texts, place)
    for declared, text in zip(found, texts, strict=True):
        if declared.points:
            what = f"the export {declared.name!r} takes text or bytes, which only an import can"
            raise place.error(what, "write i32: the caller puts the bytes into memory", text, "exports")
    return found


def _imported(texts: list[str], place: Place) -> tuple[Declared, ...]:
    """Refuse an import without its module: no import of a module could ever be that name."""
    found = _declared(texts, place)
    for declared, text in zip(found, texts, strict=True):
        module, _, name = declared.name.partition(".")
        if not module or not name:
            what = f"the import {declared.name!r} lacks its module or its name"
            full = f"env.{declared.name.strip('.')}"
            raise place.error(what, f"write module.name, for example {full}", text, "imports")
    return found


def _refuse_doubles(key: str, targets: list[Target], place: Place) -> None:
    """Compare without case: `a.wasm` and `A.wasm` are one file on Windows and macOS."""
    seen: set[str] = set()
    for number, target in enumerate(targets):
        text: str = getattr(target, key)
        if text.casefold() in seen:
            spot = place.of_target(number, target.name)
            raise spot.error(f"two targets have the {key} {text!r}", f"give each target its own {key}", text)
        seen.add(text.casefold())
