"""Fixtures that every room's tests share: a fresh copy of a lesson, and the command line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test out of the user's cache and away from the user's settings."""
    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    for name in ("WASMLAB_COURSE", "WASMLAB_ENGINE", "WASMLAB_CLANG", "WASMLAB_JSON", "WASMLAB_RELEASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def course_copy(tmp_path: Path) -> Path:
    """Return a course folder that holds a fresh copy of the hand-wired lesson."""
    root = tmp_path / "course"
    shutil.copytree(
        REPOSITORY / "minimal-demo",
        root / "minimal-demo",
        ignore=shutil.ignore_patterns("dist", "__pycache__"),
    )
    return root


@pytest.fixture
def lesson_copy(course_copy: Path) -> Path:
    """Return the folder of a fresh copy of the hand-wired lesson."""
    return course_copy / "minimal-demo"


@pytest.fixture
def run_cli(course_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that runs `wasmlab ARGS` in the course: `.exit_code`, `.stdout`, `.stderr`."""
    from wasmlab.cli import app

    monkeypatch.chdir(course_copy)

    def run(*args: str) -> Any:
        return CliRunner().invoke(app, [*args], catch_exceptions=False)

    return run
