"""What wasmtime says of a trap: its frames, its kind where no code tells it, its words."""

from __future__ import annotations

import re
from itertools import islice

import wasmtime

from wasmlab import wasmfile
from wasmlab.engines import bridge
from wasmlab.engines.trap_kinds import EXCEPTION, OTHER
from wasmlab.roundtrip import StackFrame


def frames_of(trap: wasmtime.Trap, wasm: bytes) -> tuple[StackFrame, ...]:
    """Return the innermost frames; a recursion without end has tens of thousands."""
    inner = (frame for frame in trap.frames if frame.func_name != bridge.BRIDGE)
    frames = [StackFrame(frame.func_index, _instruction(frame, wasm)) for frame in islice(inner, 64)]
    if not frames:
        return ()
    first = StackFrame(frames[0].index, _behind_branch(wasm, frames[0].offset))
    return (first, *frames[1:])


def _instruction(frame: wasmtime.Frame, wasm: bytes) -> int:
    """Return the frame's offset; one at the head of a function becomes that of its first instruction.

    The head is the place of the check for the time limit, and a trap right behind it is given that place.
    """
    offset, inside = frame.module_offset or 0, frame.func_offset or 0
    if not offset:
        return 0
    reader = wasmfile.Reader(wasm, offset - inside)
    reader.vector(lambda: (reader.number(32), reader.value_type()))  # the locals
    return max(offset, reader.at)


def _behind_branch(wasm: bytes, offset: int) -> int:
    """Return where the browsers see a trap: wasmtime names the `br_if` around an `unreachable`."""
    end = offset + 1
    if wasm[offset:end] != b"\x0d":
        return offset
    while wasm[end : end + 1] >= b"\x80":
        end += 1
    return end + 1 if wasm[end + 1 : end + 2] == b"\0" else offset


def kind_of_text(text: str) -> str:
    """Return the kind of an error that has no code of its own."""
    if "thrown Wasm exception" in text:
        return EXCEPTION
    exceeds = "exceeds" in text and "limits" in text
    return "memory limit" if exceeds or "out of memory" in text else OTHER


def why(error: Exception) -> str:
    """Return the lines that say why: the trap's name and, where one is known, the address."""
    lines = [re.sub(r"^\d+: ", "", line.strip()) for line in str(error).splitlines() if line.strip()]
    told = [line for line in reversed(lines) if "wasm trap" in line or "memory fault" in line]
    return "; ".join(told) or (lines[-1] if lines else "")
