"""Every case of every lesson gets just the verdicts and the help that it says."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from wasmlab.build import build_lesson
from wasmlab.checks.pages import LessonPages
from wasmlab.dev.cases import Case, cases_of, try_case
from wasmlab.errors import CaseBroken, ToolMissing
from wasmlab.lesson import Lesson, load_lesson
from wasmlab.toolchains import toolchain

COURSE = Path(__file__).parents[2]
LESSONS = ("minimal-demo", "emscripten-starter-pack", "pyodide-demo")
# What the checks without a browser look at: the others would be built for nothing.
TARGETS = {"emscripten-starter-pack": {"hello_export", "hand_wired", "syscalls_wasi", "hello_stdio_wasi"}}

CASES = [case for name in LESSONS for case in cases_of(load_lesson(COURSE / name))[0]]


def _has_tools(lesson: Lesson) -> bool:
    try:
        for target in lesson.targets:
            toolchain(target.toolchain).find(None)
    except ToolMissing:
        return False
    return True


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Lesson], Lesson]:
    """Return a function that gives a lesson's copy, made and built once."""
    made: dict[str, Lesson] = {}

    def get(lesson: Lesson) -> Lesson:
        if lesson.name not in made:
            target = tmp_path_factory.mktemp("cases") / lesson.name
            ignored = shutil.ignore_patterns("dist", "cases", "__pycache__", "test_page.py")
            shutil.copytree(lesson.root, target, ignore=ignored)
            work = load_lesson(target)
            wanted = TARGETS.get(lesson.name)
            targets = [each for each in work.targets if wanted is None or each.name in wanted]
            made[lesson.name] = replace(work, targets=tuple(targets))
            build_lesson(made[lesson.name])
        return made[lesson.name]

    return get


@pytest.fixture(scope="module")
def lesson_pages_of_cases(browsers: object) -> Iterator[LessonPages]:
    pages = LessonPages(browsers)  # type: ignore[arg-type]
    pages.keeps = False
    yield pages
    pages.close()


def _in(engine: str) -> list[object]:
    chosen = [case for case in CASES if engine in case.engines]
    return [pytest.param(case, id=f"{case.lesson.name}-{case.name}") for case in chosen]


def _judge(case: Case, work: Lesson, pages: LessonPages | None) -> None:
    if not _has_tools(work):
        pytest.skip("its toolchain is not here")
    assert dict(try_case(case, work, case.engines, pages).told) == dict(case.expected)


@pytest.mark.parametrize("case", _in("wasmtime"))
def test_a_case_gets_its_verdicts(case: Case, works: Callable[[Lesson], Lesson]) -> None:
    _judge(case, works(case.lesson), None)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Lesson], Lesson]:
    """Return a function that gives a lesson's copy with all that its page shows, made and built once."""
    made: dict[str, Lesson] = {}

    def get(lesson: Lesson) -> Lesson:
        if lesson.name not in made:
            target = tmp_path_factory.mktemp("whole") / lesson.name
            shutil.copytree(lesson.root, target, ignore=shutil.ignore_patterns("cases", "__pycache__"))
            made[lesson.name] = load_lesson(target)
            build_lesson(made[lesson.name])
        return made[lesson.name]

    return get


@pytest.mark.parametrize("case", _in("chromium"))
def test_a_case_about_a_page_gets_its_verdicts(
    case: Case, whole: Callable[[Lesson], Lesson], lesson_pages_of_cases: LessonPages, browsers: object
) -> None:
    assert browsers
    _judge(case, whole(case.lesson), lesson_pages_of_cases)


@pytest.mark.parametrize(
    ("name", "least"), [("minimal-demo", 8), ("emscripten-starter-pack", 6), ("pyodide-demo", 6)]
)
def test_a_lesson_has_its_cases(name: str, least: int) -> None:
    names = [case.name for case in CASES if case.lesson.name == name]
    assert "starter" in names
    assert len(names) > least


