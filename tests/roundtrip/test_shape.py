"""The documented shape of a record: what engines write fits it, and what does not fit is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from wasmlab.roundtrip import Output, RoundTrip, Value
from wasmlab.roundtrip.shape import complaints


def test_every_record_fits(trip: RoundTrip, trapped: RoundTrip, hostile: RoundTrip) -> None:
    said = RoundTrip("wasmtime", "f", (), (Value.of("f64", 1.5),), output=Output(b"hi", files={"a": b"1"}))
    for each in (trip, trapped, hostile, said):
        assert complaints(json.loads(json.dumps(each.to_json()))) == []


def test_what_the_command_prints_fits_with_the_explanation_of_a_trap(run_cli: Callable[..., Any]) -> None:
    done = run_cli("run", "minimal-demo", "add_and_log", "2147483647", "1", "--json")
    assert complaints(json.loads(done.stdout), "list of round trip") == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"engine": 3}, "trip.engine is no text: 3"),
        ({"missed": True}, "trip.missed is no number: True"),
        ({"trap": "unreachable"}, "trip.trap is no trap"),
        ({"crossings": {}}, "trip.crossings is no list"),
        ({"colour": "red"}, "trip.colour is unknown"),
        ({"results": [{"type": "int", "value": 1}]}, "trip.results[0].type is no type: 'int'"),
        ({"results": [{"type": "i32"}]}, "trip.results[0].value is missing"),
    ],
)
def test_what_does_not_fit_is_named(trip: RoundTrip, change: dict[str, Any], words: str) -> None:
    assert complaints({**trip.to_json(), **change}) == [words]
