"""A module is taken apart: each section, entry and function with its place and size."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import wasmtime

from wasmlab.inspecting import inspect_file
from wasmlab.inspecting.wat import plain_text


def test_functions_have_their_size_and_instructions(by_hand: Path) -> None:
    anatomy = inspect_file(by_hand)
    assert [(f.name, f.size, f.instructions) for f in anatomy.functions] == [("twice", 13, 6)]
    assert anatomy.functions[0].offset + 13 == next(s.end for s in anatomy.sections if s.name == "code")


def test_entries_are_told_in_the_words_of_the_text_format(by_hand: Path) -> None:
    told = {(item.kind, item.text) for item in inspect_file(by_hand).items}
    assert ("memory", "(memory (;0;) 1 3)") in told
    assert ("table", "(table (;0;) 2 funcref)") in told
    assert ("global", "(global $count (;0;) (mut i32) i32.const 7)") in told
    assert ("data", '(data (;0;) (i32.const 16) "hello")') in told


def test_sections_touch_and_fill_the_file(compiled: Path) -> None:
    anatomy = inspect_file(compiled)
    assert anatomy.sections[0].start == 8
    assert anatomy.sections[-1].end == anatomy.size == compiled.stat().st_size
    for before, after in zip(anatomy.sections, anatomy.sections[1:], strict=False):
        assert before.end == after.start


def test_every_byte_is_counted_once_and_the_biggest_reason_comes_first(compiled: Path) -> None:
    anatomy = inspect_file(compiled)
    sizes = [share.size for share in anatomy.why]
    assert sum(sizes) == anatomy.size
    assert sizes == sorted(sizes, reverse=True)
    assert {share.what for share in anatomy.why} >= {"debug information", "code of your sources", "names"}


def test_a_debug_module_says_which_c_lines_a_function_is(compiled: Path) -> None:
    function = inspect_file(compiled).functions[0]
    assert (function.name, function.where) == ("add_and_log", "c/add_and_log.c:5-8")


def test_a_release_module_has_no_c_lines_and_says_what_would_tell(released: Path) -> None:
    anatomy = inspect_file(released)
    assert [function.file for function in anatomy.functions] == [""]
    notes = {share.what: share.note for share in anatomy.why}
    assert "debug build" in notes["code"]


def test_an_empty_module_is_a_module(tmp_path: Path) -> None:
    path = tmp_path / "empty.wasm"
    path.write_bytes(b"\0asm\x01\0\0\0")
    anatomy = inspect_file(path)
    assert (anatomy.size, anatomy.functions, anatomy.rows) == (8, (), ())


@pytest.mark.parametrize("name", ["by_hand", "compiled", "released"])
def test_rows_cover_a_function_without_gap(name: str, request: pytest.FixtureRequest) -> None:
    anatomy = inspect_file(request.getfixturevalue(name))
    function = anatomy.functions[0]
    rows = [row for row in anatomy.rows if row.function == function.index]
    assert rows[0].start == function.offset
    assert rows[-1].end == function.offset + function.size
    assert all(a.end == b.start for a, b in itertools.pairwise(rows))
    instructions = [row for row in rows if not row.text.strip().startswith(("(func", "(local "))]
    assert function.instructions == len(instructions)


def test_the_text_form_is_a_module_again(compiled: Path) -> None:
    text = plain_text(inspect_file(compiled).printed)
    again = bytes(wasmtime.wat2wasm(text))
    assert [e.name for e in wasmtime.Module(wasmtime.Engine(), again).exports] == ["memory", "add_and_log"]
    assert "debug" not in text
