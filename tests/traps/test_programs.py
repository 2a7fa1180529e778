"""Each faulty program stops at its line, for its reason, in the words of its head comment."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wasmlab.engines import ENGINES, session
from wasmlab.engines.contract import Limits, Session
from wasmlab.traps import Explanation, read_table
from wasmlab.traps.telling import explain_trips

NAMES = sorted(path.stem for path in (Path(__file__).parent / "programs").glob("*.c"))
HERE = [name for name, module in ENGINES.items() if importlib.util.find_spec(module)]


def told(explanation: Explanation) -> str:
    """Return the text without the sentences that are the same for each program of its kind."""
    return str(explanation).partition("\nwhy: ")[0]


@pytest.fixture(scope="module", params=HERE)
def started(request: pytest.FixtureRequest) -> Iterator[Session]:
    """Return an engine that a loop without end does not hold for long."""
    with session(request.param, Limits(seconds=1)) as engine:
        yield engine


@pytest.mark.parametrize("name", NAMES)
def test_a_faulty_program_is_explained_in_its_own_words(
    name: str, started: Session, programs: dict[str, Any]
) -> None:
    program = programs[name]
    wasm = program.wasm.read_bytes()
    trip = started.open(wasm).call("run", program.args)
    trap = trip.trap
    assert trap is not None, "the program ran to its end"
    ((_, explanation),) = explain_trips(wasm, program.root, [trip])
    assert explanation is not None
    if trap.kind == "time limit" and not trap.frames:  # nobody can ask a browser that was ended
        assert (explanation.title, "wasmtime does" in explanation.detail) == ("time limit", True)
    else:
        assert told(explanation) == program.expected


@pytest.mark.parametrize("name", NAMES)
def test_no_path_of_this_machine_is_told(name: str, programs: dict[str, Any]) -> None:
    program = programs[name]
    table = read_table(program.wasm.read_bytes(), program.root)
    assert [file for file in table.files if file.startswith("c/")] == [f"c/{name}.c"]
    assert not [file for file in table.files if file.startswith(("/", "..")) or ":" in file]
