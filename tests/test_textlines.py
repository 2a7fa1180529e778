"""A form feed, and what Unicode has for it, end no line: whoever is told a line finds it in an editor."""

from __future__ import annotations

from pathlib import Path

import pytest

from wasmlab.checks.expecting import Ran
from wasmlab.checks.subject import Ended
from wasmlab.dev.release.hiding import without_hidden
from wasmlab.diagnostics.reading import read_diagnostics
from wasmlab.errors import ManifestError
from wasmlab.lesson import load_lesson
from wasmlab.serve.problems import _line
from wasmlab.textlines import lines_of, whole_lines
from wasmlab.traps.writing import source_lines

NO_ENDS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


def test_a_line_ends_where_an_editor_goes_to_the_next() -> None:
    text = f"a{NO_ENDS}b\nc\r\nd\re"
    assert lines_of(text) == [f"a{NO_ENDS}b", "c", "d", "e"]
    assert "".join(whole_lines(text)) == text
    assert lines_of("") == []
    assert lines_of("a\n\n") == ["a", ""]


def test_a_hidden_check_is_taken_out_whole_behind_a_form_feed() -> None:
    kept = f'def test_open(wasm):\n    """Seen, {NO_ENDS}."""\n    assert wasm\n'
    secret = "\n@pytest.mark.hidden\ndef test_secret(wasm):\n    assert wasm == 999\n"
    assert without_hidden(kept + secret) == kept


def test_a_trap_s_line_of_the_source_is_the_compiler_s(tmp_path: Path) -> None:
    (tmp_path / "a.c").write_text(f"/* {NO_ENDS} */\nint x;\n", encoding="utf-8")
    assert source_lines(tmp_path, "a.c")[1] == "int x;"
    assert _line(tmp_path / "a.c", 2) == "int x;"


def test_a_compiler_s_snippet_is_whole() -> None:
    output = f"a.c:1:9: error: no\n    1 | int {NO_ENDS} x\n      |         ^\n"
    (found,) = read_diagnostics(output)
    assert found.source_line == f"int {NO_ENDS} x"


def test_what_is_printed_is_one_line() -> None:
    Ran(Ended(f"a{NO_ENDS}b\nc\n".encode())).prints(f"a{NO_ENDS}b", "c")


def test_a_manifest_s_line_is_the_one_that_is_wrong(tmp_path: Path) -> None:
    text = 'format = 1\ntitle = "A \u2028 B"\norder = 1\npage = "index.html"\nsubmitt = []\n'
    (tmp_path / "lesson.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ManifestError) as wrong:
        load_lesson(tmp_path)
    assert wrong.value.line == 5
