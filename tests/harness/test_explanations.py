"""Every explanation beside the wrong program that leads to it; none is out of reach."""

from __future__ import annotations

import asyncio

import pytest

import wasmlab.harness
from wasmlab.harness.explanations import RULES

from .tables.wrong_programs import WRONG, Wrong, explanation_of

pytestmark = pytest.mark.filterwarnings("ignore")  # wrong programs are warned of, too


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong.id}: {wrong.program[-40:]!r}")
def test_wrong_program_is_explained(wrong: Wrong, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = asyncio.run(explanation_of(wasmlab.harness, wrong.program))

    assert told is not None
    assert (told["id"], told["what"]) == (wrong.id, wrong.what)


def test_every_explanation_can_be_reached() -> None:
    assert {rule.id for rule in RULES} == {wrong.id for wrong in WRONG}


def test_every_explanation_has_a_name_of_its_own() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_every_explanation_says_what_to_try() -> None:
    assert [rule.id for rule in RULES if not (rule.what.endswith(".") and rule.hint.strip())] == []


def test_an_error_that_no_rule_knows_has_no_explanation() -> None:
    told = asyncio.run(explanation_of(wasmlab.harness, "class Odd(Exception): pass\nraise Odd"))

    assert told is None
