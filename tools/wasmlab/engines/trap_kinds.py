"""One word for each way to trap, whatever an engine calls it.

Measured with a small module for each: wasmtime 50, V8 (Chromium 156), SpiderMonkey (Firefox 153),
JavaScriptCore (WebKitGTK 2.50).
"""

from __future__ import annotations

from collections.abc import Sequence

from wasmlab.roundtrip import StackFrame
from wasmlab.wasmfile import HEADER, Reader

UNREACHABLE = "unreachable"
MEMORY = "memory access out of bounds"
TABLE = "table access out of bounds"
NULL_CALL = "indirect call to null"
SIGNATURE = "indirect call type mismatch"
OVERFLOW = "integer overflow"
DIVISION = "integer division by zero"
CONVERSION = "invalid conversion to integer"
STACK = "call stack exhausted"
NULL = "null reference"
CAST = "cast failure"
UNALIGNED = "unaligned atomic access"
EXCEPTION = "uncaught exception"
TIME = "time limit"
MEMORY_LIMIT = "memory limit"
OUTPUT = "output limit"
OTHER = "trap"

KINDS_OF_CODES = {
    "UNREACHABLE": UNREACHABLE,
    "MEMORY_OUT_OF_BOUNDS": MEMORY,
    "TABLE_OUT_OF_BOUNDS": TABLE,
    "INDIRECT_CALL_TO_NULL": NULL_CALL,
    "BAD_SIGNATURE": SIGNATURE,
    "INTEGER_OVERFLOW": OVERFLOW,
    "INTEGER_DIVISION_BY_ZERO": DIVISION,
    "BAD_CONVERSION_TO_INTEGER": CONVERSION,
    "STACK_OVERFLOW": STACK,
    "NULL_REFERENCE": NULL,
    "CAST_FAILURE": CAST,
    "HEAP_MISALIGNED": UNALIGNED,
    "INTERRUPT": TIME,
    "OUT_OF_FUEL": "out of fuel",
}

# In the order in which they are tried: "table index out of bounds" holds "index out of bounds".
_WORDS = (
    ("unreachable", UNREACHABLE),
    ("table index", TABLE),
    ("too many table elements", MEMORY_LIMIT),
    ("element segment", TABLE),
    ("out of bounds table", TABLE),
    ("out of bounds call_indirect", TABLE),
    ("data segment", MEMORY),
    ("memory access out of bounds", MEMORY),
    ("out of bounds memory access", MEMORY),
    ("index out of bounds", MEMORY),
    ("indirect call to null", NULL_CALL),
    ("null function", NULL_CALL),
    ("null table entry", NULL_CALL),
    ("signature mismatch", SIGNATURE),
    ("signature that does not match", SIGNATURE),
    ("integer overflow", OVERFLOW),
    ("result unrepresentable", OVERFLOW),
    ("by zero", DIVISION),
    ("float unrepresentable", CONVERSION),
    ("invalid conversion", CONVERSION),
    ("out of bounds trunc", CONVERSION),
    ("maximum call stack", STACK),
    ("too much recursion", STACK),
    ("null pointer", NULL),
    ("to a null reference", NULL),
    ("illegal cast", CAST),
    ("bad cast", CAST),
    ("failed to cast", CAST),
    ("unaligned", UNALIGNED),
    ("could not allocate memory", MEMORY_LIMIT),
    ("out of memory", MEMORY_LIMIT),
)

_TRUNCATIONS = (*range(0xA8, 0xAC), *range(0xAE, 0xB2))
_TABLE_CODES = (0x11, 0x13, 0x25, 0x26)
_PREFIX = 0xFC
_DATA = 11
_TABLE_CODES_AFTER_PREFIX = (0x0C, 0x0E, 0x11)


def kind_of_error(name: str, message: str) -> str:
    """Return the kind of a JavaScript exception that came out of a module."""
    if name in ("Exception", "WebAssembly.Exception"):
        return EXCEPTION
    low = message.lower()
    return next((kind for words, kind in _WORDS if words in low), OTHER)


def same_for_all(kind: str, wasm: bytes, frames: Sequence[StackFrame]) -> str:
    """Return the kind as every engine would say it, told by the instruction that trapped.

    V8 has one message for a conversion of NaN and of a number too large, where the others say
    "integer overflow" for the second; SpiderMonkey says "index out of bounds" of memories and of tables.
    """
    offset = frames[0].offset if frames else 0
    code = wasm[offset] if 0 < offset < len(wasm) else None
    if kind == OVERFLOW and code in _TRUNCATIONS:
        return CONVERSION
    if kind == MEMORY and not frames:  # while instantiating: elements come before data
        return TABLE if not _has_section(wasm, _DATA) else MEMORY
    if kind == MEMORY and (code in _TABLE_CODES or _is_table_operation(wasm, offset)):
        return TABLE
    return kind


def _has_section(wasm: bytes, wanted: int) -> bool:
    reader = Reader(wasm, len(HEADER))
    while reader.at < reader.end:
        number = reader.byte()
        reader.take(reader.number(32))
        if number == wanted:
            return True
    return False


def _is_table_operation(wasm: bytes, offset: int) -> bool:
    return (
        0 < offset < len(wasm) - 1
        and wasm[offset] == _PREFIX
        and wasm[offset + 1] in _TABLE_CODES_AFTER_PREFIX
    )
