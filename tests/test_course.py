"""Where the lessons are: at hand, above, or a copy in the user's cache."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from wasmlab import course as courses
from wasmlab.course import find_course, load_course
from wasmlab.errors import CourseMissing, FolderNotWritable, LessonUnknown, ManifestError
from wasmlab.scaffold import new_course


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an empty folder with an empty cache; return the cache."""
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_course_is_found_from_inside_one_of_its_lessons(
    lesson_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(lesson_copy / "c")
    found = find_course()
    assert (found.root, found.is_copy) == (lesson_copy.parent, False)


def test_a_folder_beside_a_stranger_s_lesson_is_not_in_a_course(course_copy: Path, nowhere: Path) -> None:
    (course_copy / "other").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course_copy / "other")
        assert find_course().is_copy
    assert nowhere.is_dir()


def test_a_folder_of_a_course_that_we_made_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_course(tmp_path / "course")
    monkeypatch.chdir(tmp_path / "course" / "docs")
    assert find_course().root == tmp_path / "course"


def test_a_folder_without_lessons_gets_a_copy_in_the_cache(nowhere: Path) -> None:
    found = find_course()
    assert found.is_copy
    assert found.root.parent == nowhere
    assert found.lesson("minimal-demo").root.is_dir()
    assert (found.root / "docs").is_dir()


@pytest.mark.usefixtures("nowhere")
def test_an_edit_in_the_copy_is_kept() -> None:
    source = find_course().lesson("minimal-demo").root / "c" / "add_and_log.c"
    source.write_text("// mine\n", encoding="utf-8")
    find_course()
    assert source.read_text(encoding="utf-8") == "// mine\n"


@pytest.mark.usefixtures("nowhere")
def test_a_shipped_lesson_that_has_changed_reaches_the_copy_but_not_over_an_edit(
    course_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(courses, "shipped_course", lambda: course_copy)
    copy = find_course().lesson("minimal-demo").root
    (copy / "README.md").write_text("mine\n", encoding="utf-8")
    shipped = course_copy / "minimal-demo"
    for name in ("README.md", "c/add_and_log.c"):
        (shipped / name).write_text("// a newer one\n", encoding="utf-8")
    find_course()
    assert (copy / "README.md").read_text(encoding="utf-8") == "mine\n"
    assert (copy / "c" / "add_and_log.c").read_text(encoding="utf-8") == "// a newer one\n"


@pytest.mark.usefixtures("nowhere")
def test_a_copy_that_was_cut_short_is_completed() -> None:
    root = find_course().root
    (root / ".wasmlab.json").unlink()
    (root / "minimal-demo" / "lesson.toml").unlink()
    assert find_course().lesson("minimal-demo").title


def test_a_cache_that_cannot_be_written_says_what_to_set(nowhere: Path) -> None:
    nowhere.write_text("a file where the cache should be", encoding="utf-8")
    with pytest.raises(FolderNotWritable) as caught:
        find_course()
    assert "WASMLAB_CACHE" in caught.value.hint


def test_a_named_folder_without_lessons_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CourseMissing) as caught:
        find_course(tmp_path)
    assert "wasmlab new course" in caught.value.hint


def test_a_named_folder_that_is_not_there_or_is_a_file_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(CourseMissing, match="does not exist"):
        find_course(tmp_path / "gone")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CourseMissing, match="is a file"):
        find_course(tmp_path / "file")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not remove a folder that somebody is in")
def test_a_current_folder_that_was_removed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(CourseMissing, match="has been removed") as caught:
        find_course()
    assert "--course" in caught.value.hint


@pytest.mark.parametrize("name", ["minimal-demo/lesson.toml", "minimal-demo/c/add_and_log.c"])
def test_a_file_of_a_lesson_names_the_lesson_that_is_wanted(course_copy: Path, name: str) -> None:
    with pytest.raises(LessonUnknown, match="is a file") as caught:
        load_course(course_copy).lesson(name)
    assert caught.value.hint == "name the lesson: minimal-demo"


def test_an_unknown_lesson_names_the_nearest(course_copy: Path) -> None:
    with pytest.raises(LessonUnknown) as caught:
        load_course(course_copy).lesson("minimal-dem")
    assert caught.value.hint == "did you mean 'minimal-demo'?"


def test_a_broken_manifest_does_not_hide_the_other_lessons(course_copy: Path) -> None:
    (course_copy / "broken").mkdir()
    (course_copy / "broken" / "lesson.toml").write_text("format = ", encoding="utf-8")
    found = load_course(course_copy)
    assert [lesson.name for lesson in found.lessons] == ["minimal-demo"]
    with pytest.raises(ManifestError):
        found.lesson("broken")


def test_what_builds_leave_is_no_lesson(course_copy: Path) -> None:
    for name in ("dist", "node_modules", ".hidden"):
        (course_copy / name).mkdir()
        (course_copy / name / "lesson.toml").write_text("", encoding="utf-8")
    assert [lesson.name for lesson in load_course(course_copy).lessons] == ["minimal-demo"]


def test_the_dot_names_the_lesson_at_hand(lesson_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(lesson_copy)
    assert find_course().lesson(".").name == "minimal-demo"


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize("trail", ["", "/", "/./c/.."])
def test_a_path_to_a_lesson_is_that_lesson_and_not_a_namesake_of_it(lesson_copy: Path, trail: str) -> None:
    path = f"{lesson_copy}{trail}"
    found = find_course(None, [path])
    assert (found.lesson(path).root, found.is_copy) == (lesson_copy, False)


def test_a_path_to_a_lesson_of_another_course_names_that_course(
    lesson_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_course(tmp_path / "another")
    monkeypatch.chdir(tmp_path / "another")
    with pytest.raises(LessonUnknown) as caught:
        find_course(tmp_path / "another").lesson(str(lesson_copy))
    assert caught.value.hint == f"--course {lesson_copy.parent}"


@pytest.mark.usefixtures("nowhere")
def test_a_path_to_nothing_is_no_lesson_though_its_last_part_is_the_name_of_one() -> None:
    with pytest.raises(LessonUnknown, match="no lesson is called 'elsewhere/minimal-demo'"):
        find_course(None, ["elsewhere/minimal-demo"]).lesson("elsewhere/minimal-demo")
