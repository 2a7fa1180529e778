"""Damaged modules are read or refused in one line; fuzz.py beside this file does it far more often."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz", Path(__file__).with_name("fuzz.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_damage_leads_to_a_crash(fuzz: ModuleType, tmp_path: Path) -> None:
    chance = random.Random(20)
    whole = fuzz.seeds(tmp_path)
    path = tmp_path / "damaged.wasm"
    outcomes = set()
    for _ in range(150):
        path.write_bytes(fuzz.damaged(chance.choice(whole), chance))
        outcomes.add(fuzz.inspect_all(path))
    assert outcomes == {"read", "refused"}
