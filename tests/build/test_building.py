"""A build is right or says why, gives the same bytes anywhere, and never harms the last good module."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from wasmlab.build import Options, build_lesson, clean_lesson, stage
from wasmlab.errors import BuildBusy, CompileFailed, FolderNotWritable, SourceMissing, ToolchainUnknown
from wasmlab.lesson import Lesson, load_lesson
from wasmlab.toolchains.plan import Profile

SOURCE = "c/add_and_log.c"
OUTPUT = "dist/add_and_log.wasm"


@pytest.fixture
def lesson(lesson_copy: Path) -> Lesson:
    """Return a fresh copy of the hand-wired lesson."""
    return load_lesson(lesson_copy)


def _edit(lesson: Lesson, old: str, new: str) -> None:
    path = lesson.root / SOURCE
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def _break(lesson: Lesson) -> None:
    _edit(lesson, "a + b;", "a + b")


# Up to date


def test_content_decides_what_is_up_to_date(lesson: Lesson) -> None:
    assert not build_lesson(lesson)[0].fresh
    os.utime(lesson.root / SOURCE)
    assert build_lesson(lesson)[0].fresh
    _edit(lesson, "a + b", "b + a")
    assert not build_lesson(lesson)[0].fresh
    assert build_lesson(lesson)[0].fresh


def test_an_edit_of_the_same_size_and_time_is_seen(lesson: Lesson) -> None:
    build_lesson(lesson)
    before = (lesson.root / SOURCE).stat()
    _edit(lesson, "a + b", "a - b")
    os.utime(lesson.root / SOURCE, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not build_lesson(lesson)[0].fresh


def test_an_included_header_counts(lesson: Lesson) -> None:
    header = lesson.root / "c" / "my numbers.h"
    header.write_text("#define EXTRA 0\n", encoding="utf-8")
    _edit(lesson, "int add_and_log", '#include "my numbers.h"\nint add_and_log')
    build_lesson(lesson)
    os.utime(header, (0, 0))
    build_lesson(lesson)
    assert build_lesson(lesson)[0].fresh
    header.write_text("#define EXTRA 1\n", encoding="utf-8")
    assert not build_lesson(lesson)[0].fresh


def test_flags_and_profile_count(lesson: Lesson) -> None:
    build_lesson(lesson)
    assert not build_lesson(lesson, Options("release"))[0].fresh
    assert build_lesson(lesson, Options("release"))[0].fresh
    target = replace(lesson.targets[0], compile_flags=("-DEXTRA",))
    assert not build_lesson(replace(lesson, targets=(target,)), Options("release"))[0].fresh


def test_an_output_that_somebody_changed_is_built_again(lesson: Lesson) -> None:
    build_lesson(lesson)
    (lesson.root / OUTPUT).write_bytes(b"something else")
    assert build_lesson(lesson)[0].module is not None
    assert (lesson.root / OUTPUT).read_bytes().startswith(b"\0asm")


def test_force_builds_what_is_up_to_date(lesson: Lesson) -> None:
    build_lesson(lesson)
    assert not build_lesson(lesson, Options(force=True))[0].fresh


def test_a_warning_is_told_again_although_nothing_is_to_do(lesson: Lesson) -> None:
    _edit(lesson, "int sum", "int unused;\n  int sum")
    first, second = build_lesson(lesson)[0], build_lesson(lesson)[0]
    assert second.fresh
    assert [d.name for d in first.diagnostics] == ["unused-variable"]
    assert second.diagnostics == first.diagnostics


# The same bytes anywhere


@pytest.mark.parametrize("profile", ["debug", "release"])
def test_the_same_bytes_in_any_folder_and_no_path_in_them(lesson: Lesson, profile: Profile) -> None:
    (lesson.root / "c" / "part.h").write_text(
        "#include <stdint.h>\ntypedef int32_t number;\n", encoding="utf-8"
    )
    _edit(lesson, "int add_and_log", '#include "part.h"\nnumber add_and_log')
    elsewhere = lesson.root.parent / "Übungen mit Leerzeichen" / "näher"
    shutil.copytree(lesson.root, elsewhere)
    made = []
    for root in (lesson.root, elsewhere):
        result = build_lesson(load_lesson(root), Options(profile))[0]
        assert result.error is None, result.raw
        made.append((root / OUTPUT).read_bytes())
    assert made[0] == made[1]
    for folder in (lesson.root, Path(sys.prefix), Path.home()):
        assert str(folder).encode() not in made[0]


# Stage and swap


def test_a_failed_build_keeps_the_last_good_module_and_says_so(lesson: Lesson) -> None:
    build_lesson(lesson)
    good = (lesson.root / OUTPUT).read_bytes()
    _break(lesson)
    (result,) = build_lesson(lesson)
    assert isinstance(result.error, CompileFailed)
    assert result.kept
    assert (lesson.root / OUTPUT).read_bytes() == good
    assert not build_lesson(lesson)[0].fresh


def test_a_module_with_a_wrong_interface_is_not_published(lesson: Lesson) -> None:
    build_lesson(lesson)
    good = (lesson.root / OUTPUT).read_bytes()
    _edit(lesson, "int add_and_log(int a, int b)", "int add_and_log(int a, long long b)")
    (result,) = build_lesson(lesson)
    assert result.error is not None
    assert "BigInt" in result.error.hint
    assert [(d.file, d.line) for d in result.diagnostics if d.severity == "error"] == [(SOURCE, 5)]
    assert (lesson.root / OUTPUT).read_bytes() == good


def test_one_failing_target_does_not_stop_the_others(lesson: Lesson) -> None:
    (lesson.root / "c" / "wrong.c").write_text("int f(void) { return }", encoding="utf-8")
    first = lesson.targets[0]
    wrong = replace(first, name="wrong", sources=("c/wrong.c",), output="dist/wrong.wasm")
    twin = replace(first, name="twin", output="dist/more/twin.wasm")
    results = build_lesson(replace(lesson, targets=(wrong, first, twin)))
    assert [r.target.name for r in results] == ["wrong", "add_and_log", "twin"]
    assert [type(r.error) for r in results] == [CompileFailed, type(None), type(None)]


def test_builds_at_the_same_time_do_not_collide(lesson: Lesson) -> None:
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda _n: build_lesson(lesson, Options(force=True)), range(8)))
    assert [run[0].error for run in runs] == [None] * 8
    assert build_lesson(lesson)[0].fresh


def test_a_build_that_another_one_blocks_for_too_long_is_told(
    lesson: Lesson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stage, "_PATIENCE", 0.05)
    with stage.locked(lesson):
        assert isinstance(build_lesson(lesson)[0].error, BuildBusy)
    assert build_lesson(lesson)[0].error is None


def test_an_edit_while_the_compiler_runs_is_not_lost(lesson: Lesson) -> None:
    def edit(step: object) -> None:
        if "link" in getattr(step, "text", ""):
            _edit(lesson, "a + b", "a * b")

    build_lesson(lesson, Options(on_step=edit))
    assert not build_lesson(lesson)[0].fresh


def test_a_build_can_be_stopped_from_another_thread(lesson: Lesson) -> None:
    build_lesson(lesson)
    good = (lesson.root / OUTPUT).read_bytes()
    options = Options(force=True)
    options = replace(options, on_step=lambda _step: options.group.stop())
    with pytest.raises(KeyboardInterrupt):
        build_lesson(lesson, options)
    assert (lesson.root / OUTPUT).read_bytes() == good


@pytest.mark.skipif(sys.platform == "win32", reason="a Ctrl-C cannot be sent to one process alone there")
def test_ctrl_c_leaves_with_130_and_no_compiler_behind(lesson: Lesson, tmp_path: Path) -> None:
    """The compiler is a script that says its number and then waits for ever."""
    tools = tmp_path / "tools"
    tools.mkdir()
    said = tmp_path / "said"
    os.mkfifo(said)
    for name in ("clang", "wasm-ld"):
        (tools / name).write_text(
            f'#!/bin/sh\necho $$ > "{said}"\nexec tail -f /dev/null\n', encoding="utf-8"
        )
        (tools / name).chmod(0o755)
    command = [sys.executable, "-m", "wasmlab", "build", "--toolchain-path", str(tools / "clang")]
    build = subprocess.Popen(command, cwd=lesson.root.parent, stderr=subprocess.PIPE, text=True)
    compiler = int(said.read_text("utf-8"))  # waits until the compiler has started
    build.send_signal(2)
    _out, err = build.communicate(timeout=30)
    assert (build.returncode, err.strip().splitlines()[-1]) == (130, "stopped")
    with pytest.raises(ProcessLookupError):
        os.kill(compiler, 0)
    assert not (lesson.root / OUTPUT).exists()


# Bad input


def test_a_source_that_is_not_there_is_named_with_the_nearest(lesson: Lesson) -> None:
    (lesson.root / SOURCE).rename(lesson.root / "c" / "add_and_lag.c")
    error = build_lesson(lesson)[0].error
    assert isinstance(error, SourceMissing)
    assert "minimal-demo/c/add_and_log.c is not there" in error.what
    assert "'add_and_lag.c'" in error.hint


def test_a_source_that_is_a_folder_or_not_text_is_named(lesson: Lesson) -> None:
    path = lesson.root / SOURCE
    path.write_bytes(b"int x; // gr\xfc\xdfe")
    assert "is not UTF-8" in str(build_lesson(lesson)[0].error)
    path.unlink()
    path.mkdir()
    assert "is a folder" in str(build_lesson(lesson)[0].error)


def test_a_file_where_dist_must_be_is_named(lesson: Lesson) -> None:
    (lesson.root / "dist").write_text("in the way", encoding="utf-8")
    error = build_lesson(lesson)[0].error
    assert isinstance(error, FolderNotWritable)
    assert "minimal-demo/dist is a file" in error.what
    assert error.hint == "move the file dist away"
    assert (lesson.root / "dist").read_text("utf-8") == "in the way"


def test_a_folder_where_the_output_must_be_is_named(lesson: Lesson) -> None:
    (lesson.root / OUTPUT).mkdir(parents=True)
    error = build_lesson(lesson)[0].error
    assert isinstance(error, FolderNotWritable)
    assert OUTPUT in error.what


def test_an_unknown_toolchain_is_named_with_its_manifest(lesson: Lesson) -> None:
    target = replace(lesson.targets[0], toolchain="clagn")
    error = build_lesson(replace(lesson, targets=(target,)))[0].error
    assert isinstance(error, ToolchainUnknown)
    assert error.what.startswith("minimal-demo/lesson.toml")
    assert "'clang'" in error.hint


@pytest.fixture
def mounted(lesson: Lesson) -> Iterator[Path]:
    """Return the lesson's `dist` as a file system of its own, of 16 KiB."""
    dist = lesson.root / "dist"
    dist.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(dist)]
    if sys.platform != "linux" or os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("a small file system can only be mounted by root on Linux")
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a file system")
    yield dist
    subprocess.run(["umount", str(dist)], check=True)


