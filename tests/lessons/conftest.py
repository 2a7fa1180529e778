"""A built lesson, and the plainest server for its page."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wasmlab.build import build_lesson
from wasmlab.lesson import load_lesson

MINIMAL_DEMO = Path(__file__).parents[2] / "minimal-demo"


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what a build of the hand-wired lesson leaves in `dist`."""
    root = tmp_path_factory.mktemp("built") / "minimal-demo"
    shutil.copytree(MINIMAL_DEMO, root, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    assert [result.error for result in build_lesson(load_lesson(root))] == [None]
    return root / "dist"


@pytest.fixture
def built(lesson_copy: Path, built_once: Path) -> Path:
    """Return the folder of a fresh copy of the hand-wired lesson, built."""
    shutil.copytree(built_once, lesson_copy / "dist")
    return lesson_copy


@pytest.fixture
def plain_server() -> Iterator[Callable[[Path], str]]:
    """Return a function that serves a folder with `python -m http.server` and gives its address."""
    running: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> str:
        command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
        server = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        running.append(server)
        assert server.stdout is not None
        line = server.stdout.readline()
        port = re.search(r"port (\d+)", line)
        assert port, line
        return f"http://127.0.0.1:{port[1]}"

    yield start
    for server in running:
        server.kill()
        server.wait()
        if server.stdout:
            server.stdout.close()
