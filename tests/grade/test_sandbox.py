"""The world of the sandbox compiler, seen by small programs that stand in its place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import wasmtime

from wasmlab.errors import CompilerLimit
from wasmlab.grade.confining import sandbox
from wasmlab.grade.confining.limits import CompilerLimits, crashed, over_output, over_time
from wasmlab.grade.confining.sandbox import SandboxGroup
from wasmlab.process import Command, Completed, Group
from wasmlab.toolchains import wasi

_LIMITS = CompilerLimits(seconds=0.3, file=3000, output=1000)
_COMPILES = ("-c", "a.c", "-o", "a.o")

Run = Callable[[str], Completed]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that compiles `a.c` with a program that does this in place of clang."""
    (tmp_path / "libc").mkdir()
    (tmp_path / "room").mkdir()
    monkeypatch.setattr(wasi, "sysroot", lambda: SimpleNamespace(root=tmp_path / "libc"))

    def make(does: str) -> Completed:
        path = tmp_path / "clang.cwasm"
        path.write_bytes(wasmtime.Module(sandbox.engine(), _PROGRAM.replace("DOES", does)).serialize())
        group = SandboxGroup(path, tmp_path / "scratch", Group(), _LIMITS)
        return group.run(Command((str(path), *_COMPILES), tmp_path / "room"))

    return make


# `write` writes so many zeros to a descriptor; `make_in` makes a file in a folder, and gives 0 or an error.
_PROGRAM = """
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "made")
  (func $write (param $to i32) (param $length i32)
    (i32.store (i32.const 8) (i32.const 256))
    (i32.store (i32.const 12) (local.get $length))
    (drop (call $fd_write (local.get $to) (i32.const 8) (i32.const 1) (i32.const 16))))
  (func $make_in (param $folder i32) (result i32)
    (call $open (local.get $folder) (i32.const 0) (i32.const 0) (i32.const 4)
      (i32.const 1) (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 16)))
  (func (export "_start") DOES))
"""


@pytest.mark.parametrize(
    ("does", "what"),
    [
        ("(loop (br 0))", over_time(0.3).what),
        ("(loop (call $write (i32.const 2) (i32.const 100)) (br 0))", over_output().what),
        ("(call $write (i32.const 2) (i32.const 1001))", over_output().what),
        ("(loop (call $write (i32.const 1) (i32.const 100)) (br 0))", crashed().what),
        ("(call $write (i32.const 1) (i32.const 3001))", crashed().what),
        ("(if (i32.eq (memory.grow (i32.const 9000)) (i32.const -1)) (then unreachable))", crashed().what),
        ("unreachable", crashed().what),
    ],
)
def test_a_compiler_that_uses_more_than_it_may_is_ended(
    run: Run, tmp_path: Path, does: str, what: str
) -> None:
    with pytest.raises(CompilerLimit) as told:
        run(does)
    assert told.value.what == what
    assert not (tmp_path / "room" / "a.o").exists()


def test_what_a_compiler_gives_is_the_object(run: Run, tmp_path: Path) -> None:
    assert run("(call $write (i32.const 1) (i32.const 3000))").ok
    assert (tmp_path / "room" / "a.o").read_bytes() == bytes(3000)


def test_what_a_compiler_gives_before_it_fails_is_no_object(run: Run, tmp_path: Path) -> None:
    done = run("(call $write (i32.const 1) (i32.const 9)) (call $exit (i32.const 1))")
    assert done.code == 1
    assert not (tmp_path / "room" / "a.o").exists()


@pytest.mark.parametrize(("folder", "made"), [(3, "room/made"), (4, None), (5, "scratch/made")])
def test_a_compiler_writes_to_the_room_and_not_to_its_library(
    run: Run, tmp_path: Path, folder: int, made: str | None
) -> None:
    done = run(f"(if (call $make_in (i32.const {folder})) (then (call $exit (i32.const 1))))")
    assert done.ok == (made is not None)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("made")] == [made] * done.ok


def test_a_compiler_is_told_nothing_of_our_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "the_secret_itself")
    count = "(call $environ (i32.const 32) (i32.const 36))"
    assert run(f"(drop {count}) (call $exit (i32.load (i32.const 32)))").code == 1


@pytest.mark.skipif(os.name != "posix", reason="owners of Unix")
def test_a_compiler_that_is_somebody_elses_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(sandbox.VARIABLE, str(tmp_path))
    sandbox.expected().write_bytes(b"native code of somebody")
    sandbox.expected().chmod(0o600)
    assert sandbox.compiler() == sandbox.expected()
    monkeypatch.setattr(os, "geteuid", lambda: sandbox.expected().stat().st_uid + 1)
    assert sandbox.compiler() is None
