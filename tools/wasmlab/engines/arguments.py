"""Arguments as words on a command line, turned into values of a function's types."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from wasmlab.errors import CallRefused
from wasmlab.roundtrip import Value
from wasmlab.signature import Signature

_WIDTHS = {"i32": 32, "f32": 32, "i64": 64, "f64": 64}
_NAN = re.compile(r"[-+]?nan:(?P<bits>0x[0-9a-f]+)", re.IGNORECASE)


def read_arguments(signature: Signature, texts: Sequence[str]) -> tuple[Value, ...]:
    """Turn words from a command line into values of the signature's types.

    Integers may be written `0x..`, floats `nan`, `inf`, `-0.0` or by their bits, `nan:0x7fc00001`;
    the one reference that can be written is `null`.

    Raises:
        CallRefused: too many or too few, or one is not a value of its type.
    """
    wanted = signature.params
    if len(texts) != len(wanted):
        raise CallRefused(
            f"{len(texts)} argument{'' if len(texts) == 1 else 's'} given, {len(wanted)} wanted",
            f"the function is {signature}",
        )
    plain = (text.replace("\N{MINUS SIGN}", "-") for text in texts)
    return tuple(_value(type, text) for type, text in zip(wanted, plain, strict=True))


def _value(type: str, text: str) -> Value:
    if type in ("funcref", "externref"):
        if text != "null":
            raise CallRefused(f"{text!r} is no {type}", "only null can be written as one")
        return Value(type, 0)
    if (match := _NAN.fullmatch(text)) and type in ("f32", "f64"):
        return _nan(type, text, int(match["bits"], 16))
    return _float(type, text) if type in ("f32", "f64") else _integer(type, text)


def _integer(type: str, text: str) -> Value:
    try:
        number = int(text, 0)
    except ValueError as error:
        raise CallRefused(f"{text!r} is not a number of type {type}", "write it like 12 or 0xff") from error
    width = _WIDTHS.get(type, 0)
    if not -(1 << (width - 1) if width else 0) <= number < (1 << width):
        raise CallRefused(f"{text} does not fit into {width} bits", "write a smaller number")
    return Value.of(type, number)


def _float(type: str, text: str) -> Value:
    try:
        number = float(text)
        value = Value.of(type, number)
    except (ValueError, OverflowError) as error:
        raise CallRefused(f"{text!r} is not a number of type {type}", "write it like 1.5 or -inf") from error
    return value


def _nan(type: str, text: str, bits: int) -> Value:
    value = Value(type, bits)
    if bits >> _WIDTHS[type] or not math.isnan(value.number):
        raise CallRefused(f"{text} is not the bits of a NaN of type {type}", "write it like nan:0x7fc00001")
    return value
