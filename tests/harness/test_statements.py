"""A script is split into its top-level statements."""

from __future__ import annotations

import pytest

from wasmlab.harness import split
from wasmlab.harness.statements import select


def test_statement_has_the_fields_of_the_wire() -> None:
    assert [each.to_json() for each in split("x = 1\nx + 1\n")] == [
        {"nodeIndex": 0, "lineStart": 1, "lineEnd": 1, "code": "x = 1", "isExpr": False},
        {"nodeIndex": 1, "lineStart": 2, "lineEnd": 2, "code": "x + 1", "isExpr": True},
    ]


@pytest.mark.parametrize(
    ("code", "pieces"),
    [
        ("", []),
        ("# only a comment", []),
        ("a = 1; b = 2", ["a = 1", "b = 2"]),
        ("'ä'; 'ö' ; c", ["'ä'", "'ö'", "c"]),
        ("@f\n@g\nclass A:\n    x = 1\n", ["@f\n@g\nclass A:\n    x = 1"]),
        ("if a:\n    b\nelse:\n    c\nd", ["if a:\n    b\nelse:\n    c", "d"]),
        ("x = '''a\nb'''\n", ["x = '''a\nb'''"]),
        ("f(\n  1,\n)\n", ["f(\n  1,\n)"]),
        ("a\r\nb\rc", ["a", "b", "c"]),
    ],
)
def test_code_of_each_statement_is_its_own_text(code: str, pieces: list[str]) -> None:
    assert [each.code for each in split(code)] == pieces


def test_semicolon_at_the_end_makes_an_expression_quiet() -> None:
    assert [each.quiet for each in split("a;\nb\nc ; # no\nd # ;\nx = 1;")] == [
        True,
        False,
        True,
        False,
        False,
    ]


def test_split_refuses_what_is_not_python() -> None:
    with pytest.raises(SyntaxError) as caught:
        split("x = 1\ny = (")

    assert caught.value.lineno == 2


def test_lines_choose_every_statement_that_they_touch() -> None:
    code = "a\ndef f():\n    pass\nb\nc"

    assert [each.line_start for each in select(code, (3, 4))] == [2, 4]


def test_lines_beyond_the_end_choose_nothing() -> None:
    assert select("a\nb", (5, 9)) == []
