"""Every explanation has a wrong program that triggers it, compiled for real by every clang at hand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from wasmlab.build import Result
from wasmlab.diagnostics import Diagnostic
from wasmlab.diagnostics.explanations import EXPLANATIONS
from wasmlab.errors import CompileFailed

from .conftest import DEBIAN_WASI, SYSTEM_CLANG, Wrong, wrong_programs

COMPILERS = [
    pytest.param(None, id="ziglang"),
    pytest.param(
        SYSTEM_CLANG,
        id="system",
        marks=pytest.mark.skipif(not SYSTEM_CLANG, reason="no system clang: wasmlab setup system-clang"),
    ),
]


@pytest.mark.parametrize("tool", COMPILERS)
@pytest.mark.parametrize("wrong", wrong_programs(), ids=lambda wrong: wrong.source.stem)
def test_a_wrong_program_is_explained_at_its_line(
    wrong: Wrong, tool: str | None, build_wrong: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    if tool and wrong.expects.get("system") == "wasi" and "only" not in wrong.expects:
        if not DEBIAN_WASI.is_file():
            pytest.skip("no wasi-libc for the system's clang: apt-get install wasi-libc")
        monkeypatch.setenv("WASMLAB_WASI_SYSROOT", "/usr")
    if wrong.expects.get("only") == "ziglang":
        if tool:
            pytest.skip("an older clang takes this without a word")
    elif "only" in wrong.expects and tool is None:
        pytest.skip("only an older linker says this")
    result = build_wrong(wrong, tool)
    told = _told(result, wrong.expects["explains"])
    if "line" in wrong.expects:
        assert (told.file, told.line) == ("c/wrong.c", wrong.line)
        assert told.source_line.strip() or told.severity == "error"
    assert told.explanation
    assert told.hint
    assert not _host_paths(told)
    if told.severity == "error":  # what a page and a summary show first
        assert isinstance(result.error, CompileFailed)
        assert result.error.hint


def test_no_explanation_is_unreachable() -> None:
    reached = {wrong.expects["explains"] for wrong in wrong_programs()}
    ours = {explanation.name for explanation in EXPLANATIONS if explanation.system != "emscripten"}
    assert ours == reached  # Emscripten's have wrong programs of their own, beside its tests


def _told(result: Result, name: str) -> Diagnostic:
    found = next((said for said in result.diagnostics if said.name == name), None)
    assert found, f"{name} is not among {[(d.name, d.text) for d in result.diagnostics]} {result.raw}"
    return found


def _host_paths(told: Diagnostic) -> list[str]:
    words = f"{told.file} {told.text} {told.explanation} {told.source_line}"
    return [folder for folder in (str(Path.home()), sys.prefix, "/usr/") if folder in words]
