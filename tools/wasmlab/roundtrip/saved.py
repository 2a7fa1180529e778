"""A round trip kept in a file, with what is needed to make the same call again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from wasmlab.errors import FolderNotWritable, RecordUnreadable
from wasmlab.roundtrip.record import Crossing, Output, Pointed, RoundTrip, Trap
from wasmlab.roundtrip.values import Value

FORMAT = 1

# Only a page has hosts that throw.
_THROWN = ("host throw", "throw")


@dataclass(frozen=True)
class Saved:
    """A recorded trip: `module` is what was run, a lesson's name or a file, and `sha256` its bytes then.

    `release` says which of a lesson's two builds it was. `program` is what a WASI program was given, as
    plain data; None of a call.
    """

    module: str
    sha256: str
    release: bool
    trip: RoundTrip
    program: Mapping[str, Any] | None = None

    @property
    def args(self) -> tuple[Value, ...]:
        """The arguments of the call."""
        return self.trip.crossings[0].values

    @property
    def hosts(self) -> dict[str, list[tuple[Value, ...]]]:
        """What the host functions answered, in their order."""
        answers: dict[str, list[tuple[Value, ...]]] = {}
        for crossing in self.trip.crossings:
            if crossing.kind == "host return":
                answers.setdefault(crossing.name, []).append(crossing.values)
        return answers

    def is_of(self, wasm: bytes) -> bool:
        """Whether these are the bytes that the trip was recorded from."""
        return sha256(wasm).hexdigest() == self.sha256

    def to_json(self) -> dict[str, Any]:
        """Return the recorded trip as plain data."""
        module = {"name": self.module, "sha256": self.sha256, "release": self.release}
        given = {"program": self.program} if self.program is not None else {}
        return {"format": FORMAT, "module": module, **given, "trip": self.trip.to_json()}


def save_trip(path: Path, saved: Saved) -> None:
    """Write a recorded trip.

    Raises:
        FolderNotWritable: the file cannot be written.
    """
    try:
        path.write_text(json.dumps(saved.to_json(), indent=2) + "\n", encoding="utf-8", newline="\n")
    except OSError as error:
        raise FolderNotWritable(
            f"{path} cannot be written: {error.strerror}", "name a file in a folder of yours"
        ) from error


def load_trip(path: Path) -> Saved:
    """Read a recorded trip.

    Raises:
        RecordUnreadable: there is no such file, or it holds no recorded trip of this format.
    """
    hint = "record one with: wasmlab run LESSON FUNCTION ARGS --save FILE"
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        if any(crossing["kind"] in _THROWN for crossing in given["trip"]["crossings"]):
            raise RecordUnreadable(
                f"{path}: a host function threw in this round trip, and an engine's hosts only answer",
                "look at it in the page",
            )
        return _saved(given)
    except OSError as error:
        raise RecordUnreadable(f"{path} cannot be read: {error.strerror}", hint) from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RecordUnreadable(f"{path} holds no recorded round trip of format {FORMAT}", hint) from error


def _saved(given: Mapping[str, Any]) -> Saved:
    if given["format"] != FORMAT:
        raise ValueError(given["format"])
    module = given["module"]
    program = given.get("program")
    return Saved(
        str(module["name"]),
        str(module["sha256"]),
        module["release"] is True,
        trip_from_json(given["trip"]),
        None if program is None else dict(program),
    )


def trip_from_json(given: Mapping[str, Any]) -> RoundTrip:
    """Return the round trip that `RoundTrip.to_json` gave as plain data.

    Of a WASI program's files only hashes are in it, so its `output` has none.

    Raises:
        KeyError, ValueError, TypeError, AttributeError: it is not such data.
    """
    crossings = tuple(_crossing(one) for one in given["crossings"])
    if not crossings or crossings[0].kind != "call":
        raise ValueError("a round trip begins with its call")
    trap = given["trap"]
    return RoundTrip(
        str(given["engine"]),
        str(given["function"]),
        crossings,
        _values(given["results"]),
        Trap(str(trap["kind"]), str(trap["message"])) if trap else None,
        float(given["milliseconds"]) / 1000,
        int(given["missed"]),
        str(given["memory_hash"]),
        _output(given["output"]) if "output" in given else None,
    )


def _output(given: Mapping[str, Any]) -> Output:
    code = given["code"]
    return Output(given["stdout"].encode(), given["stderr"].encode(), None if code is None else int(code))


def _crossing(given: Mapping[str, Any]) -> Crossing:
    if given["kind"] not in ("call", "host call", "host return", "return", "trap"):
        raise ValueError(given["kind"])
    memory = tuple(
        Pointed(int(one["start"]), int(one["length"]), bytes.fromhex(one["bytes"]))
        for one in given.get("memory", ())
    )
    return Crossing(
        given["kind"],
        str(given["name"]),
        _values(given["values"]),
        int(given["depth"]),
        float(given["microseconds"]),
        memory,
    )


def _values(given: Sequence[Mapping[str, Any]]) -> tuple[Value, ...]:
    return tuple(Value.from_json(one) for one in given)
