"""Values between Python and wasmtime: floats cross as integers of their bits, see `bridge`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import wasmtime

from wasmlab.roundtrip import Value
from wasmlab.signature import Signature

TYPES: dict[str, Callable[[], wasmtime.ValType]] = {
    "i32": wasmtime.ValType.i32,
    "i64": wasmtime.ValType.i64,
    "f32": wasmtime.ValType.f32,
    "f64": wasmtime.ValType.f64,
    "funcref": wasmtime.ValType.funcref,
    "externref": wasmtime.ValType.externref,
}
# Of each number, how far its sign bit is from the lowest.
_SIGN = {"i32": 31, "f32": 31, "i64": 63, "f64": 63}


def function_type(signature: Signature) -> wasmtime.FuncType:
    """Return wasmtime's word for a signature."""
    params, results = ([TYPES[type]() for type in types] for types in (signature.params, signature.results))
    return wasmtime.FuncType(params, results)


def to_engine(value: Value) -> Any:
    """Return what wasmtime takes for a value, of a float its bits."""
    sign = _SIGN.get(value.type)
    if sign is None:
        return value.bits or None
    return value.bits - (2 << sign) if value.bits >> sign else value.bits


def of_engine(type: str, given: Any) -> Value:
    """Return the value for what wasmtime gave, of a float its bits."""
    sign = _SIGN.get(type)
    if sign is not None:
        return Value(type, given & ((2 << sign) - 1))
    if type == "funcref":
        return Value(type, 0 if given is None else 1)
    return Value(type, given or 0)


def results_of(types: Sequence[str], raw: Any) -> tuple[Value, ...]:
    """Return the values of a call's results: wasmtime gives one bare, and several as a list."""
    given = [] if not types else [raw] if len(types) == 1 else raw
    return tuple(map(of_engine, types, given))
