"""What is run in this process: each bound alone, from both of its sides."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wasmlab.engines.bridge import leb, section, vector
from wasmlab.engines.vetting import is_harmless
from wasmlab.wasmfile import HEADER, read_module

NONE = b"\x60\0\0"


def _is_run_here(wasm: bytes) -> bool:
    return is_harmless(wasm, read_module(wasm))


def _module(
    body: bytes = b"", more: bytes = b"", *, types: int = 1, functions: int = 1, local: int = 0
) -> bytes:
    """Return a module of functions without parameters, each with this body and so many locals."""
    locals_ = vector([leb(local) + b"\x7f"] if local else [])
    code = locals_ + body + b"\x0b"
    return (
        HEADER
        + section(1, vector([NONE] * types))
        + section(3, vector([b"\0"] * functions))
        + more
        + section(10, vector([leb(len(code)) + code] * functions))
    )


def _of_code(size: int) -> bytes:
    """Return a module whose section of code has so many bytes, its count of functions included."""
    return _module(b"\x01" * (size - 5))


# What grows, how much of it is run here, and how much is not.
BOUNDS: dict[str, tuple[Callable[[int], bytes], int, int]] = {
    "bytes of code": (_of_code, 16 << 10, (16 << 10) + 1),
    "types": (lambda count: _module(types=count), 250, 251),
    "functions": (lambda count: _module(functions=count), 250, 251),
    "tables": (lambda count: _module(more=section(4, vector([b"\x70\0\0"] * count))), 1, 2),
    "memories": (lambda count: _module(more=section(5, vector([b"\0\1"] * count))), 1, 2),
    "fills of a memory": (lambda count: _module(b"\xfc\x0b\0" * count), 10, 11),
    "values through joins": (lambda count: _module(b"\x02\x40\x0b" * count, local=59), 999, 1000),
    "joins of values": (lambda count: _module(b"\x02\x40\x0b" * 999, local=count), 59, 60),
    "loops": (lambda count: _module(b"\x03\x40\x0b" * count), 1706, 1708),
    "functions of some weight": (
        lambda count: _module(b"\x02\x40\x0b" * 99, functions=count, local=19),
        30,
        31,
    ),
    "ways of a try": (
        lambda count: _module(b"\x1f\x40" + leb(count) + b"\0" * count + b"\x0b", local=9),
        5998,
        5999,
    ),
    "ways of a branch": (
        lambda count: _module(b"\x0e" + leb(count) + b"\0" * (count + 1), local=9),
        5998,
        5999,
    ),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_a_module_is_run_in_this_process_up_to_each_bound(name: str) -> None:
    make, most, more = BOUNDS[name]
    assert _is_run_here(make(most))
    assert not _is_run_here(make(more))


def test_a_large_file_is_not_run_here() -> None:
    start, size = _module(), 2 << 20
    padding = size - len(start) - 4 - 2  # of the section: its number, its length, its name
    largest = start + section(0, b"\x01x" + bytes(padding))
    assert len(largest) == size
    assert _is_run_here(largest)
    assert not _is_run_here(largest[: len(start)] + section(0, b"\x01x" + bytes(padding + 1)))


@pytest.mark.parametrize(
    ("imported", "is_run"),
    [(b"\0\0", True), (b"\x01\x70\0\0", False), (b"\x02\0\1", False), (b"\x03\x7f\0", False)],
    ids=["function", "table", "memory", "global"],
)
def test_only_functions_are_given_to_what_is_run_here(imported: bytes, is_run: bool) -> None:
    start = HEADER + section(1, vector([NONE]))
    assert _is_run_here(start + section(2, vector([b"\x01m\x01x" + imported]))) is is_run


def test_a_memory_that_threads_share_is_not_run_here() -> None:
    """Waiting on it is interrupted by nothing."""
    assert _is_run_here(_module(more=section(5, vector([b"\1\1\1"]))))
    assert not _is_run_here(_module(more=section(5, vector([b"\3\1\1"]))))


def test_a_module_of_nothing_or_of_other_types_than_functions() -> None:
    assert _is_run_here(HEADER)
    assert not _is_run_here(HEADER + section(1, vector([b"\x5f\0"])))


def test_what_cannot_be_read_is_not_run_here() -> None:
    assert not is_harmless(_module()[:-1], read_module(_module()))
