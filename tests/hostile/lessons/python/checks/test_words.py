"""The checks of the hostile Python; the-checks-are-not-shown must be in no report."""

import pytest

from wasmlab.checks.python_checks import PythonSubject

FILE = "py/words.py"


@pytest.mark.parametrize(("text", "number"), [("to be or not", 4), ("two words", 2)])
def test_counts(python: PythonSubject, text: str, number: int) -> None:
    """It counts the words of a text."""
    python.load(FILE).call("count", text).returns(number)


@pytest.mark.hidden
@pytest.mark.after("counts")
def test_counts_any_words(python: PythonSubject) -> None:
    """It counts words that no example shows."""
    python.load(FILE).call("count", "a b c d e f g").returns(7)


@pytest.mark.after("counts")
def test_says_nothing(python: PythonSubject) -> None:
    """It prints nothing."""
    python.load(FILE).call("count", "x y").prints()
