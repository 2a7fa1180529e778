"""The two plain steps, with the compiler inside ziglang and with the system's own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import wasmtime

from wasmlab.build import Options, build_lesson, plan_target
from wasmlab.errors import ToolMissing
from wasmlab.lesson import load_lesson
from wasmlab.process import Command, run
from wasmlab.toolchains import clang
from wasmlab.wasmfile import read_module

SYSTEM = pytest.mark.skipif(
    not (shutil.which("clang") and shutil.which("wasm-ld")),
    reason="no system clang and wasm-ld: wasmlab setup system-clang",
)
TOOLS = [pytest.param(None, id="ziglang"), pytest.param("clang", id="system", marks=SYSTEM)]


def _options(tool: str | None, profile: Any = "debug") -> Options:
    return Options(profile, Path(tool) if tool else None)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_release_module_is_small(lesson_copy: Path, tool: str | None) -> None:
    (result,) = build_lesson(load_lesson(lesson_copy), _options(tool, "release"))
    assert result.module is not None, result.raw
    assert result.module.size <= 128


@pytest.mark.parametrize("tool", TOOLS)
def test_undefined_behaviour_traps_in_a_debug_build_only(lesson_copy: Path, tool: str | None) -> None:
    lesson = load_lesson(lesson_copy)
    for profile, traps in (("debug", True), ("release", False)):
        build_lesson(lesson, _options(tool, profile))
        call = _function(lesson_copy / "dist" / "add_and_log.wasm")
        if traps:
            with pytest.raises(wasmtime.Trap):
                call(2147483647, 1)
        else:
            assert call(2147483647, 1) == -2147483648


@pytest.mark.parametrize("profile", ["debug", "release"])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_product_of_long_long_needs_no_library(lesson_copy: Path, tool: str | None, profile: Any) -> None:
    text = "long long add_and_log(long long a, int b) { return a * b; }"
    (lesson_copy / "c" / "add_and_log.c").write_text(text, encoding="utf-8")
    manifest = lesson_copy / "lesson.toml"
    written = manifest.read_text("utf-8").replace("(i32, i32) -> i32", "(i64, i32) -> i64")
    manifest.write_text(written, encoding="utf-8")
    (result,) = build_lesson(load_lesson(lesson_copy), _options(tool, profile))
    assert result.module is not None, result.raw
    assert not result.module.imports


def test_without_a_wasi_libc_what_is_freestanding_is_built(
    lesson_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WASMLAB_WASI_SYSROOT", str(tmp_path))
    (result,) = build_lesson(load_lesson(lesson_copy))
    assert result.error is None, result.raw


def _function(path: Path) -> Callable[[int, int], Any]:
    engine = wasmtime.Engine()
    store, module = wasmtime.Store(engine), wasmtime.Module.from_file(engine, str(path))
    log = wasmtime.Func(store, wasmtime.FuncType([wasmtime.ValType.i32()], []), lambda _value: None)
    exports = wasmtime.Instance(store, module, [log]).exports(store)
    return lambda a, b: exports["add_and_log"](store, a, b)  # type: ignore[operator]


@SYSTEM
def test_both_compilers_are_given_the_same_arguments(lesson_copy: Path) -> None:
    lesson = load_lesson(lesson_copy)
    words = []
    for tool in (None, "clang"):
        found, plan = plan_target(lesson, lesson.targets[0], _options(tool))
        own = {str(found.path), "clang", *found.linker, *(str(folder) for folder in found.includes)}
        argv = [word for step in plan.steps for word in step.command.argv if word not in own]
        words.append([w for w in argv if w != "-isystem" and not w.startswith("-ffile-prefix-map")])
    assert words[0] == words[1]


@pytest.mark.parametrize("tool", TOOLS)
def test_plain_commands_give_the_bytes_of_the_release_build(lesson_copy: Path, tool: str | None) -> None:
    lesson = load_lesson(lesson_copy)
    build_lesson(lesson, _options(tool, "release"))
    output = lesson_copy / lesson.targets[0].output
    expected = output.read_bytes()
    output.unlink()
    found = clang.find(Path(tool) if tool else None)
    programs = {
        "clang": (str(found.path), "clang")[: 2 if found.name == "zig" else 1],
        "wasm-ld": found.linker,
    }
    for argv in clang.slide_commands(lesson.targets[0]):
        assert run(Command((*programs[argv[0]], *argv[1:]), lesson_copy)).ok
    assert output.read_bytes() == expected


def test_a_compiler_is_found_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    zig = clang.ziglang_folder()
    assert zig is not None
    monkeypatch.setenv("WASMLAB_CLANG", str(zig / ("zig.exe" if sys.platform == "win32" else "zig")))
    tool = clang.find()
    assert (tool.name, tool.path.parent) == ("zig", zig)
    assert tool.version[:1].isdigit()


def test_a_compiler_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match="is not a program") as caught:
        clang.find(tmp_path / "clang")
    assert "--toolchain-path, or WASMLAB_CLANG" in caught.value.hint


@pytest.mark.skipif(sys.platform == "win32", reason="needs a script that can be started by its name")
def test_a_clang_without_wasm_ld_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "clang"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing) as refused:
        clang.find(program)
    assert "lld" in refused.value.hint


@SYSTEM
def test_another_compiler_means_another_build(lesson_copy: Path) -> None:
    lesson = load_lesson(lesson_copy)
    assert [build_lesson(lesson)[0].fresh, build_lesson(lesson)[0].fresh] == [False, True]
    assert not build_lesson(lesson, _options("clang"))[0].fresh
    assert build_lesson(lesson, _options("clang"))[0].fresh


def test_nothing_is_started_when_nothing_is_to_do(lesson_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = load_lesson(lesson_copy)
    build_lesson(lesson)

    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert build_lesson(lesson)[0].fresh


def test_two_sources_of_one_name_are_linked_together(lesson_copy: Path) -> None:
    for folder, name in (("a", "one"), ("b", "two")):
        (lesson_copy / folder).mkdir()
        (lesson_copy / folder / "part.c").write_text(f"int {name}(void) {{ return 1; }}\n", encoding="utf-8")
    manifest = lesson_copy / "lesson.toml"
    text = manifest.read_text("utf-8")
    text = text.replace('["c/add_and_log.c"]\nexports', '["a/part.c", "b/part.c"]\nexports')
    text = text.replace('"add_and_log(i32, i32) -> i32"', '"one", "two"')
    manifest.write_text(text, encoding="utf-8")
    assert build_lesson(load_lesson(lesson_copy))[0].error is None
    module = read_module((lesson_copy / "dist" / "add_and_log.wasm").read_bytes())
    assert {"one", "two"} <= {export.name for export in module.exports}
