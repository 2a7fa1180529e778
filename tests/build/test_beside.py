"""The page of a module is begun while the rest of its build goes on."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from wasmlab.build import Options, build_lesson, build_modules
from wasmlab.build.beside import Pages, panel_path, publish_panels
from wasmlab.lesson import Lesson, load_lesson
from wasmlab.process import Group


@pytest.fixture
def lesson(course_copy: Path) -> Lesson:
    return load_lesson(course_copy / "minimal-demo")


def built(lesson: Lesson, options: Options | None = None) -> tuple[bytes, bytes]:
    """Build and return the module and its page."""
    assert [result.error for result in build_lesson(lesson, options)] == [None]
    module = lesson.root / lesson.targets[0].output
    return module.read_bytes(), panel_path(module).read_bytes()


def test_a_page_that_was_begun_is_the_one_that_is_made_afterwards(lesson: Lesson) -> None:
    _module, page = built(lesson)
    path = panel_path(lesson.root / lesson.targets[0].output)
    path.unlink()
    publish_panels(lesson)
    assert path.read_bytes() == page


def test_a_page_is_of_the_module_that_is_published_whatever_was_begun(lesson: Lesson) -> None:
    _module, released = built(lesson, Options("release"))
    debug, page = built(lesson)
    with Pages(Group()) as pages:
        pages.begin(lesson.targets[0], debug)
        build_modules(lesson, Options("release"))
        publish_panels(lesson, pages)
    path = panel_path(lesson.root / lesson.targets[0].output)
    assert page != released == path.read_bytes()


def test_what_was_begun_and_is_not_wanted_leaves_nothing(
    lesson: Lesson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[bytes] = []
    begin = Pages.begin
    monkeypatch.setattr(
        Pages, "begin", lambda self, target, data: (begun.append(data), begin(self, target, data))
    )
    rest = tmp_path / "rest"
    rest.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(rest))
    (lesson.root / lesson.targets[0].output / "in-the-way").mkdir(parents=True)
    assert [bool(result.error) for result in build_lesson(lesson)] == [True]
    assert (len(begun), list(rest.iterdir())) == (1, [])
