"""What a page runs decides whether it may last, and whose fault it is where it does not open."""

from __future__ import annotations

from pathlib import Path

import pytest

from wasmlab.checks.pages import NOT_OPEN
from wasmlab.checks.verdicts import Verdict, Word
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.scrubbing import Scrubber
from wasmlab.grade.template import Template
from wasmlab.grade.workers.room import Room, hands_in_pages
from wasmlab.lesson import Lesson, Target
from wasmlab.process import Group


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


@pytest.mark.parametrize(
    ("submit", "said", "message", "word"),
    [
        (("web/page.js",), "failed", NOT_OPEN, "failed"),
        (("web/page.js",), "error", "TargetClosedError: Page.goto: Target page has been closed", "failed"),
        (("c/sum.c",), "failed", NOT_OPEN, "failed"),  # the page may call it as it loads
        (("c/sum.c",), "error", "Error: Page.goto: net::ERR_FAILED", "error"),
        (("py/sum.py",), "failed", NOT_OPEN, "error"),
        (("py/sum.py",), "failed", "the sum is wrong", "failed"),
    ],
)
def test_a_page_that_does_not_open_is_the_students_where_it_runs_what_is_handed_in(
    submit: tuple[str, ...],
    said: Word,
    message: str,
    word: Word,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So it is told also in a verdict that falls before the time for all checks is over."""
    came = Verdict("sum", "test_page", "chromium", said, "It shows it.", message=message)
    monkeypatch.setattr(Room, "_run_checks", lambda _room, _lesson, hear: hear(came))
    told: list[Verdict | None] = []
    room = Room(tmp_path, Template(tmp_path, "sum"), Group(), None, ("chromium",), GradeLimits(), "none")
    graded = room._checked(
        "one", _lesson(submit, "clang"), lambda _phase, verdict: verdict and told.append(verdict)
    )
    assert [verdict.verdict for verdict in graded.verdicts] == [word]
    assert told == list(graded.verdicts)


def test_where_a_page_was_served_is_not_told(tmp_path: Path) -> None:
    """The port is another one each time, and the same batch twice gives the same report."""
    came = (
        "TypeError\n    at double (http://127.0.0.1:38393/web/page.js:1:189)\n    at http://127.0.0.1:38393/"
    )
    assert Scrubber(tmp_path).text(came) == "TypeError\n    at double (web/page.js:1:189)\n    at "