def test_a_full_disk_is_named_and_the_last_good_module_stays(lesson: Lesson, mounted: Path) -> None:
    assert build_lesson(lesson, Options("release"))[0].error is None
    good = (lesson.root / OUTPUT).read_bytes()
    filler = mounted / "filler"
    with contextlib.suppress(OSError):
        filler.write_bytes(bytes(1 << 20))
    _edit(lesson, "int sum", "static int table[9000] = {1};\n  int sum = table[a];\n  sum")
    result = build_lesson(lesson, Options("release"))[0]
    assert isinstance(result.error, FolderNotWritable), result.raw
    assert result.kept
    assert (lesson.root / OUTPUT).read_bytes() == good
    filler.unlink()


def test_a_read_only_folder_is_named(lesson: Lesson, mounted: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(mounted)], check=True)
    error = build_lesson(lesson)[0].error
    assert isinstance(error, FolderNotWritable)
    assert error.exit_code == 2
    assert "make the folder writable" in error.hint


# Clean


def test_clean_removes_what_was_built_and_nothing_else(lesson: Lesson) -> None:
    build_lesson(lesson)
    assert clean_lesson(lesson) == [OUTPUT]
    assert not (lesson.root / "dist").exists()
    build_lesson(lesson)
    (lesson.root / "dist" / "notes.txt").write_text("mine", encoding="utf-8")
    clean_lesson(lesson)
    assert [path.name for path in (lesson.root / "dist").iterdir()] == ["notes.txt"]
    assert clean_lesson(lesson) == []


def test_threads_do_not_outlive_a_build(lesson: Lesson) -> None:
    before = threading.active_count()
    twin = replace(lesson.targets[0], name="twin", output="dist/twin.wasm")
    build_lesson(replace(lesson, targets=(lesson.targets[0], twin)))
    assert threading.active_count() == before


def test_a_build_leaves_a_table_of_its_traps_a_release_one_without_lines(lesson: Lesson) -> None:
    table = lesson.root / "dist" / "add_and_log.traps.json"
    build_lesson(lesson)
    assert json.loads(table.read_text("utf-8"))["lines"]
    assert table.with_name("traps.js").is_file()
    build_lesson(lesson, Options("release"))
    told = json.loads(table.read_text("utf-8"))
    assert (told["lines"], [name for _, name in told["functions"]]) == ([], ["add_and_log"])


def test_clean_leaves_nothing_of_the_traps_either(lesson: Lesson) -> None:
    build_lesson(lesson)
    clean_lesson(lesson)
    assert not (lesson.root / "dist").exists()
