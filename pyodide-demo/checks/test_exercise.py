"""The exercise in py/words.py, run where the page runs Python."""

import pytest

from wasmlab.checks.python_checks import PythonSubject

FILE = "py/words.py"


@pytest.mark.points(2)
@pytest.mark.feedback("count each word, and return the one with the largest count")
@pytest.mark.feedback("return the word itself: print shows it, and gives nothing back", came=None)
@pytest.mark.feedback("return the word, and not how often it is there", came="2")
@pytest.mark.feedback("read the name in the message letter by letter", came="NameError")
@pytest.mark.feedback("the message names the line where Python stops understanding", came="SyntaxError")
@pytest.mark.feedback("a loop must come to its end: what changes on each way around?", came="TimeLimitExceeded")
@pytest.mark.parametrize(
    ("text", "word"), [("to be or not to be to", "to"), ("one two two", "two"), ("all alone", "all")]
)
def test_finds_the_most_common_word(python: PythonSubject, text: str, word: str) -> None:
    """most_common returns the word that is there most often; of several the first."""
    python.load(FILE).call("most_common", text).returns(word)


@pytest.mark.after("finds_the_most_common_word")
def test_letters_may_be_large(python: PythonSubject) -> None:
    """Large and small letters make the same word."""
    words = python.load(FILE)
    words.call("most_common", "is IT it It is").returns("it", help="text.lower() before it is split")


@pytest.mark.after("finds_the_most_common_word")
def test_no_word_is_no_error(python: PythonSubject) -> None:
    """A text without words has the most common word ''."""
    python.load(FILE).call("most_common", "  ").returns("", help="max(..., default='') is for this")


@pytest.mark.hidden
@pytest.mark.after("finds_the_most_common_word")
def test_says_nothing(python: PythonSubject) -> None:
    """most_common returns its answer, and prints nothing."""
    python.load(FILE).call("most_common", "a b a").prints(help="take the print out: whoever calls may print")
