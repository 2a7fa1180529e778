"""The keys of `lesson.toml`: their kinds, meanings and examples.

The reader checks a manifest against these tables and `docs/reference/lesson-toml.md` is made from
them, so neither can say something else than the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from wasmlab.engines.features import FEATURES
from wasmlab.names import did_you_mean


@dataclass(frozen=True)
class Key:
    """One key: `kind` is what its value must be, `choices` the only values where there are few."""

    name: str
    kind: str
    meaning: str
    example: str
    required: bool = False
    choices: tuple[str, ...] = ()

    def fits(self, value: Any) -> bool:
        """Return whether `value` is of this key's kind."""
        if self.choices and not all(item in self.choices for item in _items(value)):
            return False
        return _KINDS[self.kind](value)

    def help_for(self, value: Any) -> str:
        """Return what to write instead of a `value` that does not fit."""
        if self.choices and isinstance(value, str):
            near = did_you_mean(value, self.choices)
            words = f"known here: {', '.join(self.choices)}"
            return near if near == words or not near else f"{near} {words}"
        if self.name == "target":
            return "write [[target]] with two brackets"
        return f"for example: {self.example}"


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _is_names(value: Any) -> bool:
    return _is_strings(value) and all(re.fullmatch(_NAME, item) for item in value)


def _is_addresses(value: Any) -> bool:
    return _is_strings(value) and all(re.fullmatch(_ADDRESS, item) for item in value)


_ADDRESS = r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~/-]*)?"
_NAME = r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?"
_KINDS = {
    "a whole number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "a text": lambda value: isinstance(value, str) and bool(value.strip()),
    "a list of texts": _is_strings,
    "a list of names without versions": _is_names,
    "a list of addresses": _is_addresses,
    "one of the known words": lambda value: isinstance(value, str),
    "[[target]] tables": _is_tables,
}

LESSON_KEYS = (
    Key("format", "a whole number", "The manifest's format; always 1.", "format = 1", required=True),
    Key(
        "title",
        "a text",
        "What the course page and the lesson list show.",
        'title = "Hand-wired round trip"',
        required=True,
    ),
    Key("summary", "a text", "One sentence under the title.", 'summary = "One import, one export."'),
    Key("order", "a whole number", "Lessons are listed by it, smallest first.", "order = 10", required=True),
    Key("page", "a text", "The page that `wasmlab serve` opens.", 'page = "index.html"', required=True),
    Key(
        "submit",
        "a list of texts",
        "The only files that are taken from a submission.",
        'submit = ["c/add.c"]',
    ),
    Key(
        "hints",
        "a list of texts",
        "What a student is told step by step, from a first thought to almost all of it; `wasmlab hint`.",
        'hints = ["Which file has the sum?", "Call js_log before the return."]',
    ),
    Key(
        "points",
        "a whole number",
        "What all checks together are worth; `wasmlab dev check` adds them up.",
        "points = 10",
    ),
    Key(
        "assets",
        "a list of texts",
        "What the page needs of wasmlab itself; a build puts it under dist/. `python`: Python itself; "
        "`editor`: CodeMirror; `languages`: what JavaScript, TypeScript and SQL need.",
        'assets = ["python"]',
        choices=("python", "editor", "languages"),
    ),
    Key(
        "packages",
        "a list of names without versions",
        "The packages of Python's index that programs in the page may import, beside what those need; "
        "`wasmlab setup pyodide --package NAME` gets one.",
        'packages = ["numpy", "six"]',
    ),
    Key(
        "package_index",
        "a list of addresses",
        "Where micropip may fetch what no lock pins: first an index (PEP 503 or 691), then where its files "
        "lie; without it programs have no network.",
        'package_index = ["https://index.example.org/simple", "https://files.example.org"]',
    ),
    Key(
        "needs",
        "a list of texts",
        "Features of WebAssembly that the lesson takes; where an engine lacks one, its checks are skipped.",
        'needs = ["threads"]',
        choices=tuple(FEATURES),
    ),
    Key("target", "[[target]] tables", "What the lesson builds; one table a target.", "[[target]]"),
)

TARGET_KEYS = (
    Key(
        "name",
        "a text",
        "The target's name in messages and of files: the letters a to z, digits, - and _.",
        'name = "add"',
        required=True,
    ),
    Key("toolchain", "a text", "What compiles it.", 'toolchain = "clang"', required=True),
    Key(
        "sources",
        "a list of texts",
        "The C files, relative to the lesson.",
        'sources = ["c/add.c"]',
        required=True,
    ),
    Key("output", "a text", "The module it makes, under dist/.", 'output = "dist/add.wasm"', required=True),
    Key(
        "also",
        "a list of texts",
        "What Emscripten leaves beside the module, of the same name: its glue (`.mjs`, `.js`), a page, data.",
        'also = ["dist/add.mjs"]',
    ),
    Key(
        "exports",
        "a list of texts",
        "What the module must export: a name, or a name with its signature.",
        'exports = ["add(i32, i32) -> i32"]',
    ),
    Key(
        "imports",
        "a list of texts",
        "The only imports it may have: `module.name`, with a signature if wanted, or `module.*`. "
        "In a signature `text` (up to a zero byte) and `bytes` (the i32 behind it says how many) "
        "are i32s that point into memory: a round trip shows what is there.",
        'imports = ["env.js_log(i32)", "env.say(text)"]',
    ),
    Key(
        "system",
        "one of the known words",
        "`freestanding`: no library but the few functions that the compiler itself calls. "
        "`wasi`: libc over WASI preview 1.",
        'system = "wasi"',
        choices=("freestanding", "wasi"),
    ),
    Key("compile_flags", "a list of texts", "Further flags for the compiler.", 'compile_flags = ["-DN=3"]'),
    Key(
        "link_flags",
        "a list of texts",
        "Further flags for the linker.",
        'link_flags = ["--initial-memory=131072"]',
    ),
    Key(
        "needs",
        "a list of texts",
        "As the lesson's, for this module alone.",
        'needs = ["memory64"]',
        choices=tuple(FEATURES),
    ),
    Key(
        "parts",
        "a list of texts",
        "What this target's build takes beyond its toolchain. Where one is not on the machine the target "
        "waits and all others are built; `wasmlab setup PART` gets it. `wasmlab grade` leaves such a target "
        "out. `closure`: the Closure compiler, for Emscripten's `--closure 1`.",
        'parts = ["closure"]',
        choices=("closure",),
    ),
)
