"""Modules to take apart: one written by hand, one compiled with debug information."""

from __future__ import annotations

from pathlib import Path

import pytest
import wasmtime

from wasmlab.build import Options, build_lesson
from wasmlab.lesson import load_lesson

TEXT = """(module
  (import "env" "js_log" (func $log (param i32)))
  (memory (export "memory") 1 3)
  (table 2 funcref)
  (elem (i32.const 0) $twice)
  (global $count (mut i32) (i32.const 7))
  (data (i32.const 16) "hello")
  (func $twice (export "twice") (param i32) (result i32)
    (local i64)
    (call $log (local.get 0))
    (i32.mul (local.get 0) (i32.const 2))))"""


@pytest.fixture
def by_hand(tmp_path: Path) -> Path:
    path = tmp_path / "by_hand.wasm"
    path.write_bytes(bytes(wasmtime.wat2wasm(TEXT)))
    return path


@pytest.fixture
def compiled(lesson_copy: Path) -> Path:
    """Return the debug module of the hand-wired lesson."""
    return _built(lesson_copy, Options())


@pytest.fixture
def released(lesson_copy: Path, tmp_path: Path) -> Path:
    """Return the release module of the hand-wired lesson, in a file of its own."""
    path = tmp_path / "released.wasm"
    path.write_bytes(_built(lesson_copy, Options("release")).read_bytes())
    return path


def _built(root: Path, options: Options) -> Path:
    for result in build_lesson(load_lesson(root), options):
        assert result.error is None, result.raw
    return root / "dist" / "add_and_log.wasm"
