"""Whether a page runs what is handed in decides whether it may last from one submission to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from wasmlab.grade.room import hands_in_pages
from wasmlab.lesson import Lesson, Target


def _lesson(submit: tuple[str, ...], toolchain: str) -> Lesson:
    target = Target("sum", toolchain, ("c/sum.c",), "dist/sum.wasm")
    return Lesson(Path("sum"), "Sum", 1, "index.html", submit=submit, targets=(target,))


@pytest.mark.parametrize(
    ("submit", "toolchain", "theirs"),
    [
        (("c/sum.c",), "clang", False),
        (("c/sum.c",), "wasi", False),
        (("c/sum.c",), "emscripten", True),  # C can hold JavaScript there
        (("web/page.js",), "clang", True),
        (("c/sum.c", "index.html"), "clang", True),
        (("py/sum.py",), "clang", True),
    ],
)
def test_a_page_runs_what_is_handed_in_unless_that_becomes_wasm_alone(
    submit: tuple[str, ...], toolchain: str, theirs: bool
) -> None:
    assert hands_in_pages(_lesson(submit, toolchain)) is theirs
