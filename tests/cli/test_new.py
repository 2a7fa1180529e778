"""`wasmlab new` as somebody types it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def test_a_course_counts_what_was_made_and_restored(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    course = tmp_path / "mine"
    assert "files made, 0 brought up to date" in run_cli("new", "course", str(course)).stdout
    (course / "minimal-demo" / "README.md").unlink()
    again = run_cli("new", "course", str(course))
    assert again.stdout.splitlines()[0] == f"{course}: 1 file made, 0 brought up to date"
    assert "0 files made" in run_cli("new", "course", str(course)).stdout


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        (("build",), "build [OPTIONS] [LESSONS...]"),
        (("setup",), "setup [OPTIONS] [PART...]"),
        (("new", "course"), "new course [OPTIONS] {DIR}"),
    ],
)
def test_help_shows_arguments_in_capitals(
    run_cli: Callable[..., Any], command: tuple[str, ...], usage: str
) -> None:
    assert run_cli(*command, "--help").stdout.splitlines()[0].endswith(usage)
