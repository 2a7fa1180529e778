"""The exercise in py/words.py, run where the page runs Python."""

import pytest

from wasmlab.checks.python_checks import PythonSubject

FILE = "py/words.py"


@pytest.mark.points(2)
@pytest.mark.feedback("count each word, and return the one with the largest count, and that count")
@pytest.mark.feedback("return the two: print shows them, and gives nothing back", came=None)
@pytest.mark.feedback(
    "return two things, with a comma between: the word, and how often it is there", came="'to'"
)
@pytest.mark.feedback(
    "a loop must come to its end: what changes on each way around?", came="TimeLimitExceeded"
)
@pytest.mark.parametrize(
    ("text", "word", "count"),
    [("to be or not to be to", "to", 3), ("one two two", "two", 2), ("all alone", "all", 1)],
)
def test_finds_the_most_common_word(python: PythonSubject, text: str, word: str, count: int) -> None:
    """most_common returns the word that is there most often, and how often; of several the first."""
    python.load(FILE).call("most_common", text).returns((word, count))


@pytest.mark.after("finds_the_most_common_word")
def test_letters_may_be_large(python: PythonSubject) -> None:
    """Large and small letters make the same word."""
    words = python.load(FILE)
    words.call("most_common", "is IT it It is").returns(("it", 3), help="text.lower() before it is split")


@pytest.mark.after("finds_the_most_common_word")
def test_no_word_is_no_error(python: PythonSubject) -> None:
    """A text without words has the most common word '', and none of it."""
    python.load(FILE).call("most_common", "  ").returns(("", 0), help="max(..., default='') is for this")


@pytest.mark.hidden
@pytest.mark.after("finds_the_most_common_word")
def test_says_nothing_and_counts_any_text(python: PythonSubject) -> None:
    """most_common returns its answer to any text, and prints nothing."""
    called = python.load(FILE).call("most_common", "a b a")
    called.prints(help="take the print out: whoever calls may print")
    called.returns(("a", 2), help="count the words of the text; do not look it up")
