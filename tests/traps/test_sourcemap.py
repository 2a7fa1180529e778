"""A debug module of Emscripten brings a source map, which the browser's own debugger finds."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from wasmlab.build import Options, build_lesson
from wasmlab.checks.page.browsers import Browsers
from wasmlab.checks.page.serving import serve_folder
from wasmlab.engines import session
from wasmlab.lesson import load_lesson
from wasmlab.roundtrip import Value

SOURCE = """static int half(int x, int by) {
  return x / by;
}

int share(int cake, int people) {
  return half(cake, people) + 1;
}
"""
MANIFEST = """format = 1
title = "One"
order = 1
page = "index.html"
[[target]]
name = "one"
toolchain = "emscripten"
sources = ["c/one.c"]
exports = ["share(i32, i32) -> i32"]
output = "dist/one.wasm"
also = ["dist/one.mjs"]
"""
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a lesson that Emscripten has built, once for all tests."""
    folder = tmp_path_factory.mktemp("mapped")
    (folder / "c").mkdir()
    (folder / "c" / "one.c").write_text(SOURCE, "utf-8")
    (folder / "lesson.toml").write_text(MANIFEST, "utf-8")
    (folder / "index.html").write_text("<!doctype html><title>one</title>", "utf-8")
    assert [result.error for result in build_lesson(load_lesson(folder))] == [None]
    return folder


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder."""
    return shutil.copytree(built, tmp_path / "one")


def numbers(segment: str) -> Iterator[int]:
    """Yield the numbers of a segment, read as ECMA-426 says."""
    value = shift = 0
    for letter in segment:
        digit = DIGITS.index(letter)
        value += (digit & 31) << shift
        shift += 5
        if digit < 32:
            yield -(value >> 1) if value & 1 else value >> 1
            value = shift = 0


def test_the_map_leads_from_a_trap_to_its_line(root: Path) -> None:
    wasm = (root / "dist" / "one.wasm").read_bytes()
    with session("wasmtime") as engine:
        trap = engine.open(wasm).call("share", [Value.of("i32", 5), Value.of("i32", 0)]).trap
    made = json.loads((root / "dist" / "one.wasm.map").read_text("utf-8"))
    at, places = [0, 0, 0, 0], []
    for segment in made["mappings"].split(","):
        for place, step in enumerate(numbers(segment)):
            at[place] += step
        places.append(tuple(at))
    assert trap is not None
    _, source, line, column = max(place for place in places if place[0] <= trap.frames[0].offset)
    assert (made["sources"][source], line + 1, column + 1) == ("../c/one.c", 2, 12)
    assert made["sourcesContent"] == [SOURCE]


def test_the_browser_s_debugger_finds_the_map(root: Path, browsers: Browsers) -> None:
    with closing(browsers.get("chromium").new_context()) as context, serve_folder(root) as server:
        page = context.new_page()
        debugger, seen = context.new_cdp_session(page), []
        debugger.on("Debugger.scriptParsed", lambda script: seen.append(script.get("sourceMapURL")))
        debugger.send("Debugger.enable")
        page.goto(f"{server.address}/index.html")
        page.evaluate("fetch('dist/one.wasm').then(WebAssembly.compileStreaming)")
        page.wait_for_function("true")
    assert "one.wasm.map" in seen


def test_a_release_build_has_no_map(root: Path) -> None:
    build_lesson(load_lesson(root), Options("release"))
    assert b"sourceMappingURL" not in (root / "dist" / "one.wasm").read_bytes()


@pytest.mark.skipif(os.name == "nt", reason="pastes into a POSIX shell")
def test_the_printed_commands_make_the_map_too(run_cli: Callable[..., Any], root: Path) -> None:
    printed = run_cli("build", "--print", "--course", str(root.parent), root.name).stdout
    expected = (root / "dist" / "one.wasm").read_bytes()
    shutil.rmtree(root / "dist")
    wasmlab = f'wasmlab() {{ {shlex.quote(sys.executable)} -m wasmlab "$@"; }}'
    subprocess.run(["bash", "-eu", "-c", f"{wasmlab}\n{printed}"], check=True, capture_output=True)
    assert (root / "dist" / "one.wasm").read_bytes() == expected
