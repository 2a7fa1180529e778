"""hello_export.c: one pure function, exported by Emscripten."""

import pytest

from wasmlab.checks.subject import Subject


def test_the_wasm_export_has_no_underscore(wasm: Subject) -> None:
    """The module exports add; _add is the name on the glue's Module only."""
    names = [export.name for export in wasm.target("hello_export").module.exports]
    assert "add" in names, "keep the C function's name, add"
    assert "_add" not in names


@pytest.mark.parametrize(("a", "b", "total"), [(5, 7, 12), (-5, 7, 2), (2147483647, -1, 2147483646)])
def test_add_returns_the_sum(wasm: Subject, a: int, b: int, total: int) -> None:
    """add returns the sum of its two numbers, without any of the glue."""
    assert wasm.target("hello_export").call("add", a, b).result == total
