"""What `wasmlab dev ci` writes is run as its service would run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="these services run a Linux shell")
LESSON = Path(__file__).parents[1] / "hostile" / "lessons" / "sum"
GOOD = Path(__file__).parents[1] / "hostile" / "passed" / "correct.c"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that has `wasmlab dev ci` write for a service."""
    from typer.testing import CliRunner

    from wasmlab.cli import app

    shutil.copytree(LESSON, tmp_path / "teacher" / "sum")

    def write(service: str) -> Path:
        words = ["dev", "ci", service, "sum", "--course", str(tmp_path / "teacher"), "--out", str(tmp_path)]
        result = CliRunner().invoke(app, words, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return Path(result.stdout.removeprefix("written: ").strip())

    return write


@pytest.fixture
def shell(tmp_path: Path) -> Callable[..., int]:
    """Return a function that runs a script in a folder, with this wasmlab on PATH, as a service does."""
    binaries = tmp_path / "bin"
    binaries.mkdir()
    (binaries / "wasmlab").write_text(
        f'#!/bin/sh\nexec {sys.executable} -P -m wasmlab "$@"\n', encoding="utf-8"
    )
    (binaries / "wasmlab").chmod(0o755)

    def run(script: str | Path, cwd: Path, **env: str) -> int:
        words = ["bash", str(script)] if isinstance(script, Path) else ["bash", "-e", "-c", script]
        path = f"{binaries}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(words, cwd=cwd, env={**os.environ, "PATH": path, **env}, check=False).returncode

    return run


def _hand_in(folder: Path, text: str) -> None:
    (folder / "c").mkdir(parents=True)
    (folder / "c" / "add_and_log.c").write_text(text, encoding="utf-8")
    # What a student might leave beside it: a course of their own.
    shutil.copytree(LESSON / "checks", folder / "sum" / "checks")
    (folder / "sum" / "lesson.toml").write_text("format = 1\n", encoding="utf-8")


def test_github_runs_the_steps_and_gets_its_result(
    written: Callable[[str], Path], shell: Callable[..., int], tmp_path: Path
) -> None:
    yaml = pytest.importorskip("yaml")
    steps = yaml.safe_load(written("github").read_text(encoding="utf-8"))["jobs"]["grade"]["steps"]
    workspace = tmp_path / "workspace"
    _hand_in(workspace / "submission", GOOD.read_text(encoding="utf-8").replace("a + b", "a - b"))
    shutil.copytree(tmp_path / "teacher", workspace / "course")
    outputs = {name: str(tmp_path / name) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    named = {step["name"]: step["run"] for step in steps if "run" in step}
    assert shell(named["course"], workspace) == 0
    grading = named["grade"].replace("--require-sandbox ", "")
    assert shell(grading, workspace, GITHUB_ACTIONS="true", **outputs) == 1
    assert "It adds its two numbers" in Path(outputs["GITHUB_STEP_SUMMARY"]).read_text(encoding="utf-8")
    assert Path(outputs["GITHUB_OUTPUT"]).read_text(encoding="utf-8").startswith("result=")
    assert (workspace / "grades" / "report.html").is_file()


def test_gitlab_runs_the_script_and_finds_its_report(
    written: Callable[[str], Path], shell: Callable[..., int], tmp_path: Path
) -> None:
    yaml = pytest.importorskip("yaml")
    job = yaml.safe_load(written("gitlab").read_text(encoding="utf-8"))["grade"]
    workspace = tmp_path / "builds" / "student"
    _hand_in(workspace, GOOD.read_text(encoding="utf-8"))
    shutil.copytree(tmp_path / "teacher", tmp_path / "builds" / "course")
    for line in job["script"][1:]:
        assert shell(line, workspace) == 0
    assert (workspace / job["artifacts"]["reports"]["junit"]).is_file()


def test_gradescope_unpacks_the_zip_and_reads_the_result(
    written: Callable[[str], Path], shell: Callable[..., int], tmp_path: Path
) -> None:
    root = tmp_path / "autograder"
    with zipfile.ZipFile(written("gradescope")) as archive:
        archive.extractall(root / "source")
    _hand_in(root / "submission", GOOD.read_text(encoding="utf-8"))
    assert shell(root / "source" / "run_autograder", root, AUTOGRADER_ROOT=str(root)) == 0
    result: Any = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert result["score"] == 7
    shutil.rmtree(root / "source" / "course")
    assert shell(root / "source" / "run_autograder", root, AUTOGRADER_ROOT=str(root)) == 0
    result = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    assert result["score"] == 0
    assert "no fault of yours" in result["output"]


def test_an_unknown_service_is_refused() -> None:
    from wasmlab.dev.ci import ci_file
    from wasmlab.errors import UsageError
    from wasmlab.lesson import load_lesson

    with pytest.raises(UsageError, match="travis"):
        ci_file("travis", load_lesson(LESSON))
