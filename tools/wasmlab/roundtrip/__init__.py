"""A round trip as data: one call into Wasm with every crossing back out of it, in order."""

from wasmlab.roundtrip.agreement import agree, disagreement
from wasmlab.roundtrip.record import (
    Crossing,
    Kind,
    Output,
    Pointed,
    RoundTrip,
    StackFrame,
    Trap,
    stack_frames,
)
from wasmlab.roundtrip.values import Value, values_text

__all__ = [
    "Crossing",
    "Kind",
    "Output",
    "Pointed",
    "RoundTrip",
    "StackFrame",
    "Trap",
    "Value",
    "agree",
    "disagreement",
    "stack_frames",
    "values_text",
]
