"""A student's copy remembers how far they are, and gives back what was reset."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.course import load_course
from wasmlab.errors import ManifestError, NotForStudents
from wasmlab.learn.notebook import Notebook

SOURCE = "minimal-demo/c/add_and_log.c"


def _again(copy: Path) -> Notebook:
    return Notebook(load_course(copy))


def test_a_lecturer_s_course_is_refused(course_copy: Path) -> None:
    with pytest.raises(NotForStudents) as refused:
        Notebook(load_course(course_copy))
    assert "wasmlab new course DIR --student" in refused.value.hint


def test_a_course_with_nothing_to_do_is_told(copy: Path) -> None:
    manifest = copy / "minimal-demo" / "lesson.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("submit = ", "submit = [] # "), encoding="utf-8")
    with pytest.raises(NotForStudents, match="has anything to do"):
        _again(copy)
    manifest.write_text("order = ", encoding="utf-8")
    with pytest.raises(ManifestError, match="not TOML"):
        _again(copy)


def test_a_lesson_that_does_not_read_is_not_passed_over_unsaid(
    run_cli: Callable[..., Any], copy: Path
) -> None:
    (copy / "unread").mkdir()
    (copy / "unread" / "lesson.toml").write_text("order = ", encoding="utf-8")
    done = run_cli("learn", "--once", "--course", str(copy))
    assert "lesson 1 of 1" in done.stdout
    assert "this is not TOML" in done.stdout


def test_a_lesson_without_anything_to_edit_is_not_learned(run_cli: Callable[..., Any], copy: Path) -> None:
    shutil.copytree(copy / "minimal-demo", copy / "shown")
    manifest = copy / "shown" / "lesson.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("submit = ", "submit = [] # "), encoding="utf-8")
    done = run_cli("learn", "shown", "--once", "--course", str(copy))
    assert done.exit_code == 2
    assert "nothing in shown is yours to edit" in done.stderr
    assert "wasmlab serve shown" in done.stderr


def test_progress_is_kept(notebook: Notebook, copy: Path) -> None:
    lesson = notebook.next()
    notebook.note(lesson, passed=True)
    assert _again(copy).progress.passed == ("minimal-demo",)
    notebook.note(lesson, passed=False)
    assert _again(copy).progress.passed == ()


def test_a_lesson_whose_checks_were_changed_has_not_passed_them(notebook: Notebook, copy: Path) -> None:
    lesson = notebook.next()
    notebook.read_hint(lesson)
    notebook.note(lesson, passed=True)
    (lesson.root / "checks" / "test_more.py").write_text("def test_more(): ...\n", encoding="utf-8")
    again = _again(copy)
    assert (again.progress.passed, len(again.hints(lesson))) == ((), 1)
    again.note(lesson, passed=True)
    assert _again(copy).progress.passed == ("minimal-demo",)


def test_progress_of_a_version_before_counts(copy: Path) -> None:
    (copy / ".wasmlab" / "progress.json").write_text('{"passed": ["minimal-demo"], "hints": {}}', "utf-8")
    assert _again(copy).progress.passed == ("minimal-demo",)


@pytest.mark.parametrize(
    "text",
    ['{"passed": 3', "[]", '{"passed": [], "hints": {"a": Infinity}}', "[" * 100_000],
    ids=["cut short", "of another form", "no number", "too deep"],
)
def test_damaged_progress_is_no_progress(copy: Path, text: str) -> None:
    (copy / ".wasmlab" / "progress.json").write_text(text, encoding="utf-8")
    assert _again(copy).progress.passed == ()


def test_hints_come_one_by_one_and_end(notebook: Notebook, copy: Path) -> None:
    lesson = notebook.next()
    counts = [len(notebook.read_hint(lesson)) for _ in range(5)]
    assert counts == [1, 2, 3, 3, 3]
    assert _again(copy).hints(lesson) == list(lesson.hints)


def test_a_reset_brings_the_beginning_back_and_keeps_the_work(notebook: Notebook, copy: Path) -> None:
    lesson, before = notebook.next(), (copy / SOURCE).read_text(encoding="utf-8")
    assert notebook.reset(lesson) is None
    for work in ("first try", "second try"):
        (copy / SOURCE).write_text(work, encoding="utf-8")
        kept = notebook.reset(lesson)
        assert (copy / SOURCE).read_text(encoding="utf-8") == before
        assert kept is not None
        assert (kept / "c" / "add_and_log.c").read_text(encoding="utf-8") == work


def test_a_file_that_was_deleted_comes_back(notebook: Notebook, copy: Path) -> None:
    (copy / SOURCE).unlink()
    assert notebook.is_touched(notebook.next())
    assert notebook.reset(notebook.next()) is None  # there was nothing to keep
    assert (copy / SOURCE).is_file()


def test_a_folder_in_the_place_of_a_file_is_kept_too(notebook: Notebook, copy: Path) -> None:
    before = (copy / SOURCE).read_text(encoding="utf-8")
    (copy / SOURCE).unlink()
    (copy / SOURCE).mkdir()
    (copy / SOURCE / "mine.c").write_text("mine", encoding="utf-8")
    kept = notebook.reset(notebook.next())
    assert kept is not None
    assert (kept / "c" / "add_and_log.c" / "mine.c").read_text(encoding="utf-8") == "mine"
    assert (copy / SOURCE).read_text(encoding="utf-8") == before
    assert [path.name for path in (copy / SOURCE).parent.iterdir()] == ["add_and_log.c"]


def test_two_terminals_keep_each_other_s_progress(notebook: Notebook, copy: Path) -> None:
    other = _again(copy)
    notebook.note(notebook.next(), passed=True)
    assert len(other.read_hint(other.lessons[0])) == 1
    assert len(notebook.read_hint(notebook.lessons[0])) == 2
    found = _again(copy).progress
    assert (found.passed, found.hints) == (("minimal-demo",), {"minimal-demo": 2})


def test_the_solution_is_the_one_that_was_handed_out(notebook: Notebook, copy: Path) -> None:
    assert notebook.solution(notebook.next()) == copy / ".wasmlab" / "solution" / "minimal-demo"


def test_hint_and_reset_are_commands(run_cli: Callable[..., Any], copy: Path) -> None:
    course = ("--course", str(copy))
    assert run_cli("hint", *course).stdout.startswith("minimal-demo, hint 1 of 3: The host is told")
    assert len(run_cli("hint", "minimal-demo", *course).stdout.splitlines()) == 2
    assert run_cli("reset", "minimal-demo", *course).stdout == "minimal-demo is as it was at the beginning\n"
    (copy / SOURCE).write_text("mine", encoding="utf-8")
    done = run_cli("reset", "minimal-demo", "--yes", *course)
    assert done.stdout.startswith("your files are kept in ")
    assert (copy / SOURCE).read_text(encoding="utf-8") != "mine"
    (copy / SOURCE).unlink()
    assert run_cli("reset", "minimal-demo", "--yes", *course).stdout == "the files that were gone are back\n"


def test_a_student_s_course_is_made_by_a_command(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    done = run_cli("new", "course", str(tmp_path / "mine"), "--student")
    assert done.exit_code == 0, done.stderr
    assert "wasmlab learn" in done.stdout
    starter = (tmp_path / "mine" / SOURCE).read_text(encoding="utf-8")
    assert "js_log(sum)" not in starter
    assert not list((tmp_path / "mine").glob("*/cases"))


@pytest.mark.parametrize("command", [("learn", "--once"), ("hint",), ("reset", "minimal-demo")])
def test_a_folder_that_is_no_course_is_told_and_not_the_shipped_one(
    run_cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    done = run_cli(*command)
    assert done.exit_code == 2
    assert "error: there is no lesson in this folder" in done.stderr
    assert "go to your copy of the course" in done.stderr


def test_learn_in_a_pipe_checks_once_and_ends(copy: Path, run_cli: Any) -> None:
    """Whoever reads it would wait for ever."""
    done = run_cli("learn", "--course", str(copy), "--engine", "wasmtime")
    assert done.exit_code == 1
    assert "lesson 1 of 1" in done.stdout
