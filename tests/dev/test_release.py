"""The students' copy: starters, no cases, no hidden checks, no solution anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.course import load_course
from wasmlab.dev.release import leaks_of, release
from wasmlab.errors import FolderTaken, SolutionLeaks
from wasmlab.lesson import load_lesson


def _texts(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8", "replace") for path in files}


@pytest.fixture
def released(course_copy: Path, tmp_path: Path) -> dict[str, str]:
    release(load_course(course_copy), tmp_path / "out")
    return _texts(tmp_path / "out")


def test_students_get_the_starter(released: dict[str, str], lesson_copy: Path) -> None:
    starter = (lesson_copy / "cases" / "starter" / "c" / "add_and_log.c").read_text(encoding="utf-8")
    assert released["minimal-demo/c/add_and_log.c"] == starter
    assert released[".wasmlab/starter/minimal-demo/c/add_and_log.c"] == starter


def test_students_get_neither_cases_nor_hidden_checks(released: dict[str, str]) -> None:
    assert [name for name in released if "/cases/" in name] == []
    assert [name for name, text in released.items() if "returns_the_sum_of_any_numbers" in text] == []
    assert "test_returns_the_sum" in released["minimal-demo/checks/test_add_and_log.py"]


def test_a_file_of_checks_that_is_hidden_as_a_whole_is_not_there(
    course_copy: Path, lesson_copy: Path, tmp_path: Path
) -> None:
    hidden = "import pytest\n\npytestmark = pytest.mark.hidden\n\n\ndef test_x(wasm):\n    assert wasm\n"
    (lesson_copy / "checks" / "test_hidden.py").write_text(hidden, encoding="utf-8")
    release(load_course(course_copy), tmp_path / "out")
    assert not (tmp_path / "out" / "minimal-demo" / "checks" / "test_hidden.py").exists()


def test_the_solution_stands_nowhere(released: dict[str, str]) -> None:
    assert [name for name, text in released.items() if "js_log(sum);\n  return sum;" in text] == []


def test_a_file_that_shows_the_solution_is_refused(
    course_copy: Path, lesson_copy: Path, tmp_path: Path
) -> None:
    notes = lesson_copy / "web" / "notes.txt"
    notes.write_text("int sum = a + b;\n\n    js_log(sum);\n", encoding="utf-8")
    with pytest.raises(SolutionLeaks, match=r"web/notes\.txt: students would read 'int sum = a \+ b;'"):
        release(load_course(course_copy), tmp_path / "out")
    notes.unlink()
    assert leaks_of(load_lesson(lesson_copy)) == []


def test_a_page_of_the_course_that_shows_the_solution_is_left_out(course_copy: Path, tmp_path: Path) -> None:
    (course_copy / "docs").mkdir()
    (course_copy / "docs" / "answer.md").write_text("int sum = a + b;\njs_log(sum);\n", encoding="utf-8")
    (course_copy / "docs" / "lecture.md").write_text("A module has imports.\n", encoding="utf-8")
    made = release(load_course(course_copy), tmp_path / "out")
    assert made.left_out == ("docs/answer.md",)
    assert (tmp_path / "out" / "docs" / "lecture.md").is_file()
    assert not (tmp_path / "out" / "docs" / "answer.md").exists()


def test_solutions_are_handed_out_when_asked_for(course_copy: Path, tmp_path: Path) -> None:
    release(load_course(course_copy), tmp_path / "out", with_solutions=True)
    solution = tmp_path / "out" / ".wasmlab" / "solution" / "minimal-demo" / "c" / "add_and_log.c"
    assert "js_log(sum);" in solution.read_text(encoding="utf-8")


def test_a_folder_of_somebody_else_is_left_alone(course_copy: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderTaken):
        release(load_course(course_copy), tmp_path / "out")


def test_the_students_copy_builds_and_fails_its_checks(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    done = run_cli("dev", "release", str(tmp_path / "out"))
    assert done.exit_code == 0, done.stderr
    assert run_cli("build", "--course", str(tmp_path / "out")).exit_code == 0
