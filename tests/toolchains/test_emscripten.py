"""Builds by a real emcc: what is made, what is published beside the module, what makes it stale."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from wasmlab.build import Options, Result, build_lesson, clean_lesson, plan_target
from wasmlab.errors import CompileFailed, ToolMissing
from wasmlab.lesson import load_lesson
from wasmlab.shelltext import shell_lines
from wasmlab.toolchains import emscripten

MANIFEST = """format = 1
title = "T"
order = 1
page = "index.html"

[[target]]
name = "t"
toolchain = "emscripten"
sources = ["c/t.c"]
exports = ["twice(i32) -> i32"]
output = "dist/t.wasm"
also = ["dist/t.mjs", "dist/t.data"]
link_flags = ["-sENVIRONMENT=web,worker", "-sFORCE_FILESYSTEM", "--preload-file", "assets/a.txt@/a.txt"]
"""


def _has_emcc() -> bool:
    try:
        emscripten.find()
    except ToolMissing:
        return False
    return True


pytestmark = pytest.mark.skipif(not _has_emcc(), reason="no Emscripten: wasmlab setup emscripten")


@pytest.fixture(scope="module")
def lesson_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a lesson that is built once for all tests; each leaves it as it found it, and built."""
    root = tmp_path_factory.mktemp("lessons") / "lesson ü"
    for name, text in {
        "lesson.toml": MANIFEST,
        "c/t.c": '#include "t.h"\nint twice(int n) { return FACTOR * n; }\n',
        "c/t.h": "#define FACTOR 2\n",
        "assets/a.txt": "hello\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    assert _build(root).error is None
    _build(root)  # a header that is as young as the first build counts as not read by it
    return root


def _build(root: Path) -> Result:
    (result,) = build_lesson(load_lesson(root))
    return result


@pytest.fixture
def edit(lesson_folder: Path) -> Callable[[str, str], Result]:
    """Return a function that writes a file of the lesson and builds."""

    def write(name: str, text: str) -> Result:
        (lesson_folder / name).write_text(text, encoding="utf-8")
        return _build(lesson_folder)

    return write


def test_the_module_and_what_is_beside_it_are_published(lesson_folder: Path) -> None:
    made = {path.name for path in (lesson_folder / "dist").iterdir() if path.is_file()}
    assert made == {"t.wasm", "t.wasm.map", "t.mjs", "t.data", "t.traps.json", "traps.js"}


def test_nothing_is_done_where_nothing_has_changed(lesson_folder: Path) -> None:
    assert _build(lesson_folder).fresh


def test_the_glue_s_imports_need_not_be_listed_and_the_exports_are_verified(lesson_folder: Path) -> None:
    module = _build(lesson_folder).module
    assert module is not None
    assert module.export("twice")
    assert not module.export("_twice")


def test_a_header_makes_it_stale(edit: Callable[[str, str], Result]) -> None:
    assert not edit("c/t.h", "#define FACTOR 3\n").fresh


def test_a_preloaded_file_makes_it_stale(edit: Callable[[str, str], Result], lesson_folder: Path) -> None:
    assert not edit("assets/a.txt", "other\n").fresh
    assert (lesson_folder / "dist" / "t.data").read_text(encoding="utf-8") == "other\n"


def test_glue_that_is_gone_is_made_again(lesson_folder: Path) -> None:
    (lesson_folder / "dist" / "t.mjs").unlink()
    assert not _build(lesson_folder).fresh
    assert (lesson_folder / "dist" / "t.mjs").is_file()


def test_a_failed_build_leaves_the_last_good_one(
    edit: Callable[[str, str], Result], lesson_folder: Path
) -> None:
    before = (lesson_folder / "dist" / "t.mjs").read_bytes()
    good = (lesson_folder / "c" / "t.c").read_text(encoding="utf-8")
    result = edit("c/t.c", "int twice(int n) { return 2 * n }\n")
    assert isinstance(result.error, CompileFailed)
    assert result.kept
    assert [said.line for said in result.diagnostics if said.severity == "error"] == [1]
    assert (lesson_folder / "dist" / "t.mjs").read_bytes() == before
    assert edit("c/t.c", good).error is None


def test_an_export_that_the_c_lacks_is_refused(lesson_folder: Path) -> None:
    manifest = lesson_folder / "lesson.toml"
    manifest.write_text(MANIFEST.replace("twice(i32) -> i32", "thrice"), encoding="utf-8")
    error = _build(lesson_folder).error
    manifest.write_text(MANIFEST, encoding="utf-8")
    assert error is not None
    assert "thrice" in error.what
    assert _build(lesson_folder).error is None


def test_the_printed_commands_can_be_pasted(lesson_folder: Path) -> None:
    lesson = load_lesson(lesson_folder)
    (target,) = lesson.targets
    before = (lesson_folder / "dist" / "t.wasm").read_bytes()
    _tool, plan = plan_target(lesson, target, Options())
    clean_lesson(lesson)
    assert not (lesson_folder / "dist").exists()
    script = "\n".join(["set -e", *shell_lines(lesson, target, plan)])
    subprocess.run(["sh", "-c", script], check=True, capture_output=True)
    assert (lesson_folder / "dist" / "t.wasm").read_bytes() == before
    assert (lesson_folder / "dist" / "t.data").is_file()
