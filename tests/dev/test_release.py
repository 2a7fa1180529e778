"""The students' copy: starters, no cases, no hidden checks, no solution anywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.copying import RECORD, lay_out
from wasmlab.course import course_files, load_course
from wasmlab.dev.release.releasing import leaks_of, release
from wasmlab.errors import FolderTaken, ManifestError, SolutionLeaks, UsageError
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


def test_a_lesson_that_does_not_read_is_not_left_out_unsaid(course_copy: Path, tmp_path: Path) -> None:
    (course_copy / "minimal-demo" / "lesson.toml").write_text("order = ", encoding="utf-8")
    with pytest.raises(ManifestError, match="not TOML"):
        release(load_course(course_copy), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_students_get_neither_cases_nor_hidden_checks(released: dict[str, str]) -> None:
    assert [name for name in released if "/cases/" in name] == []
    assert [name for name, text in released.items() if "does_so_with_any_numbers" in text] == []
    assert "test_returns_the_sum" in released["minimal-demo/checks/test_add_and_log.py"]


def test_what_an_earlier_release_had_and_this_one_has_not_is_removed(
    course_copy: Path, lesson_copy: Path, tmp_path: Path
) -> None:
    out, late = tmp_path / "out", lesson_copy / "checks" / "test_late.py"
    text = 'import pytest\n\n\ndef test_late(wasm):\n    """x"""\n    assert wasm, "y"\n'
    late.write_text(text, encoding="utf-8")
    (lesson_copy / "notes").mkdir()
    for name in ("plain.txt", "edited.txt"):
        (lesson_copy / "notes" / name).write_text("first", encoding="utf-8")
    release(load_course(course_copy), out, with_solutions=True)
    (out / "minimal-demo" / "notes" / "edited.txt").write_text("mine", encoding="utf-8")
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    late.write_text(text.replace("\n", "\npytestmark = pytest.mark.hidden\n", 1), encoding="utf-8")
    for name in ("plain.txt", "edited.txt"):
        (lesson_copy / "notes" / name).unlink()
    made = release(load_course(course_copy), out)
    assert made.gone == (
        ".wasmlab/solution/minimal-demo/c/add_and_log.c",
        "minimal-demo/checks/test_late.py",
        "minimal-demo/notes/plain.txt",
    )
    assert made.stale == ("minimal-demo/notes/edited.txt",)
    assert not (out / ".wasmlab" / "solution").exists()
    assert not (out / "minimal-demo" / "checks" / "test_late.py").exists()
    assert (out / "mine.txt").read_text(encoding="utf-8") == "mine"
    (out / "minimal-demo" / "checks" / "test_late.py").write_text("mine", encoding="utf-8")
    again = release(load_course(course_copy), out)
    assert (again.gone, again.stale) == ((), ("minimal-demo/notes/edited.txt",))


def test_a_lecturer_s_own_course_is_no_place_for_a_release(course_copy: Path, tmp_path: Path) -> None:
    lay_out(course_files(course_copy), tmp_path / "own")
    for place in (tmp_path / "own", tmp_path / "own" / "minimal-demo"):
        (place / RECORD).write_text("{}", encoding="utf-8")
        with pytest.raises(FolderTaken):
            release(load_course(course_copy), place)


def test_neither_a_history_nor_a_virtual_environment_goes_to_students(
    course_copy: Path, lesson_copy: Path, tmp_path: Path
) -> None:
    for folder in (".git/objects", ".venv/lib", "test-results/x"):
        (lesson_copy / folder).mkdir(parents=True)
        (lesson_copy / folder / "ab").write_text("SECRET", encoding="utf-8")
    release(load_course(course_copy), tmp_path / "out")
    assert [name for name, text in _texts(tmp_path / "out").items() if "SECRET" in text] == []


SECRET_CHECK = """import pytest
{imports}

def test_open(wasm):
    \"\"\"x\"\"\"
    assert wasm.call("add_and_log", 5, 7).result == {open}, "y"


@pytest.mark.hidden
def test_secret({args}):
    \"\"\"x\"\"\"
    assert wasm.call("add_and_log", 1, 2).result == {secret}, "y"
