"""Every explanation of Emscripten's messages has a wrong program that triggers it, built by a real emcc."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from wasmlab.build import build_lesson
from wasmlab.diagnostics.explanations.emscripten import EMSCRIPTEN
from wasmlab.errors import CompileFailed, ToolMissing
from wasmlab.lesson import load_lesson
from wasmlab.toolchains.emscripten_find import find_emscripten

PROGRAMS = sorted(Path(__file__).with_name("emscripten_programs").iterdir())


def _expects(program: Path) -> dict[str, str]:
    return dict(re.findall(r"^// (\w+): (.*)$", program.read_text("utf-8"), re.MULTILINE))


def _why_not(program: Path) -> str:
    """Return why this program cannot be tried here, or nothing."""
    try:
        found = find_emscripten()
    except ToolMissing:
        return "no Emscripten: wasmlab setup emscripten"
    only = _expects(program).get("only")
    if only == "frozen" and not found.is_frozen:
        return "the cache of this Emscripten is not frozen, as that of Debian 12's package is"
    if only == "no-closure" and (found.folder / "node_modules" / "google-closure-compiler").is_dir():
        return "this Emscripten brings the Closure compiler"
    return ""


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.stem)
def test_a_wrong_program_is_explained(program: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if reason := _why_not(program):
        pytest.skip(reason)
    expects = _expects(program)
    if expects.get("only") == "no-closure":  # setup may have put one into the user's cache
        monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path / "cache"))
        monkeypatch.delenv("EM_CLOSURE_COMPILER", raising=False)
    (tmp_path / "c").mkdir()
    shutil.copy(program, tmp_path / "c" / f"wrong{program.suffix}")
    (tmp_path / "lesson.toml").write_text(_manifest(program.suffix, expects), encoding="utf-8")
    (result,) = build_lesson(load_lesson(tmp_path))
    named = {said.name: said for said in result.diagnostics}
    assert expects["explains"] in named, result.raw
    told = named[expects["explains"]]
    assert told.hint
    assert told.line == int(expects.get("line", told.line))
    assert "/usr/" not in f"{told.text} {told.explanation}"
    if expects.get("severity") != "warning":
        assert isinstance(result.error, CompileFailed)
        assert result.error.hint == told.hint
        assert len([said for said in result.diagnostics if said.severity == "error"]) == 1


def test_no_explanation_is_unreachable() -> None:
    reached = {_expects(program)["explains"] for program in PROGRAMS}
    assert {explanation.name for explanation in EMSCRIPTEN} == reached


def _manifest(suffix: str, expects: dict[str, str]) -> str:
    return f"""format = 1
title = "Wrong"
order = 1
page = "index.html"

[[target]]
name = "wrong"
toolchain = "emscripten"
sources = ["c/wrong{suffix}"]
exports = {expects.get("exports", "").split()}
compile_flags = {expects.get("compile_flags", "").split()}
link_flags = {["-sENVIRONMENT=web", *expects.get("link_flags", "").split()]}
output = "dist/wrong.wasm"
also = ["dist/wrong.mjs"]
"""
