"""New courses and lessons: usable at once, never over somebody's work."""

from __future__ import annotations

import threading
import tomllib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from wasmlab.build import build_lesson
from wasmlab.copying import Entry, Laid, lay_out
from wasmlab.course import load_course
from wasmlab.errors import FolderNotWritable, FolderTaken, NameRefused
from wasmlab.lesson import load_lesson
from wasmlab.scaffold import check_name, new_course, new_lesson

NAME = "a & b's Übung"


def test_a_new_course_holds_the_shipped_lessons_and_docs(tmp_path: Path) -> None:
    laid = new_course(tmp_path / "meine Übung")
    course = load_course(tmp_path / "meine Übung")
    assert "minimal-demo" in [lesson.name for lesson in course.lessons]
    assert "docs/README.md" in laid.created
    assert not [path for path in laid.created if "/dist/" in path or "__pycache__" in path]


def test_again_it_restores_what_was_deleted_and_keeps_what_was_edited(tmp_path: Path) -> None:
    new_course(tmp_path / "course")
    edited = tmp_path / "course" / "minimal-demo" / "lesson.toml"
    edited.write_text("# mine\n", encoding="utf-8")
    (tmp_path / "course" / "docs" / "README.md").unlink()
    laid = new_course(tmp_path / "course")
    assert (laid.created, laid.kept) == (("docs/README.md",), ("minimal-demo/lesson.toml",))
    assert edited.read_text(encoding="utf-8") == "# mine\n"


def test_a_copy_that_was_interrupted_is_completed_by_the_same_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_short(entries: Iterable[Entry], target: Path) -> Laid:
        def first() -> Iterator[Entry]:
            yield next(iter(entries))
            raise KeyboardInterrupt

        return lay_out(first(), target)

    with monkeypatch.context() as patch:
        patch.setattr("wasmlab.scaffold.lay_out", cut_short)
        with pytest.raises(KeyboardInterrupt):
            new_course(tmp_path / "course")
    assert new_course(tmp_path / "course").created
    assert load_course(tmp_path / "course").lesson("minimal-demo").title


def test_a_folder_with_something_else_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("two years", encoding="utf-8")
    with pytest.raises(FolderTaken):
        new_course(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "course").write_text("", encoding="utf-8")
    with pytest.raises(FolderTaken):
        new_course(tmp_path / "course")


def test_a_course_under_a_file_says_which_path_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FolderNotWritable, match="file"):
        new_course(tmp_path / "file" / "course")


@pytest.mark.parametrize(
    "name",
    ["", " ", ".", "..", ".hidden", "-x", "a/b", "a\\b", "a:b", "CON", "nul.txt", "com1", "dot.", "tab\t"],
)
def test_a_name_that_some_system_cannot_hold_is_refused_with_a_hint(name: str) -> None:
    with pytest.raises(NameRefused) as caught:
        check_name(name)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["loops", "week-3", "mein Übungsblatt", "console", "a & b's"])