"""
BESIDE = {
    "an import": ("from ours import OPEN, TOLD", "OPEN", "wasm", "TOLD", "ours.py:2: only hidden"),
    "a module": ("import ours", "ours.OPEN", "wasm", "ours.TOLD", "ours.py:2: only hidden"),
    "a fixture": ("", "12", "wasm, told", "told", "conftest.py:4: only hidden"),
    "data": ("", "12", "wasm", "open('told.json')", "told.json: only hidden"),
    "nothing": ("from ours import OPEN, TOLD", "OPEN + TOLD - 3", "wasm", "TOLD", ""),
}


@pytest.mark.parametrize("name", BESIDE)
def test_what_only_hidden_checks_use_in_another_file_is_told(lesson_copy: Path, name: str) -> None:
    imports, open_, args, secret, told = BESIDE[name]
    folder = lesson_copy / "checks"
    text = SECRET_CHECK.format(imports=imports, open=open_, args=args, secret=secret)
    (folder / "test_add_and_log.py").write_text(text, encoding="utf-8")
    (folder / "ours.py").write_text("OPEN = 12\nTOLD = 3\n", encoding="utf-8")
    fixture = "import pytest\n\n@pytest.fixture\ndef told():\n    return 3\n"
    (folder / "conftest.py").write_text(fixture, encoding="utf-8")
    (folder / "told.json").write_text("3", encoding="utf-8")
    found = [f"{each.where}: {each.what}" for each in leaks_of(load_lesson(lesson_copy))]
    assert [each.startswith(f"minimal-demo/checks/{told}") for each in found] == [True] * bool(told), found


def test_a_file_of_checks_that_is_hidden_as_a_whole_is_not_there(
    course_copy: Path, lesson_copy: Path, tmp_path: Path
) -> None:
    hidden = "import pytest\n\npytestmark = pytest.mark.hidden\n\n\ndef test_x(wasm):\n    assert wasm\n"
    (lesson_copy / "checks" / "test_hidden.py").write_text(hidden, encoding="utf-8")
    release(load_course(course_copy), tmp_path / "out")
    assert not (tmp_path / "out" / "minimal-demo" / "checks" / "test_hidden.py").exists()


CHECK = '    """x"""\n    assert wasm.call("add_and_log", 5, 7).result == 12, "SECRET"\n'
METHOD = CHECK.replace("    ", "        ").replace("wasm.", "self and wasm.")
OPEN = '\n\ndef test_open(wasm):\n    """x"""\n    assert wasm, "not hidden"\n'
HIDDEN = {
    "alias": f"import pytest\nsecret = pytest.mark.hidden\n@secret\ndef test_x(wasm):\n{CHECK}",
    "called": f"import pytest\n@pytest.mark.hidden()\ndef test_x(wasm):\n{CHECK}",
    "from pytest": f"from pytest import mark\n@mark.hidden\ndef test_x(wasm):\n{CHECK}",
    "imported mark": f"import pytest as pt\nm = pt.mark\n@m.hidden\ndef test_x(wasm):\n{CHECK}",
    "by name": f"import pytest as p\n@getattr(p.mark, 'hidden')\ndef test_x(wasm):\n{CHECK}",
    "method": f"import pytest\nclass TestX:\n    @pytest.mark.hidden\n    def test_x(self, wasm):\n{METHOD}"
    f"    def test_y(self, wasm):\n{METHOD.replace('SECRET', 'not hidden')}",
    "class": f"import pytest\n@pytest.mark.hidden\nclass TestX:\n    def test_x(self, wasm):\n{METHOD}",
    "class by its pytestmark": "import pytest\nh = pytest.mark.hidden\nclass TestX:\n    pytestmark = h\n"
    f"    def test_x(self, wasm):\n{METHOD}",
    "assigned": f"import pytest\ndef _x(wasm):\n{CHECK}\ntest_x = pytest.mark.hidden(_x)\n",
}


@pytest.mark.parametrize("form", HIDDEN)
def test_whatever_pytest_takes_for_hidden_is_taken_out(
    course_copy: Path, lesson_copy: Path, tmp_path: Path, form: str
) -> None:
    (lesson_copy / "checks" / "test_more.py").write_text(HIDDEN[form] + OPEN, encoding="utf-8")
    release(load_course(course_copy), tmp_path / "out")
    given = _texts(tmp_path / "out")
    assert [name for name, text in given.items() if "SECRET" in text] == []
    assert "not hidden" in given["minimal-demo/checks/test_more.py"]


def test_a_file_that_is_hidden_by_an_alias_is_not_there(
    course_copy: Path, lesson_copy: Path, tmp_path: Path
) -> None:
    text = f"import pytest\nh = pytest.mark.hidden\npytestmark = [h]\ndef test_x(wasm):\n{CHECK}"
    (lesson_copy / "checks" / "test_more.py").write_text(text, encoding="utf-8")
    release(load_course(course_copy), tmp_path / "out")
    assert not (tmp_path / "out" / "minimal-demo" / "checks" / "test_more.py").exists()


STUCK = {
    "only some sets of parameters of test_x are hidden": "@pytest.mark.parametrize('n', [1, pytest.param(2, "
    f"marks=pytest.mark.hidden)])\ndef test_x(wasm, n):\n{CHECK}",
    "test_x is hidden, and cannot be taken out": "if True:\n    @pytest.mark.hidden\n"
    f"    def test_x(wasm):\n{CHECK.replace('    ', '        ')}",
}


@pytest.mark.parametrize("what", STUCK)
def test_a_hidden_check_that_cannot_be_taken_out_is_refused_with_its_line(
    course_copy: Path, lesson_copy: Path, tmp_path: Path, what: str
) -> None:
    (lesson_copy / "checks" / "test_more.py").write_text(
        f"import pytest\n{STUCK[what]}{OPEN}", encoding="utf-8"
    )
    (leak,) = leaks_of(load_lesson(lesson_copy))
    assert leak.where in ("minimal-demo/checks/test_more.py:2", "minimal-demo/checks/test_more.py:3")
    assert leak.what.startswith(what)
    with pytest.raises(SolutionLeaks, match=what):
        release(load_course(course_copy), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_hidden_check_in_the_starter_is_refused(lesson_copy: Path) -> None:
    folder = lesson_copy / "cases" / "starter" / "checks"
    folder.mkdir()
    text = f"import pytest\n@pytest.mark.hidden\ndef test_x(wasm):\n{CHECK}"
    (folder / "test_more.py").write_text(text, encoding="utf-8")
    (lesson_copy / "checks" / "test_more.py").write_text(OPEN, encoding="utf-8")
    (leak,) = leaks_of(load_lesson(lesson_copy))
    assert leak.where == "minimal-demo/cases/starter/checks/test_more.py"


def test_checks_that_cannot_be_read_are_refused(course_copy: Path, lesson_copy: Path, tmp_path: Path) -> None:
    text = f"import pytest\n@pytest.mark.hiden\ndef test_x(wasm):\n{CHECK}"
    (lesson_copy / "checks" / "test_more.py").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"test_more\.py:2: test_x is marked 'hiden'"):
        release(load_course(course_copy), tmp_path / "out")


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
