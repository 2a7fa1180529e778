"""The slide scripts make what `wasmlab build --release` makes, and nothing hides in them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.dev.generated.scripts import lesson_scripts
from wasmlab.lesson import load_lesson

needs_sh = pytest.mark.skipif(os.name == "nt", reason="the .sh scripts are for systems with sh")


def run_script(lesson: Path, name: str, env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    script = lesson / "scripts" / name
    return subprocess.run([script], env=env, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


@needs_sh
def test_the_build_script_makes_the_same_bytes_as_a_release_build(
    lesson_copy: Path, run_cli: Callable[..., Any], plain_tools: dict[str, str], tmp_path: Path
) -> None:
    module = lesson_copy / "dist" / "add_and_log.wasm"
    done = run_script(lesson_copy, "build_add_and_log.sh", plain_tools, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    by_script = module.read_bytes()
    module.unlink()

    assert run_cli("build", "--release", "minimal-demo").exit_code == 0
    assert module.read_bytes() == by_script


@needs_sh
def test_a_compiler_of_two_words_can_be_named(lesson_copy: Path, plain_tools: dict[str, str]) -> None:
    python = f"{sys.executable} -m ziglang"
    env = {**plain_tools, "PATH": "/usr/bin:/bin", "CLANG": f"{python} clang", "WASM_LD": f"{python} wasm-ld"}
    done = run_script(lesson_copy, "build_add_and_log.sh", env, lesson_copy)
    assert (done.returncode, done.stderr) == (0, "")


@needs_sh
def test_the_build_script_stops_at_a_compile_error(lesson_copy: Path, plain_tools: dict[str, str]) -> None:
    (lesson_copy / "c" / "add_and_log.c").write_text("int add_and_log(", encoding="utf-8")
    done = run_script(lesson_copy, "build_add_and_log.sh", plain_tools, lesson_copy)
    assert done.returncode != 0
    assert "add_and_log.c:1:" in done.stderr
    assert not (lesson_copy / "dist" / "add_and_log.wasm").exists()


@needs_sh
def test_the_clean_script_removes_what_was_built(lesson_copy: Path, plain_tools: dict[str, str]) -> None:
    run_script(lesson_copy, "build_add_and_log.sh", plain_tools, lesson_copy)
    before = sorted(path.name for path in lesson_copy.iterdir())
    done = run_script(lesson_copy, "clean.sh", plain_tools, lesson_copy)
    assert done.returncode == 0
    assert before == sorted([*(path.name for path in lesson_copy.iterdir()), "dist"])


def test_powershell_gets_the_same_commands(lesson_copy: Path) -> None:
    lesson = load_lesson(lesson_copy)
    script = lesson_scripts(lesson)["build_add_and_log.ps1"]
    lines = [line.strip() for line in script.splitlines() if line.strip().startswith("&")]
    assert lines == [
        "& $clang --target=wasm32 -Os -c c/add_and_log.c -o dist/add_and_log.o",
        "& $wasmLd --no-entry --export=add_and_log --strip-all dist/add_and_log.o -o dist/add_and_log.wasm",
    ]


def test_powershell_words_with_a_dot_after_a_dash_are_quoted(lesson_copy: Path) -> None:
    manifest = lesson_copy / "lesson.toml"
    flags = 'compile_flags = ["-DX=1.5", "-DNAME=\'a b\'"]\n'
    manifest.write_text(manifest.read_text(encoding="utf-8") + flags, encoding="utf-8")
    script = lesson_scripts(load_lesson(lesson_copy))["build_add_and_log.ps1"]
    assert " '-DX=1.5' '-DNAME=''a b''' -c c/add_and_log.c" in script


def test_two_sources_of_one_name_get_two_objects(lesson_copy: Path) -> None:
    manifest = lesson_copy / "lesson.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(
        text.replace('sources = ["c/add_and_log.c"]', 'sources = ["c/a.c", "c/more/a.c"]'), encoding="utf-8"
    )
    script = lesson_scripts(load_lesson(lesson_copy))["build_add_and_log.sh"]
    assert re.findall(r"-o (\S+)", script) == ["dist/a-0.o", "dist/a-1.o", "dist/add_and_log.wasm"]


def test_a_target_that_needs_a_library_has_no_script(lesson_copy: Path) -> None:
    manifest = lesson_copy / "lesson.toml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + 'system = "wasi"\n', encoding="utf-8")
    assert lesson_scripts(load_lesson(lesson_copy)) == {}
