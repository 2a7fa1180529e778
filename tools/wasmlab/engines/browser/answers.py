"""What a worker says of a call, as the crossings, traps and outputs of every engine."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import Any

from wasmlab.engines import bridge
from wasmlab.engines.hosting import Answering
from wasmlab.engines.trap_kinds import OUTPUT, TIME, kind_of_error, same_for_all
from wasmlab.roundtrip import Crossing, Kind, Output, Pointed, StackFrame, Trap, Value, stack_frames

_MOST_FRAMES = 64
# WebKit does not tell at which instruction a function stopped; and it adds what JavaScript was at.
_NO_OFFSET = re.compile(r"@[^@\n]*[:.]wasm-function\[(\d+)\]$", re.MULTILINE)
_EVALUATING = re.compile(r" \(evaluating '.*'\)$")
# What the page and the worker themselves end a module with.
_ENDED = {"TimeLimit": TIME, "Stopped": OUTPUT}


def crossing_of(
    functions: Sequence[Answering],
    host: int,
    back: bool,
    bits: list[int | str],
    depth: int,
    milliseconds: float,
    memory: Sequence[tuple[int, int, str]],
) -> Crossing:
    """Return a crossing to or from the `host` function with this number."""
    answering = functions[host]
    types = answering.signature.results if back else answering.signature.params
    values = tuple(Value(type, int(one)) for type, one in zip(types, bits, strict=True))
    kind: Kind = "host return" if back else "host call"
    pointed = tuple(Pointed(start, length, base64.b64decode(data)) for start, length, data in memory)
    return Crossing(kind, answering.name, values, depth, milliseconds * 1000, pointed)


def trap_of(error: dict[str, str], wasm: bytes, longer: int) -> Trap:
    """Return the trap of `wasm`; where it runs, its code stands so many bytes `longer` in its file."""
    if error["name"] in _ENDED:
        return Trap(_ENDED[error["name"]], error["message"])
    stack = "\n".join(line for line in error["stack"].splitlines() if bridge.BRIDGE not in line)
    frames = tuple(StackFrame(f.index, f.offset - longer) for f in stack_frames(stack)[:_MOST_FRAMES])
    frames = frames or tuple(StackFrame(int(index), 0) for index in _NO_OFFSET.findall(stack)[:_MOST_FRAMES])
    kind = same_for_all(kind_of_error(error["name"], error["message"]), wasm, frames)
    return Trap(kind, _EVALUATING.sub("", error["message"]), frames)


def output_of(outcome: dict[str, Any]) -> Output:
    """Return what a program of WASI has said and left."""
    said = outcome.get("said", ())
    out, err = (b"".join(base64.b64decode(data) for to, data in said if to == stream) for stream in (1, 2))
    files = {path: base64.b64decode(data) for path, data in outcome.get("files", ())}
    return Output(out, err, outcome.get("code"), files)
