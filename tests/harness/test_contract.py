"""The contract table on this Python."""

from __future__ import annotations

import asyncio

import pytest

import wasmlab.harness

from .tables.case import Case, run_case
from .tables.contract import CONTRACT


@pytest.mark.parametrize("case", CONTRACT, ids=lambda case: case.name)
def test_script_gives_its_events(case: Case) -> None:
    assert asyncio.run(run_case(wasmlab.harness, case)) == case.expected
