"""A WASI target has printf, files and arguments, with every wasi-libc and clang at hand."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import wasmtime

from wasmlab.build import Options, build_lesson
from wasmlab.errors import ToolMissing
from wasmlab.lesson import load_lesson
from wasmlab.toolchains.plan import Profile

PROGRAM = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  FILE *file = fopen("notes.txt", "w");
  if (!file) return 1;
  fprintf(file, "%s is %.2f", argv[1], 2.5);
  fclose(file);
  char line[64];
  file = fopen("notes.txt", "r");
  char *text = fgets(line, sizeof line, file);
  fclose(file);
  printf("%d arguments, %s\n", argc, text);
  return (int)strlen(text);
}
"""
MANIFEST = """
format = 1
title = "A program"
order = 1
page = "index.html"

[[target]]
name = "program"
toolchain = "clang"
system = "wasi"
sources = ["c/program.c"]
output = "dist/program.wasm"
"""
SYSTEM = pytest.mark.skipif(
    not (shutil.which("clang") and Path("/usr/lib/wasm32-wasi/libc.a").is_file()),
    reason="no system clang with wasi-libc: wasmlab setup system-clang",
)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a lesson whose one target is a program for WASI."""
    root = tmp_path / "program"
    (root / "c").mkdir(parents=True)
    (root / "c" / "program.c").write_text(PROGRAM, encoding="utf-8")
    (root / "lesson.toml").write_text(MANIFEST, encoding="utf-8")
    return root


def _run(module: Path, folder: Path) -> tuple[int, str]:
    engine = wasmtime.Engine()
    store, linker = wasmtime.Store(engine), wasmtime.Linker(engine)
    linker.define_wasi()
    config = wasmtime.WasiConfig()
    config.argv = ["program", "Ada"]
    config.stdout_file = str(folder / "stdout.txt")
    config.preopen_dir(str(folder), "/")
    store.set_wasi(config)
    instance = linker.instantiate(store, wasmtime.Module.from_file(engine, str(module)))
    with pytest.raises(wasmtime.ExitTrap) as left:
        instance.exports(store)["_start"](store)  # type: ignore[operator]
    return left.value.code, (folder / "stdout.txt").read_text("utf-8")


@pytest.mark.parametrize("profile", ["debug", "release"])
@pytest.mark.parametrize("tool", [None, pytest.param("clang", marks=SYSTEM)])
def test_a_program_prints_and_reads_files_and_arguments(
    program: Path, tmp_path: Path, profile: Profile, tool: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if tool:
        monkeypatch.setenv("WASMLAB_WASI_SYSROOT", "/usr")
    options = Options(profile, Path(tool) if tool else None)
    result = build_lesson(load_lesson(program), options)[0]
    assert result.error is None, result.raw
    assert _run(program / "dist" / "program.wasm", tmp_path) == (11, "2 arguments, Ada is 2.50\n")


def test_a_missing_wasi_libc_is_named_with_its_remedy(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WASMLAB_WASI_SYSROOT", str(program))
    error = build_lesson(load_lesson(program))[0].error
    assert isinstance(error, ToolMissing)
    assert "WASMLAB_WASI_SYSROOT" in error.hint
