"""The same tables inside Pyodide, which Node carries for the test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import wasmlab.harness
from wasmlab.assets.node import get
from wasmlab.process import run

from .tables.contract import CONTRACT
from .tables.hostile import HOSTILE
from .tables.wrong_programs import WRONG

HERE = Path(__file__).parent
HARNESS = Path(wasmlab.harness.__file__).parent
PYODIDE = HARNESS.parent / "assets" / "vendor" / "pyodide"


@pytest.fixture(scope="session")
def report() -> Any:
    if not (PYODIDE / "pyodide.mjs").is_file():
        pytest.fail(f"Pyodide is not in {PYODIDE}: run `wasmlab setup assets`")
    script = str(HERE / "pyodide_tables.mjs")
    command = get().command("node", [script, str(PYODIDE), str(HARNESS), str(HERE / "tables")], HERE)
    done = run(command, seconds=300)
    assert done.ok, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("name", [case.name for case in CONTRACT])
def test_script_gives_its_events_in_pyodide(name: str, report: Any) -> None:
    assert report["contract"][name] == ""


@pytest.mark.parametrize("name", [hostile.name for hostile in HOSTILE if not hostile.through_c])
def test_session_in_pyodide_survives_a_program_that(name: str, report: Any) -> None:
    assert report["hostile"][name] == ""


@pytest.mark.parametrize("program", [wrong.program for wrong in WRONG if wrong.in_pyodide])
def test_wrong_program_is_explained_in_pyodide(program: str, report: Any) -> None:
    assert report["wrong"][program] == ""


def test_pyodide_is_the_python_that_is_meant(report: Any) -> None:
    assert report["python"].startswith("3.14.")
