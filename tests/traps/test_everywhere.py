"""What only some builds or programs can do: inlined calls, WASI, fuel; told alike in every engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wasmlab.build import build_lesson
from wasmlab.engines import ENGINES, session
from wasmlab.engines.contract import Limits, Program, Session
from wasmlab.lesson import load_lesson
from wasmlab.roundtrip import Value
from wasmlab.traps.telling import explain_trips

OPTIMIZED = """c/signed_multiplication_in_a_called_function.c:10:12: signed integer overflow in 'x * 2'
   10 |   return x * 2;
      |            ^
  in twice (c/signed_multiplication_in_a_called_function.c:10:12), inlined
  from run (c/signed_multiplication_in_a_called_function.c:14:10)"""

WASI = """#include <stdio.h>
#include <stdlib.h>

static int share(int sum, int count) {
  return sum / count;
}

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 0;
  printf("dividing by %d\\n", count);
  return share(12, count);
}
"""
WASI_TOLD = """c/program.c:5:14: division by zero or overflow
    5 |   return sum / count;
      |              ^
  in share (c/program.c:5:14)
  from main (c/program.c:11:10)"""
MANIFEST = """format = 1
title = "One program"
order = 1
page = "index.html"
[[target]]
name = "program"
toolchain = "clang"
system = "wasi"
sources = ["c/program.c"]
output = "dist/program.wasm"
"""


EMSCRIPTEN = """static int half(int x, int by) {
  return x / by;
}

int share(int cake, int people) {
  return half(cake, people) + 1;
}
"""
EMSCRIPTEN_TOLD = """c/program.c:2:12: integer division by zero
    2 |   return x / by;
      |            ^
  in half (c/program.c:2:12), inlined
  from share (c/program.c:6:10)"""
EMSCRIPTEN_MANIFEST = (
    MANIFEST.replace('"clang"\nsystem = "wasi"', '"emscripten"')
    + """
exports = ["share(i32, i32) -> i32"]
compile_flags = ["-O1"]
link_flags = ["--no-entry"]
"""
)


@pytest.fixture(scope="module", params=list(ENGINES))
def started(request: pytest.FixtureRequest) -> Iterator[Session]:
    with session(request.param, Limits(seconds=10)) as engine:
        yield engine


def built(root: Path, source: str, manifest: str) -> Path:
    (root / "c").mkdir()
    (root / "c" / "program.c").write_text(source, "utf-8")
    (root / "lesson.toml").write_text(manifest, "utf-8")
    for result in build_lesson(load_lesson(root)):
        assert result.error is None, f"{result.error}\n{result.raw}"
    return root


@pytest.fixture(scope="module")
def wasi_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wasi"), WASI, MANIFEST)


@pytest.fixture(scope="module")
def emscripten_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("emscripten"), EMSCRIPTEN, EMSCRIPTEN_MANIFEST)


def test_a_call_that_the_optimizer_inlined_is_a_frame_too(
    started: Session, optimized_programs: dict[str, Any]
) -> None:
    program = optimized_programs["signed_multiplication_in_a_called_function"]
    wasm = program.wasm.read_bytes()
    trip = started.open(wasm).call("run", program.args)
    ((_, told),) = explain_trips(wasm, program.root, [trip])
    assert str(told).partition("\nwhy: ")[0] == OPTIMIZED


def test_a_trap_in_a_wasi_program_names_its_line(started: Session, wasi_program: Path) -> None:
    wasm = (wasi_program / "dist" / "program.wasm").read_bytes()
    trip = started.open(wasm, program=Program(("program", "0"))).call("_start", [])
    ((_, told),) = explain_trips(wasm, wasi_program, [trip])
    assert str(told).partition("\nwhy: ")[0].startswith(WASI_TOLD)
    assert trip.output is not None
    assert trip.output.stdout == b"dividing by 0\n"


def test_a_trap_in_a_module_of_emscripten_names_its_line(started: Session, emscripten_program: Path) -> None:
    wasm = (emscripten_program / "dist" / "program.wasm").read_bytes()
    trip = started.open(wasm).call("share", [Value.of("i32", 5), Value.of("i32", 0)])
    ((_, told),) = explain_trips(wasm, emscripten_program, [trip])
    assert str(told).partition("\nwhy: ")[0] == EMSCRIPTEN_TOLD


def test_a_program_out_of_fuel_is_told_its_line(programs: dict[str, Any]) -> None:
    program = programs["endless_loop"]
    wasm = program.wasm.read_bytes()
    with session("wasmtime", Limits(fuel=100_000)) as engine:
        trip = engine.open(wasm).call("run", program.args)
    ((_, told),) = explain_trips(wasm, program.root, [trip])
    assert told is not None
    assert (told.reason, told.title) == ("fuel", "out of fuel")
    assert (told.place.file, told.source_line != "") == ("c/endless_loop.c", True)
    assert "all the instructions it was given" in told.why
