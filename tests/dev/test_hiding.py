"""Hidden checks leave nothing behind in the file that students get."""

from __future__ import annotations

from wasmlab.dev.collecting import Check
from wasmlab.dev.release.hiding import hidden_paths, without_hidden

FILE = '''"""Checks."""

import json
import math

import pytest

OPEN = [1, 2]
SECRET = [40, 2]


def _help(value):
    return value


def _secret_help(value):
    return json.dumps(SECRET)


@pytest.mark.parametrize("n", OPEN)
def test_open(wasm, n):
    """Everybody sees this."""
    assert wasm.call("f", _help(n)) == math.floor(n)


# The answers that nobody is told.
@pytest.mark.hidden
@pytest.mark.points(3)
def test_secret(wasm):
    """Nobody sees this."""
    assert wasm.call("f", 40) == _secret_help(SECRET) + _help(1)


def test_last(wasm):
    """The end."""
    assert wasm
'''


def test_a_hidden_check_goes_with_all_that_only_it_uses() -> None:
    assert (
        without_hidden(FILE)
        == '''"""Checks."""

import math

import pytest

OPEN = [1, 2]
def _help(value):
    return value


@pytest.mark.parametrize("n", OPEN)
def test_open(wasm, n):
    """Everybody sees this."""
    assert wasm.call("f", _help(n)) == math.floor(n)


def test_last(wasm):
    """The end."""
    assert wasm
'''
    )


def test_a_file_that_is_hidden_as_a_whole_is_left_empty() -> None:
    assert (
        without_hidden("import pytest\n\npytestmark = pytest.mark.hidden\n\ndef test_x(): assert 1\n") == ""
    )


def test_a_file_without_hidden_checks_stays_letter_by_letter() -> None:
    text = "import pytest\nUNUSED = 1\n\ndef test_x():\n  assert 1 # odd\n"
    assert without_hidden(text) == text


def test_a_file_that_is_no_python_stays() -> None:
    assert without_hidden("def (") == "def ("


def test_a_method_goes_with_the_helpers_of_its_class() -> None:
    text = """class TestMore:
    def _secret(self):
        return 1

    def _open(self):
        return 2

    # Nobody sees this.
    def test_secret(self):
        assert self._secret() + self._open()

    def test_open(self):
        assert self._open()
"""
    left = """class TestMore:
    def _open(self):
        return 2

    def test_open(self):
        assert self._open()
"""
    assert without_hidden(text, {("TestMore", "test_secret")}) == left


def test_a_check_that_is_made_by_an_assignment_goes_with_what_it_is_made_of() -> None:
    text = "def _made():\n    assert 1\n\n\ntest_x = secret(_made)\n\n\ndef test_y():\n    assert 1\n"
    assert without_hidden(text, {("test_x",)}) == "def test_y():\n    assert 1\n"


def test_one_hidden_set_of_parameters_hides_no_check() -> None:
    checks = [Check("checks/a.py", 1, ("test_x",), "x", hidden) for hidden in (True, False)]
    assert hidden_paths(checks) == set()
    assert hidden_paths(checks[:1]) == {(), ("test_x",)}
    text = (
        "@pytest.mark.parametrize('n', [1, pytest.param(2, marks=pytest.mark.hidden)])\n"
        "def test_x(n):\n    assert n\n"
    )
    assert without_hidden(text, hidden_paths(checks)) == text
