"""The binary reader says the same of a module as wasmtime does, and refuses what is none."""

import pytest
import wasmtime
from hypothesis import given
from hypothesis import strategies as st

from wasmlab.errors import ModuleUnreadable
from wasmlab.signature import Signature
from wasmlab.wasmfile import Export, Import, Limits, read_module

TEXT = """
(module
  (import "env" "js_log" (func (param i32)))
  (import "env" "now" (func (result f64)))
  (memory (export "memory") 2 5)
  (global (export "answer") i64 (i64.const 42))
  (table (export "table") 3 funcref)
  (func (export "add") (param i32 i64) (result f32 f64) (f32.const 0) (f64.const 0)))
"""


def test_reads_imports_exports_and_memory() -> None:
    module = read_module(bytes(wasmtime.wat2wasm(TEXT)))
    assert module.imports == (
        Import("env", "js_log", "func", Signature(("i32",), ())),
        Import("env", "now", "func", Signature((), ("f64",))),
    )
    assert module.exports == (
        Export("memory", "memory", None, Limits(2, 5)),
        Export("answer", "global"),
        Export("table", "table"),
        Export("add", "func", Signature(("i32", "i64"), ("f32", "f64"))),
    )
    assert module.memories == (Limits(2, 5),)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"(module)", "not a WebAssembly module"),
        (b"\0asm\x0d\0\x01\0", "component"),
        (b"\0asm\x01\0\0\0\x01\x7f", "too early"),
    ],
)
def test_refuses_what_is_no_module_and_says_why(data: bytes, words: str) -> None:
    with pytest.raises(ModuleUnreadable, match=words):
        read_module(data)


@given(st.binary(max_size=64), st.integers(0, 200))
def test_a_damaged_module_is_read_or_refused_but_never_crashes(noise: bytes, at: int) -> None:
    whole = bytes(wasmtime.wat2wasm(TEXT))
    damaged = whole[: 8 + at % len(whole)] + noise + whole[8 + at :]
    try:
        read_module(damaged)
    except ModuleUnreadable as error:
        assert error.hint
