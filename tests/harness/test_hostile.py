"""A hostile program ends in a result, and the session goes on."""

from __future__ import annotations

import asyncio

import pytest

import wasmlab.harness

from .tables.hostile import HOSTILE, Hostile, run_hostile

pytestmark = pytest.mark.filterwarnings("ignore")  # the programs are warned of, too


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_session_survives_a_program_that(hostile: Hostile) -> None:
    assert asyncio.run(run_hostile(wasmlab.harness, hostile)) == ""
