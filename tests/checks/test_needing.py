"""A check that needs a feature is skipped where the engine lacks it, and says so; elsewhere it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CHECKS = '''
import pytest

@pytest.mark.needs("threads", "simd")
def test_marked(wasm):
    assert wasm.call("add_and_log", 5, 7).result == 12

@pytest.mark.needs("jspi")
def test_waits(wasm):
    """A call waits for a promise."""
    assert wasm.call("add_and_log", 5, 7).result == 12

@pytest.mark.needs("thread")
def test_misspelt(wasm):
    assert wasm
'''


def _verdicts(course: Path) -> dict[str, tuple[str, str]]:
    command = [sys.executable, "-m", "wasmlab", "check", "minimal-demo", "--json", "--engine", "wasmtime"]
    done = subprocess.run(command, cwd=course, env=os.environ, capture_output=True, text=True, timeout=120)
    assert done.stdout, done.stderr
    found = json.loads(done.stdout)["verdicts"]
    return {verdict["check"]: (verdict["verdict"], verdict["message"]) for verdict in found}


def _only(lesson: Path, checks: str) -> None:
    for path in (lesson / "checks").glob("*.py"):
        path.unlink()
    (lesson / "checks" / "test_needs.py").write_text(checks, encoding="utf-8")


def test_a_mark_skips_a_check_where_the_engine_lacks_what_it_names(lesson_copy: Path) -> None:
    _only(lesson_copy, CHECKS)
    verdicts = _verdicts(lesson_copy.parent)
    assert verdicts["test_marked"][0] == "passed"
    assert verdicts["test_waits"] == ("skipped", "wasmtime has no jspi")
    assert verdicts["test_misspelt"] == ("error", "no feature is called 'thread'")


def test_a_manifest_says_what_the_lesson_needs(lesson_copy: Path) -> None:
    _only(lesson_copy, 'def test_it(wasm):\n    assert wasm.call("add_and_log", 5, 7).result == 12\n')
    manifest = lesson_copy / "lesson.toml"
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace("order =", 'needs = ["jspi"]\norder =', 1), encoding="utf-8")
    assert _verdicts(lesson_copy.parent) == {"test_it": ("skipped", "wasmtime has no jspi")}
    manifest.write_text(text.replace("[[target]]", '[[target]]\nneeds = ["jspi"]', 1), encoding="utf-8")
    assert _verdicts(lesson_copy.parent) == {"test_it": ("skipped", "wasmtime has no jspi")}
    manifest.write_text(text.replace("order =", 'needs = ["simd"]\norder =', 1), encoding="utf-8")
    assert _verdicts(lesson_copy.parent) == {"test_it": ("passed", "")}
