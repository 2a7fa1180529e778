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
_WIDE = ("i64", "f64")
_FLOATS = {"f32": "i32", "f64": "i64"}


def function_type(signature: Signature) -> wasmtime.FuncType:
    """Return wasmtime's word for a signature."""
    params, results = ([TYPES[type]() for type in types] for types in (signature.params, signature.results))
    return wasmtime.FuncType(params, results)


def to_engine(value: Value) -> Any:
    """Return what wasmtime takes for a value, of a float its bits."""
    if value.is_reference:
        return value.bits or None
    return Value(_FLOATS.get(value.type, value.type), value.bits).number


def of_engine(type: str, given: Any) -> Value:
    """Return the value for what wasmtime gave, of a float its bits."""
    if type == "funcref":
        return Value(type, 0 if given is None else 1)
    if type == "externref":
        return Value(type, given or 0)
    return Value(type, int(given) & ((1 << (64 if type in _WIDE else 32)) - 1))


def results_of(types: Sequence[str], raw: Any) -> tuple[Value, ...]:
    """Return the values of a call's results: wasmtime gives one bare, and several as a list."""
    given = [] if not types else [raw] if len(types) == 1 else raw
    return tuple(of_engine(type, one) for type, one in zip(types, given, strict=True))