def test_a_name_that_every_system_can_hold_is_taken(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize("name", ["dist", "docs", "Cases"])
def test_a_lesson_is_not_named_like_a_folder_of_ours(tmp_path: Path, name: str) -> None:
    with pytest.raises(NameRefused):
        new_lesson(tmp_path, name, None)


def test_a_new_lesson_builds_at_once(course_copy: Path) -> None:
    new_lesson(course_copy, "a & b's Übung", load_course(course_copy))
    results = build_lesson(load_lesson(course_copy / "a & b's Übung"))
    assert [(result.error, result.module.size > 0 if result.module else 0) for result in results] == [
        (None, True)
    ]


def test_a_new_lesson_comes_after_the_last_one(course_copy: Path) -> None:
    last = max(lesson.order for lesson in load_course(course_copy).lessons)
    new_lesson(course_copy, "loops", load_course(course_copy))
    assert load_lesson(course_copy / "loops").order == last + 10


def test_a_lesson_s_name_is_escaped_in_its_page(course_copy: Path) -> None:
    new_lesson(course_copy, "a & b", load_course(course_copy))
    assert "<h1>A &amp; b</h1>" in (course_copy / "a & b" / "index.html").read_text(encoding="utf-8")


def test_a_new_lesson_passes_its_check_at_once(run_cli: Any) -> None:
    assert run_cli("new", "lesson", "loops").exit_code == 0
    done = run_cli("check", "loops", "--engine", "wasmtime")
    assert done.exit_code == 0, done.stdout + done.stderr


def test_a_copy_s_manifest_differs_only_in_its_title_and_place(course_copy: Path) -> None:
    new_lesson(course_copy, "hand-made", load_course(course_copy), "minimal-demo")
    old = tomllib.loads((course_copy / "minimal-demo" / "lesson.toml").read_text(encoding="utf-8"))
    new = tomllib.loads((course_copy / "hand-made" / "lesson.toml").read_text(encoding="utf-8"))
    assert new == {**old, "title": "Hand made", "order": old["order"] + 10}


def test_a_copy_s_texts_and_cases_speak_of_it_and_not_of_where_it_came_from(course_copy: Path) -> None:
    new_lesson(course_copy, "hand-made", load_course(course_copy), "minimal-demo")
    made = course_copy / "hand-made"
    texts = [path.read_text("utf-8") for path in made.rglob("*") if path.suffix in (".md", ".html", ".json")]
    assert [text for text in texts if "minimal-demo" in text or "Hand-wired" in text] == []
    assert "wasmlab serve hand-made" in (made / "README.md").read_text("utf-8")


def test_a_lesson_over_another_one_is_refused(run_cli: Any) -> None:
    done = run_cli("new", "lesson", "minimal-demo")
    assert (done.exit_code, "is there already" in done.stderr, "hint: " in done.stderr) == (2, True, True)


def test_the_command_prints_what_to_type_next(tmp_path: Path, run_cli: Any) -> None:
    done = run_cli("new", "course", str(tmp_path / "mein Kurs"))
    assert done.exit_code == 0
    assert "wasmlab serve" in done.stdout
    assert "mein Kurs" in done.stdout.partition("next: cd ")[2]


@pytest.fixture
def served(course_copy: Path) -> Iterator[str]:
    """Return the address of a new lesson's page, built and served."""
    new_lesson(course_copy, NAME, load_course(course_copy))
    build_lesson(load_lesson(course_copy / NAME))
    handler = partial(SimpleHTTPRequestHandler, directory=str(course_copy))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{quote(NAME)}/"
        server.shutdown()


def run_with(page: Page, number: str) -> None:
    """Type as a person does: Firefox adds to a number field where it is told to fill it."""
    field = page.get_by_label("Number")
    field.press("ControlOrMeta+a")
    field.press_sequentially(number)
    page.get_by_role("button", name="Run").click()


@pytest.mark.in_chromium
def test_a_new_lesson_s_page_shows_the_result(served: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(served)
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("status")).to_have_text("Result: 42")
    assert (page.said, page.wrong) == (["log: WASM says: 42"], [])  # type: ignore[attr-defined]


def test_a_new_lesson_s_page_names_the_line_of_a_trap(served: str, new_page: Callable[..., Page]) -> None:
    page = new_page()
    page.goto(served)
    run_with(page, "2147483647")
    expect(page.get_by_role("status")).to_contain_text("c/twice.c:6:18 signed integer overflow")
    (said,) = page.said  # type: ignore[attr-defined]
    assert said.startswith("error: Run stopped: c/twice.c:6:18")
    run_with(page, "4")
    expect(page.get_by_role("status")).to_have_text("Result: 8")


@pytest.mark.in_chromium
def test_a_new_lesson_s_page_runs_again_after_a_rebuild(
    served: str, course_copy: Path, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(served)
    run_with(page, "5")
    expect(page.get_by_role("status")).to_have_text("Result: 10")
    source = course_copy / NAME / "c" / "twice.c"
    source.write_text(source.read_text(encoding="utf-8").replace("2 * x", "3 * x"), encoding="utf-8")
    build_lesson(load_lesson(course_copy / NAME))
    left = page.evaluate(
        """path => window.dispatchEvent(
             new CustomEvent('wasmlab:module', {cancelable: true, detail: {path}}))""",
        f"{NAME}/dist/twice.wasm",
    )
    assert not left
    expect(page.get_by_role("status")).to_have_text("Result: 15")
    expect(page.get_by_label("Number")).to_have_value("5")


@pytest.mark.in_chromium
def test_a_new_lesson_s_page_opened_as_a_file_says_so(
    course_copy: Path, new_page: Callable[..., Page]
) -> None:
    new_lesson(course_copy, NAME, load_course(course_copy))
    page = new_page()
    page.goto((course_copy / NAME / "index.html").as_uri())
    expect(page.get_by_role("status")).to_contain_text("opened as a file")
