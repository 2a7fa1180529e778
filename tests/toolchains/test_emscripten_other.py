"""The pack with another Emscripten than this machine's: a job for whoever has one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PACK = Path(__file__).parents[2] / "emscripten-starter-pack"
VARIABLE = "WASMLAB_OTHER_EMCC"


def test_the_pack_builds_and_passes_with_another_emscripten(course_copy: Path) -> None:
    other = os.environ.get(VARIABLE)
    if not other:
        pytest.skip(f"{VARIABLE} names no other emcc; wasmlab setup emscripten --version X gets one")
    shutil.copytree(PACK, course_copy / PACK.name, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    engines = ("--engine", "wasmtime", "--engine", "chromium")
    done = subprocess.run(
        [sys.executable, "-m", "wasmlab", "check", PACK.name, *engines, "--json"],
        cwd=course_copy,
        env={**os.environ, "WASMLAB_EMCC": other},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert {verdict["engine"] for verdict in json.loads(done.stdout)["verdicts"]} == {"wasmtime", "chromium"}
