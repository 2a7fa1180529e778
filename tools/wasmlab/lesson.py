"""`lesson.toml` read into frozen dataclasses; whatever does not fit is an error with its line."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from wasmlab.errors import ManifestError
from wasmlab.manifest_keys import LESSON_KEYS, TARGET_KEYS, Key
from wasmlab.names import did_you_mean
from wasmlab.signature import Declared, parse_declaration

MANIFEST = "lesson.toml"


@dataclass(frozen=True)
class Target:
    """One thing a lesson builds; paths are relative to the lesson's folder, with `/`."""

    name: str
    toolchain: str
    sources: tuple[str, ...]
    output: str
    exports: tuple[Declared, ...] = ()
    imports: tuple[Declared, ...] = ()
    system: str = "freestanding"
    compile_flags: tuple[str, ...] = ()
    link_flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lesson:
    """A folder with a `lesson.toml`; `name` is the folder's name."""

    root: Path
    title: str
    order: int
    page: str
    summary: str = ""
    submit: tuple[str, ...] = ()
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
    path = root / MANIFEST
    return _Manifest(path, _read(path)).lesson(root.resolve())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ManifestError(path, "there is no manifest", "wasmlab new lesson NAME makes one") from error
    except UnicodeDecodeError as error:
        raise ManifestError(path, "the file is not UTF-8 text", "save it as UTF-8") from error
    except OSError as error:
        raise ManifestError(path, f"cannot be read: {error.strerror}", "check its permissions") from error


class _Manifest:
    """One manifest while it is being read: knows its path and text, so every error has its line."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text

    def error(self, what: str, hint: str, near: str = "") -> ManifestError:
        return ManifestError(self.path, what, hint, self._line_of(near) if near else 0)

    def _line_of(self, word: str) -> int:
        return next((n for n, line in enumerate(self.text.splitlines(), 1) if word in line), 0)

    def lesson(self, root: Path) -> Lesson:
        raw = self._checked(self._parsed(), LESSON_KEYS, "the manifest")
        if raw["format"] != 1:
            raise self.error(f"format {raw['format']} is not known", "write format = 1", "format")
        targets = tuple(self._target(item) for item in raw.pop("target", []))
        self._refuse_doubles(targets)
        fields = {key: self._plain(raw[key], key) for key in raw if key != "format"}
        return Lesson(root=root, targets=targets, **fields)

    def _parsed(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise self.error(f"not TOML: {error}", "mend that line") from error

    def _checked(self, raw: dict[str, Any], keys: tuple[Key, ...], where: str) -> dict[str, Any]:
        known = {key.name: key for key in keys}
        for name, value in raw.items():
            if name not in known:
                raise self.error(f"{where} has an unknown key {name!r}", did_you_mean(name, known), name)
            if not known[name].fits(value):
                raise self.error(
                    f"{name} must be {known[name].kind}, not {value!r}",
                    f"for example: {known[name].example}",
                    name,
                )
        for key in keys:
            if key.required and key.name not in raw:
                raise self.error(f"{where} lacks {key.name!r}", f"add a line like: {key.example}")
        return raw

    def _plain(self, value: Any, near: str) -> Any:
        if isinstance(value, list):
            return tuple(self._inside(item, near) for item in value)
        return self._inside(value, near) if near == "page" else value

    def _inside(self, text: str, near: str) -> str:
        """Refuse a path that leaves the lesson's folder on any system."""
        path = PurePosixPath(text)
        if not text or path.is_absolute() or ".." in path.parts or "\\" in text or ":" in text:
            raise self.error(
                f"{near} names {text!r}, which is not a path inside the lesson",
                "write it relative to the lesson's folder, with /",
                text or near,
            )
        return str(path)

    def _target(self, item: dict[str, Any]) -> Target:
        where = f"target {item.get('name', '')!r}"
        raw = self._checked(item, TARGET_KEYS, where)
        output = self._inside(raw["output"], "output")
        if PurePosixPath(output).parts[0] != "dist" or len(PurePosixPath(output).parts) < 2:
            raise self.error(
                f"{where} writes to {output!r}, outside dist/", "write output = 'dist/NAME.wasm'", output
            )
        if not raw["sources"]:
            raise self.error(f"{where} has no sources", "add sources = ['c/NAME.c']", raw["name"])
        return Target(
            name=raw["name"],
            toolchain=raw["toolchain"],
            sources=tuple(self._inside(source, "sources") for source in raw["sources"]),
            output=output,
            exports=self._declared(raw.get("exports", [])),
            imports=self._declared(raw.get("imports", [])),
            system=raw.get("system", "freestanding"),
            compile_flags=tuple(raw.get("compile_flags", [])),
            link_flags=tuple(raw.get("link_flags", [])),
        )

    def _declared(self, texts: list[str]) -> tuple[Declared, ...]:
        try:
            return tuple(parse_declaration(text) for text in texts)
        except ValueError as error:
            near = next((text for text in texts if text in str(error)), "ports")
            raise self.error(str(error), "for example: 'add(i32, i32) -> i32'", near) from error

    def _refuse_doubles(self, targets: tuple[Target, ...]) -> None:
        """Compare without case: `a.wasm` and `A.wasm` are one file on Windows and macOS."""
        seen: dict[str, str] = {}
        for target in targets:
            for kind, text in (("name", target.name), ("output", target.output)):
                other = seen.setdefault(f"{kind} {text.casefold()}", target.name)
                if other != target.name or (kind == "name" and sum(t.name == text for t in targets) > 1):
                    raise self.error(
                        f"two targets have the {kind} {text!r}", f"give each target its own {kind}", text
                    )
