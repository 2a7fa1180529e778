"""The slide scripts of a lesson that Emscripten builds make what a release build makes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from wasmlab.build import Options, build_lesson
from wasmlab.dev.generated.scripts import lesson_scripts
from wasmlab.errors import ToolMissing
from wasmlab.lesson import load_lesson
from wasmlab.toolchains.emscripten_find import find_emscripten, surroundings

MANIFEST = """format = 1
title = "T"
order = 1
page = "index.html"

[[target]]
name = "one"
toolchain = "emscripten"
sources = ["c/one.c"]
exports = ["add"]
output = "dist/one.wasm"
also = ["dist/one.mjs"]

[[target]]
name = "two"
toolchain = "emscripten"
sources = ["c/two.cpp"]
compile_flags = ["-O1", "-g0"]
link_flags = ["--no-entry", "-sENVIRONMENT=web"]
output = "dist/two.wasm"
also = ["dist/two.mjs"]
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """Return a lesson with one C and one C++ target, and its scripts."""
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "one.c").write_text("int add(int a, int b) { return a + b; }\n", encoding="utf-8")
    (tmp_path / "c" / "two.cpp").write_text("int two() { return 2; }\n", encoding="utf-8")
    (tmp_path / "lesson.toml").write_text(MANIFEST, encoding="utf-8")
    (tmp_path / "scripts").mkdir()
    for name, text in lesson_scripts(load_lesson(tmp_path)).items():
        (tmp_path / "scripts" / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="the .sh scripts are for systems with sh")
def test_the_build_script_makes_the_same_bytes_as_a_release_build(lesson: Path) -> None:
    try:
        found = find_emscripten()
    except ToolMissing as missing:
        pytest.skip(f"{missing.what}: {missing.hint}")
    assert [r.error for r in build_lesson(load_lesson(lesson), Options("release"))] == [None, None]
    made = {path: path.read_bytes() for path in (lesson / "dist").glob("*.wasm")}
    for path in made:
        path.unlink()
    named = {"EMCC": str(found.program), "EMXX": str(found.program.with_name("em++"))}
    environment = {**os.environ, **surroundings(found), **named}
    subprocess.run(["sh", "scripts/build.sh"], cwd=lesson, env=environment, check=True, capture_output=True)
    assert {path: path.read_bytes() for path in made} == made


def test_each_target_has_its_one_command_under_its_name(lesson: Path) -> None:
    lines = (lesson / "scripts" / "build.sh").read_text(encoding="utf-8").splitlines()
    assert lines[lines.index("# one") + 1] == (
        "${EMCC:-emcc} c/one.c -O2 -sEXPORTED_FUNCTIONS=_add -o dist/one.mjs"
    )
    assert lines[lines.index("# two") + 1] == (
        "${EMXX:-em++} c/two.cpp -O1 -g0 --no-entry -sENVIRONMENT=web -o dist/two.mjs"
    )


def test_the_powershell_script_has_the_same_commands(lesson: Path) -> None:
    text = (lesson / "scripts" / "build.ps1").read_text(encoding="utf-8")
    assert "& $emcc c/one.c -O2 -sEXPORTED_FUNCTIONS=_add -o dist/one.mjs" in text
    assert "& $emxx c/two.cpp -O1 -g0 --no-entry -sENVIRONMENT=web -o dist/two.mjs" in text
    assert text.count("if ($LASTEXITCODE) { exit $LASTEXITCODE }") == 2
