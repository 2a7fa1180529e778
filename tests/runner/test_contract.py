"""The contract of every Python backend, in a page's worker: the same script gives the same events."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from .conftest import Room


def _table(name: str) -> ModuleType:
    """Load one of the harness's tables, which lie beside the tests of another folder."""
    package = "harness_tables"
    if package not in sys.modules:
        folder = Path(__file__).parents[1] / "harness" / "tables"
        spec = importlib.util.spec_from_file_location(
            package, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        assert spec
        assert spec.loader
        sys.modules[package] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[package])
    return importlib.import_module(f"{package}.{name}")


case_of, contract, hostile = _table("case"), _table("contract"), _table("hostile")


@pytest.fixture(scope="session")
def told(shared_room: Room) -> dict[str, list[dict[str, Any]]]:
    """Return the events of each case's last run; all run in one page, after a reset each."""
    cases = [
        (case.name, [case.code] if isinstance(case.code, str) else list(case.code), case.options)
        for case in contract.CONTRACT
    ]
    events: dict[str, list[dict[str, Any]]] = shared_room.value(RUN_ALL, cases)
    return events


RUN_ALL = """
const told = {};
for (const [name, codes, options] of argument) {
  await window.shared.reset();
  for (const code of codes) told[name] = (await window.shared.run(code, options)).events;
}
return told;
"""


@pytest.mark.parametrize("case", contract.CONTRACT, ids=lambda case: case.name)
def test_script_gives_its_events(case: Any, told: dict[str, list[dict[str, Any]]]) -> None:
    assert _plain(case_of.brief(told[case.name], case.kinds)) == _plain(case.expected)


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize(
    "case", [case for case in hostile.HOSTILE if case.through_c], ids=lambda case: case.name
)
def test_program_that_may_end_python_itself_is_told_and_the_next_run_works(case: Any, room: Room) -> None:
    result = room.run(case.program, **case.options)["result"]
    assert result.get("error", {}).get("name") in {case.error, "RecursionError"}
    assert room.run("print(1 + 1)")["result"]["output"] == "2\n"
