"""What a student sees: as much as fits, the first failure explained, nothing that steers the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

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


def test_a_hint_that_was_asked_for_is_shown_where_nothing_is_drawn(notebook: Notebook) -> None:
    view = _view(notebook, _verdict("a", "failed"))
    view.hints = notebook.read_hint(notebook.next())
    assert [line for line in view.plain() if line.startswith("hint 1")] == []
    view.asked = "hint"
    assert [line for line in view.plain() if line.startswith("hint 1 of 3: ")] != []


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


def test_every_file_to_edit_is_named_in_whole(notebook: Notebook) -> None:
    view = _view(notebook)
    view.lesson = replace(
        view.lesson, submit=("c/a_file_with-a-long_name.c", "js/another-file-with-a-long-name.mjs")
    )
    lines = view.lines(60, 24)
    assert "js/another-file-with-a-long-name.mjs" in " ".join(lines)
    assert "minimal-demo/c/a_file_with-a-long_name.c" in " ".join(lines)


def _crowded(notebook: Notebook) -> View:
    more = {"expected": "x " * 150, "came": "y " * 150, "try_this": "z " * 100}
    view = _view(notebook, *(_verdict(name, "failed", **more) for name in "abcdefg"))
    view.hints = [f"{word} " * 30 for word in ("first", "second", "third")]
    view.listing = [f"  open     lesson {n}" for n in range(5)]
    return view


@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 20), (100, 12)])
def test_what_the_last_key_asked_for_is_seen_and_what_is_not_is_counted(
    notebook: Notebook, width: int, height: int
) -> None:
    view = _crowded(notebook)
    for asked, text in [("hint", "hint 3 of 3"), ("list", "open     lesson 0"), ("", "expected: x")]:
        view.asked = asked
        lines = view.lines(width, height)
        assert text in "\n".join(lines), asked
        assert [line for line in lines if "more lines: make the window taller" in line], asked
        assert len(lines) <= height


def test_what_is_left_out_is_counted_rightly(notebook: Notebook) -> None:
    view = _crowded(notebook)
    whole, lines = view.lines(80, 200), view.lines(80, 30)
    (mark,) = [line for line in lines if "make the window taller" in line]
    below = whole.index("a does it.")
    in_whole = [line for line in whole[below:] if line]
    seen = [line for line in lines[lines.index("a does it.") :] if line and line != mark]
    assert mark == f"\u2026 {len(in_whole) - len(seen)} more lines: make the window taller"


def test_all_keys_are_seen_in_a_narrow_window_and_look_alike(notebook: Notebook) -> None:
    lines = _crowded(notebook).lines(40, 20)
    assert lines[-2:] == ["h hint   n next   l list   c check all", "x reset   q quit"]
    assert [line[:4] for line in painted(lines)[-2:]] == ["\x1b[2m"] * 2


def test_a_check_s_line_goes_on_in_the_next_one_where_there_is_room(notebook: Notebook) -> None:
    verdict = Verdict("minimal-demo", "a", "wasmtime", "passed", "word " * 20 + "end")
    lines = _view(notebook, verdict).lines(60, 24)
    assert next(line for line in lines if line.endswith(" end")).startswith(" " * 11)
