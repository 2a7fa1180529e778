"""The text of a `lesson.toml`: read as TOML, and kept so that every error can name its line."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wasmlab.errors import ManifestError
from wasmlab.textlines import lines_of


@dataclass(frozen=True)
class Place:
    """A part of a manifest that is being read, so that every error can name its line."""

    path: Path
    lines: tuple[str, ...]
    start: int = 0
    name: str = "the manifest"

    def error(self, what: str, hint: str, *near: str) -> ManifestError:
        """Return the error, with the line in this part where the first of `near` that is found stands."""
        line = next((line for word in near if word and (line := self._line_of(word))), 0)
        return ManifestError(self.path, what, hint, line)

    def _line_of(self, near: str) -> int:
        part = enumerate(self.lines[self.start :], self.start + 1)
        return next((number for number, line in part if near in line), 0)

    def of_target(self, number: int, name: str) -> Place:
        """Return the part that the target with this number (from 0) begins."""
        heads = [n for n, line in enumerate(self.lines) if line.replace(" ", "").startswith("[[target]]")]
        start = heads[number] if number < len(heads) else 0
        return replace(self, start=start, name=f"target {name!r}")


def read_manifest(path: Path) -> tuple[dict[str, Any], Place]:
    """Return what the manifest at `path` says, and where.

    Raises:
        ManifestError: it is missing, or no TOML.
    """
    text = _read(path)
    return _parse(path, text), Place(path, tuple(lines_of(text)))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise ManifestError(path, "there is no manifest", "wasmlab new lesson NAME makes one") from error
    except UnicodeDecodeError as error:
        raise ManifestError(path, "the file is not UTF-8 text", "save it as UTF-8") from error
    except OSError as error:
        raise ManifestError(path, f"cannot be read: {error.strerror}", "check its permissions") from error


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
        line = int(at[1] or 0) or len(lines_of(text.rstrip())) if at else 0
        if at and line >= len(lines_of(text.rstrip())):
            line = _unclosed(text) or min(line, len(lines_of(text)))
        what = str(error)[: at.start()] if at else str(error)
        raise ManifestError(path, f"this is not TOML: {what}", "mend that line", line) from error


def _unclosed(text: str) -> int:
    """Return the line of the first list that is not closed before the next key, or 0."""
    lines = lines_of(text)
    begins = [n for n, line in enumerate(lines) if re.match(r"\s*(?:[\w-]+\s*=|\[)", line)]
    for n, end in zip(begins, [*begins[1:], len(lines)], strict=True):
        code = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'|#[^\n]*", "", "\n".join(lines[n:end]))
        if code.count("[") > code.count("]"):
            return n + 1
    return 0