def test_a_case_without_its_expectation_is_named(lesson_copy: Path) -> None:
    (lesson_copy / "cases" / "starter" / "expect.json").unlink()
    cases, broken = cases_of(load_lesson(lesson_copy))
    assert "starter" not in [case.name for case in cases]
    assert [error.what for error in broken] == ["minimal-demo/cases/starter/expect.json is not there"]


def test_a_key_that_nobody_knows_is_told_with_all_that_there_are(lesson_copy: Path) -> None:
    (lesson_copy / "cases" / "starter" / "expect.json").write_text('{"si": "x"}', encoding="utf-8")
    (error,) = cases_of(load_lesson(lesson_copy))[1]
    assert error.what.endswith("nobody knows si")
    assert error.hint == "it has is, engines, checks, edits, build, verdicts"


def test_a_new_case_of_a_lesson_without_a_module_is_tried_in_a_browser(lesson_copy: Path) -> None:
    (lesson_copy / "cases" / "new").mkdir()
    lesson = load_lesson(lesson_copy)
    engines = {case.name: case.engines for case in cases_of(lesson, new=True)[0]}
    assert engines["new"] == ("wasmtime",)
    (case,) = [each for each in cases_of(replace(lesson, targets=()), new=True)[0] if each.name == "new"]
    assert case.engines == ("chromium",)


MEANT_OTHERWISE = {
    '{"engines": ["wasmtme"]}': "engines: 'wasmtme' is not an engine",
    '{"engines": "chromium"}': "engines is no list of names",
    '{"engines": null}': "engines is no list of names",
    '{"engines": []}': "engines is no list of names",
    '{"checks": ["test_x.py"]}': "checks: 'test_x.py' is not a file of checks",
    '{"checks": "test_add_and_log.py"}': "checks is no list of names",
    '{"edits": {"file": "x"}}': "edits is no list",
    '{"edits": [{"file": "c/add_and_log.c", "find": 3, "put": ""}]}': "file, find and put",
    '{"edits": [{"file": "c/add.c", "find": "a", "put": ""}]}': "an edit is of c/add.c, and",
    '{"edits": [{"file": "../x/lesson.toml", "find": "a", "put": ""}]}': "an edit is of ../x",
    '{"verdicts": ["returns_the_sum"]}': "verdicts has an object for each check",
    '{"verdicts": {"returns_the_sum": "failed"}}': "verdicts has an object for each check",
    '{"build": "no"}': "build is no object",
    '{"is": 3}': "is is no text",
    '"starter"': "it is no object",
}


@pytest.mark.parametrize("text", MEANT_OTHERWISE)
def test_what_cannot_be_meant_in_a_case_is_told(lesson_copy: Path, text: str) -> None:
    (lesson_copy / "cases" / "subtracts" / "expect.json").write_text(text, encoding="utf-8")
    _cases, (error,) = cases_of(load_lesson(lesson_copy))
    assert f"subtracts/expect.json: {MEANT_OTHERWISE[text]}" in error.what
    assert error.hint


def test_an_edit_that_finds_its_place_no_more_is_named(lesson_copy: Path) -> None:
    main = lesson_copy / "web" / "main.js"
    main.write_text(main.read_text(encoding="utf-8").replace("addEventListener", "listen"), encoding="utf-8")
    case = next(case for case in cases_of(load_lesson(lesson_copy))[0] if case.edits)
    with pytest.raises(CaseBroken, match=r"is 0 times in web/main\.js"):
        case.contents()


def test_a_copy_of_a_lesson_under_another_name_has_the_same_verdicts(lesson_copy: Path) -> None:
    other = lesson_copy.rename(lesson_copy.with_name("another"))
    cases = {case.name: case for case in cases_of(load_lesson(other))[0]}
    for name in ("does-not-compile", "callback-not-called"):
        assert dict(try_case(cases[name], load_lesson(other)).told) == dict(cases[name].expected)
