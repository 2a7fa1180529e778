"""Wasm values to the bit: as numbers, as text and as JSON."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Value:
    """One Wasm value as it crosses: `bits` is the exact pattern, so NaNs and -0.0 compare.

    Of a reference, 0 is null; an `externref` n is the host's object number n, and a `funcref` 1 is
    some function.
    """

    type: str
    bits: int

    @classmethod
    def of(cls, type: str, value: float) -> Value:
        """Make the value of a Python number (integers wrap to the type's width)."""
        if type == "f32":
            return cls(type, struct.unpack("<I", struct.pack("<f", value))[0])
        if type == "f64":
            return cls(type, struct.unpack("<Q", struct.pack("<d", value))[0])
        if type.endswith("ref"):
            return cls(type, int(value))
        return cls(type, int(value) & ((1 << (64 if type == "i64" else 32)) - 1))

    @property
    def number(self) -> int | float:
        """The value as a Python number; integers are signed, as C and JavaScript show them."""
        if self.type == "f32":
            return float(struct.unpack("<f", struct.pack("<I", self.bits))[0])
        if self.type == "f64":
            return float(struct.unpack("<d", struct.pack("<Q", self.bits))[0])
        if self.is_reference:
            return self.bits
        width = 64 if self.type == "i64" else 32
        return self.bits - (1 << width) if self.bits >> (width - 1) else self.bits

    def plain_nan(self) -> Value:
        """Return the value with the usual bits where it is a NaN."""
        number = self.number
        return Value.of(self.type, math.nan) if isinstance(number, float) and math.isnan(number) else self

    @property
    def is_reference(self) -> bool:
        """Whether the value is a reference, not a number."""
        return self.type.endswith("ref")

    def __str__(self) -> str:
        if self.is_reference:
            return (
                "null" if not self.bits else "function" if self.type == "funcref" else f"object {self.bits}"
            )
        number = self.number
        if isinstance(number, float) and math.isnan(number):
            return f"nan:0x{self.bits:x}"
        return repr(number)

    def to_json(self) -> dict[str, Any]:
        """Return `{type, value}`; i64 and floats as text, which no JSON reader rounds."""
        if self.type == "i32":
            return {"type": self.type, "value": self.number}
        return {"type": self.type, "value": str(self), **self._bits_field()}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Value:
        """Return the value that `to_json` gave as plain data.

        Raises:
            KeyError, ValueError, TypeError: it is not such data.
        """
        type, text = str(given["type"]), given["value"]
        if type in ("f32", "f64"):
            return cls(type, int(given["bits"], 16))
        if type.endswith("ref"):
            return cls(type, _REFERENCES[text] if text in _REFERENCES else int(text.removeprefix("object ")))
        return cls.of(type, int(text))

    def _bits_field(self) -> dict[str, str]:
        return {"bits": f"0x{self.bits:x}"} if self.type in ("f32", "f64") else {}


_REFERENCES = {"null": 0, "function": 1}


def values_text(values: Iterable[Value]) -> str:
    """Return values as one writes them between parentheses."""
    return ", ".join(str(value) for value in values)
