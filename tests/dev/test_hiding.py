"""Hidden checks leave nothing behind in the file that students get."""

from __future__ import annotations

from wasmlab.dev.hiding import without_hidden

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
