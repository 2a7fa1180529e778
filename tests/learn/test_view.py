"""What a student sees: as much as fits, the first failure explained, nothing that steers the terminal."""

from __future__ import annotations

from wasmlab.checks.verdicts import Verdict
from wasmlab.learn.checking import Outcome
from wasmlab.learn.fitting import painted
from wasmlab.learn.notebook import Notebook
from wasmlab.learn.view import KEYS, View


def _verdict(name: str, word: str, **more: str) -> Verdict:
    return Verdict("minimal-demo", name, "wasmtime", word, f"{name} does it.", **more)  # type: ignore[arg-type]


def _view(notebook: Notebook, *verdicts: Verdict, problems: tuple[str, ...] = ()) -> View:
    return View(notebook.next(), (1, 3), outcome=Outcome(verdicts, problems))


def test_the_first_failure_is_explained_and_the_keys_are_last(notebook: Notebook) -> None:
    failed = _verdict("b", "failed", expected="12", came="13", try_this="add")
    lines = _view(notebook, _verdict("a", "passed"), failed, _verdict("c", "failed")).lines(100, 30)
    assert "  passed   a does it." in lines
    at = lines.index("b does it.")
    assert [line.strip() for line in lines[at + 1 : at + 4]] == [
        "expected: 12",
        "came:     13",
        "try:      add",
    ]
    assert lines[-1] == KEYS


def test_sets_of_parameters_are_one_line_the_worst(notebook: Notebook) -> None:
    lines = _view(notebook, _verdict("a", "passed"), _verdict("a", "failed")).lines(100, 30)
    assert [line for line in lines if "a does it" in line] == ["  failed   a does it.", "a does it."]


def test_a_hundred_checks_fit_a_small_terminal(notebook: Notebook) -> None:
    verdicts = [_verdict(f"n{n}", "passed" if n % 2 else "failed") for n in range(100)]
    lines = _view(notebook, *verdicts).lines(80, 24)
    assert len(lines) <= 24
    assert "  passed   50 checks" in lines
    assert lines[-1] == KEYS


def test_a_flood_from_the_compiler_is_cut(notebook: Notebook) -> None:
    lines = _view(notebook, problems=tuple(f"error: {n}" for n in range(500))).lines(80, 40)
    assert len(lines) <= 40
    assert "... and 485 more lines" in lines


def test_nothing_steers_the_terminal_and_no_line_is_too_long(notebook: Notebook) -> None:
    view = _view(notebook, _verdict("a", "failed", came="\x1b[2Jgone", message="x" * 500))
    lines = view.lines(60, 30)
    assert not [line for line in lines if "\x1b" in line or len(line) > 60]


def test_what_is_to_be_read_is_read_in_any_terminal(notebook: Notebook) -> None:
    words = [f"word{n}" for n in range(40)]
    view = _view(notebook, _verdict("a", "failed", try_this=" ".join(words)))
    view.hints = [" ".join(reversed(words))]
    lines = view.lines(50, 40)
    text = " ".join(lines)
    assert [text.count(f"{word} ") for word in words] == [2] * len(words)
    (tried,) = [n for n, line in enumerate(lines) if "try:" in line]
    assert lines[tried + 1].startswith("            word"), "it goes on below the words, not below try:"
    assert all(len(line) <= 50 for line in lines)


def test_the_keys_and_the_news_stay_whatever_is_listed(notebook: Notebook) -> None:
    view = _view(notebook, _verdict("a", "failed", came="no"))
    view.listing = [f"  open     lesson {n}" for n in range(50)]
    view.news = "your files are kept"
    lines = view.lines(80, 24)
    assert len(lines) == 24
    assert lines[-3:] == ["your files are kept", "", KEYS]


def test_a_line_of_code_is_cut_and_says_so(notebook: Notebook) -> None:
    code = "    2 | " + "x" * 100
    lines = _view(notebook, problems=("error: no", code)).lines(40, 30)
    assert [line for line in lines if "|" in line] == [code[:39] + "\u2026"]


def test_only_states_at_the_beginning_of_a_line_are_painted() -> None:
    shown = painted(["A title", "  passed   a failed attempt", "came: passed", KEYS])
    assert shown[1] == "  \x1b[32mpassed\x1b[m   a failed attempt"
    assert shown[2] == "came: passed"


def test_hints_are_gone_when_the_lesson_passes(notebook: Notebook) -> None:
    view = _view(notebook, _verdict("a", "passed"))
    view.hints = ["think of it"]
    assert not [line for line in view.lines(80, 24) if "think" in line]


def test_a_lesson_passes_only_where_something_was_checked() -> None:
    skipped = _verdict("a", "skipped", message="a page needs a browser")
    assert not Outcome((skipped,)).passed
    assert Outcome((skipped, _verdict("b", "passed"))).passed
    assert not Outcome((_verdict("b", "passed"), _verdict("c", "skipped", waits_for="b"))).passed
    assert not Outcome((), ("error: no",)).passed
