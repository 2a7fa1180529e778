"""A save that comes while the compiler is at work is not taken for built."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from wasmlab.build import Options, build_lesson
from wasmlab.lesson import load_lesson
from wasmlab.toolchains.plan import Step

MARK = '__attribute__((used)) const char mark[] = "late";\n'


def _saves_before_linking(path: Path, text: str) -> Callable[[Step], None]:
    def on_step(step: Step) -> None:
        if step.text.startswith("link"):
            path.write_text(text, encoding="utf-8")

    return on_step


@pytest.mark.parametrize("name", ["add_and_log.c", "mark.h"])
def test_the_next_build_takes_it(lesson_copy: Path, name: str) -> None:
    lesson = load_lesson(lesson_copy)
    source, header = lesson_copy / "c" / "add_and_log.c", lesson_copy / "c" / "mark.h"
    source.write_text('#include "mark.h"\n' + source.read_text("utf-8"), encoding="utf-8")
    header.write_text("\n", encoding="utf-8")
    late = lesson_copy / "c" / name
    build_lesson(lesson, Options(on_step=_saves_before_linking(late, late.read_text("utf-8") + MARK)))
    (result,) = build_lesson(lesson, Options())
    assert (result.error, result.fresh) == (None, False)
    assert b"late" in (lesson_copy / result.target.output).read_bytes()
    (again,) = build_lesson(lesson, Options())
    assert again.fresh
