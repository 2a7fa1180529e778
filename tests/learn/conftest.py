"""A student's copy of the hand-wired lesson."""

from __future__ import annotations

from pathlib import Path

import pytest

from wasmlab.course import load_course
from wasmlab.dev.release.releasing import release
from wasmlab.learn.notebook import Notebook


@pytest.fixture
def copy(course_copy: Path, tmp_path: Path) -> Path:
    """Return the folder of a student's copy; its solution is there to compare with."""
    release(load_course(course_copy), tmp_path / "copy", with_solutions=True)
    return tmp_path / "copy"


@pytest.fixture
def notebook(copy: Path) -> Notebook:
    return Notebook(load_course(copy))
