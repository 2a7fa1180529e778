"""Wrong programs, each built for real as the only target of a lesson."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from wasmlab.build import Options, Result, build_lesson
from wasmlab.lesson import load_lesson

PROGRAMS = Path(__file__).parent / "programs"
SYSTEM_CLANG = shutil.which("clang")
DEBIAN_WASI = Path("/usr/lib/wasm32-wasi/libc.a")


@dataclass(frozen=True)
class Wrong:
    """A wrong program and what its first comment lines expect."""

    source: Path
    expects: dict[str, str]

    @property
    def line(self) -> int:
        """The line that the message must name; 0 where there is none to name."""
        return int(self.expects.get("line", 0))


def wrong_programs() -> list[Wrong]:
    """Return every program of the folder."""
    return [
        Wrong(path, dict(re.findall(r"^// (\w+): (.*)$", path.read_text("utf-8"), re.MULTILINE)))
        for path in sorted(PROGRAMS.glob("*.c"))
    ]


@pytest.fixture
def build_wrong(tmp_path: Path) -> Callable[..., Result]:
    """Return a function that builds one wrong program, with the compiler at `tool` if given."""

    def build(wrong: Wrong, tool: str | None = None) -> Result:
        lesson = tmp_path / "wrong"
        shutil.copytree(PROGRAMS / "parts", lesson / "c" / "parts")
        shutil.copy(PROGRAMS / "parts" / "beside.h", lesson / "c")
        shutil.copy(wrong.source, lesson / "c" / "wrong.c")
        (lesson / "lesson.toml").write_text(_manifest(wrong), encoding="utf-8")
        options = Options(tool_path=Path(tool) if tool else None)
        return build_lesson(load_lesson(lesson), options)[0]

    return build


def _manifest(wrong: Wrong) -> str:
    system = wrong.expects.get("system", "freestanding")
    sources = ["c/wrong.c"] + [f"c/{name}" for name in wrong.expects.get("with", "").split()]
    exports = wrong.expects.get("exports", "f" if system == "freestanding" else "").split()
    return f"""format = 1
title = "Wrong"
order = 1
page = "index.html"

[[target]]
name = "wrong"
toolchain = "clang"
system = "{system}"
sources = {sources}
exports = {exports}
compile_flags = {wrong.expects.get("compile_flags", "").split()}
link_flags = {wrong.expects.get("link_flags", "").split()}
output = "dist/wrong.wasm"
"""
