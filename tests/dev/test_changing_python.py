"""Changes of a Python program, and which of them make no other one."""

from __future__ import annotations

from wasmlab.dev.mutants.changing_python import is_same_python, python_changes


def _changed(source: str) -> list[str]:
    return [change.apply(source.encode()).decode() for change in python_changes(source.encode())]


def test_operators_and_numbers_are_changed() -> None:
    assert sorted(_changed("x = a < b + 1")) == [
        "x = a < b + 0",
        "x = a < b + 2",
        "x = a < b - 1",
        "x = a <= b + 1",
        "x = a >= b + 1",
    ]


def test_calls_arguments_and_results_are_left_out() -> None:
    assert "pass" in _changed("print(1)")
    assert "x = text.split()" in _changed("x = text.lower().split()")
    assert "x = max(y, key=None)" in _changed("x = max(y, key=f)")
    assert "def f():\n    return None" in _changed("def f():\n    return 'ä' + g")


def test_places_are_counted_in_bytes() -> None:
    assert _changed("x = 'äöü' + y") == ["x = 'äöü' - y"]


def test_truth_is_no_number_and_what_is_no_python_has_no_changes() -> None:
    assert _changed("x = True") == []
    assert _changed("def (") == []


def test_the_same_code_is_recognised() -> None:
    assert is_same_python(b"x = 1 + 1\n", b"x = 2  # the same\n")
    assert not is_same_python(b"x = 1\n", b"x = 2\n")
