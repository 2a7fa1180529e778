"""A recorded trip as a file: all of it comes back, and what is none is refused in one line."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wasmlab.errors import RecordUnreadable
from wasmlab.roundtrip import Output, RoundTrip, Value
from wasmlab.roundtrip.saved import Saved, load_trip, save_trip

WIDTHS = {"i32": 32, "i64": 64, "f32": 32, "f64": 64}


@given(st.sampled_from(["i32", "i64", "f32", "f64"]), st.integers(0, (1 << 64) - 1))
def test_every_value_comes_back_from_json_to_the_bit(type: str, bits: int) -> None:
    value = Value(type, bits & ((1 << WIDTHS[type]) - 1))
    assert Value.from_json(json.loads(json.dumps(value.to_json()))) == value


@pytest.mark.parametrize(
    "value", [Value("externref", 0), Value("externref", 7), Value("funcref", 0), Value("funcref", 1)], ids=str
)
def test_a_reference_comes_back_from_json(value: Value) -> None:
    assert Value.from_json(value.to_json()) == value


def test_a_recorded_trip_comes_back_as_it_was(tmp_path: Path, trip: RoundTrip, trapped: RoundTrip) -> None:
    said = replace(trip, output=Output(b"out", b"err", 3))
    for number, each in enumerate((trip, trapped, said)):
        path = tmp_path / f"{number}.json"
        save_trip(path, Saved("minimal-demo", "00", True, each))
        loaded = load_trip(path)
        assert loaded.trip.to_json() == each.to_json()
        assert (loaded.module, loaded.sha256, loaded.release) == ("minimal-demo", "00", True)


def test_the_answers_of_the_hosts_are_in_the_trip(trapped: RoundTrip, long: RoundTrip) -> None:
    assert Saved("m", "", False, trapped).hosts == {"env.say": [()]}
    assert len(Saved("m", "", False, long).hosts["env.tick"]) == 500


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 2}',
        '{"format": 1, "module": {"name": "m", "sha256": "", "release": false}, "trip": {"crossings": []}}',
        "[" * 100_000,
        "\ud800",
    ],
    ids=["empty", "list", "object", "other-format", "no-call", "deep", "no-unicode"],
)
def test_a_file_that_is_no_recorded_trip_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "trip.json"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(RecordUnreadable, match=r"trip\.json holds no recorded round trip of format 1"):
        load_trip(path)


def test_a_trip_in_which_a_host_threw_is_refused_with_that_reason(tmp_path: Path, trip: RoundTrip) -> None:
    path = tmp_path / "trip.json"
    kept = Saved("m", "", False, trip).to_json()
    kept["trip"]["crossings"][2]["kind"] = "host throw"
    path.write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(RecordUnreadable, match="a host function threw in this round trip"):
        load_trip(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordUnreadable, match="cannot be read"):
        load_trip(tmp_path / "gone.json")
