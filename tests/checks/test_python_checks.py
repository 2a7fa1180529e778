"""What a check of Python says of an error: the file, the line, the mark below it, and the runner's advice."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from wasmlab.checks.notmet import NotMet
from wasmlab.checks.python_checks import Frame, PythonRoom, PythonSubject, Said
from wasmlab.errors import CheckBroken
from wasmlab.lesson import Lesson

FILE = "py/words.py"
TEXT = "def f(t):\n    return t.lowr()\n"
GOOD = Said("", None, "")


class _Room:
    """Answers as the worker does, one answer after the other."""

    def __init__(self, *answers: Said) -> None:
        self._answers = list(answers)

    def run(self, _code: str, _stdin: str, _seconds: float) -> Said:
        return self._answers.pop(0)


def _subject(root: Path, *answers: Said) -> PythonSubject:
    file = root / "words" / FILE
    file.parent.mkdir(parents=True)
    file.write_text(TEXT, encoding="utf-8")
    return PythonSubject(
        Lesson(root / "words", "Words", 1, "index.html"), cast(PythonRoom, _Room(GOOD, *answers))
    )


def _not_met(subject: PythonSubject) -> NotMet:
    with pytest.raises(NotMet) as caught:
        subject.load(FILE).call("f", "A").returns("a", help="compare the letters")
    return caught.value


def test_an_error_in_a_call_names_the_innermost_line_of_the_file(tmp_path: Path) -> None:
    frames = (Frame("<run 3>", 1, (0, 6)), Frame("<run 2>", 2, (11, 17)), Frame("/lib/x.py", 9, (0, 1)))
    said = Said("", None, "AttributeError", "no attribute 'lowr'", frames, "Write `.lower`.")
    error = _not_met(_subject(tmp_path, GOOD, said))
    marked = "return t.lowr()\n       ^^^^^^"
    assert error.came == f"AttributeError: no attribute 'lowr'\nin {FILE}, line 2:\n{marked}"
    assert error.advice == "Write `.lower`."


def test_a_file_that_does_not_parse_names_its_line(tmp_path: Path) -> None:
    said = Said("", None, "SyntaxError", "invalid syntax", (Frame("<run 2>", 1, (0, 3)),))
    error = _not_met(_subject(tmp_path, said))
    assert error.message == f"{FILE} ends in an error"
    assert error.came.splitlines()[1:] == [f"in {FILE}, line 1:", "def f(t):", "^^^"]


@pytest.mark.parametrize("value", [{"a", "b"}, [1, frozenset("ab")], {"found": ({"a", "b"},)}])
def test_a_set_is_not_compared_by_how_it_is_shown(tmp_path: Path, value: object) -> None:
    """Its order is another one in each process: the verdict would be a matter of luck."""
    called = _subject(tmp_path, GOOD, Said("", repr(value), "")).load(FILE).call("f", "A")
    with pytest.raises(CheckBroken, match="no certain order"):
        called.returns(value)


@pytest.mark.parametrize("value", [set(), {"a"}, ["a", "b"], {"a": [1]}])
def test_what_is_shown_alike_everywhere_is_compared(tmp_path: Path, value: object) -> None:
    _subject(tmp_path, GOOD, Said("", repr(value), "")).load(FILE).call("f", "A").returns(value)


def test_where_the_time_was_over_is_another_line_each_time(tmp_path: Path) -> None:
    said = Said("", None, "TimeLimitExceeded", "longer than 5 s", (Frame("<run 2>", 2, (4, 5)),))
    assert _not_met(_subject(tmp_path, GOOD, said)).came == "TimeLimitExceeded: longer than 5 s"


def test_a_function_that_is_not_defined_is_told_as_that(tmp_path: Path) -> None:
    said = Said("", None, "NameError", "name 'f' is not defined", (Frame("<run 3>", 1, (0, 1)),), "quotes?")
    assert "def f(...):" in _not_met(_subject(tmp_path, GOOD, said)).advice


def test_another_error_than_the_one_that_is_wanted_is_told_with_its_advice(tmp_path: Path) -> None:
    said = Said("", None, "NameError", "name 'f' is not defined")
    with pytest.raises(NotMet) as caught:
        _subject(tmp_path, GOOD, said).load("py/words.py").call("f").raises("ValueError")
    assert "def f(...):" in caught.value.advice


def test_a_file_that_is_gone_can_be_had_back(tmp_path: Path) -> None:
    subject = _subject(tmp_path)
    (tmp_path / "words" / FILE).unlink()
    error = _not_met(subject)
    assert error.message == f"{FILE} cannot be read"
    assert error.help == "create it, or take it back: wasmlab reset words"
    assert str(tmp_path) not in str(error)
