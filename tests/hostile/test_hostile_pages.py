"""Pages that attack: each gets its outcome, the next one a clean browser, and nobody reaches the network."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from wasmlab.grade.batch import Options, grade
from wasmlab.grade.confining import choose
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.submission import Submission
from wasmlab.lesson import load_lesson

HERE = Path(__file__).parent
FOLDER, KINDS = "pages", ("js",)
_LIMITS = GradeLimits(seconds=15, browser=1 << 30)

_GROWING = sorted((HERE / "pages" / "over-limit").glob("grows-*.js"))


@pytest.fixture(scope="module")
def gradings(grade_corpus: Any, closed_port: tuple[int, list[str]]) -> Any:
    return grade_corpus(FOLDER, KINDS, "page", ("chromium",), _LIMITS, {"@PORT@": str(closed_port[0])})


def test_a_hostile_page_gets_the_outcome_that_it_names(hostile: Any, gradings: Any) -> None:
    graded = gradings.by_name[hostile.path.stem]
    assert graded.outcome in (hostile.outcome, *hostile.also), graded.to_json()


def test_no_page_reaches_the_network(gradings: Any, closed_port: tuple[int, list[str]]) -> None:
    assert gradings.batch.graded
    assert closed_port[1] == []


def test_no_page_reaches_the_network_from_firefox(tmp_path: Path, closed_port: tuple[int, list[str]]) -> None:
    """It passes by a context's proxy what a page sends while the context is closed."""
    port, reached = closed_port
    handed_in = [
        Submission(path.stem, {"web/page.js": path.read_bytes().replace(b"@PORT@", str(port).encode())})
        for name in ("asks-*.js", "reaches-out-*.js", "navigates-away.js")
        for path in sorted((HERE / "pages" / "failed").glob(name))
    ]
    batch = grade(
        load_lesson(HERE / "lessons" / "page"),
        handed_in,
        tmp_path,
        Options(("firefox",), choose(), _LIMITS, jobs=2),
    )
    assert [graded.outcome for graded in batch.graded] == ["failed"] * 5
    assert reached == []


def test_a_page_that_grows_is_told_so(gradings: Any) -> None:
    graded = gradings.by_name["grows-arrays"]
    assert graded.why == "checking takes more memory than 1024 MiB"


def test_a_page_that_grows_in_firefox_is_ended_and_the_next_gets_a_clean_browser(tmp_path: Path) -> None:
    grown = [Submission(path.stem, {"web/page.js": path.read_bytes()}) for path in _GROWING]
    correct = Submission("correct", {"web/page.js": (HERE / "pages/passed/correct.js").read_bytes()})
    options = Options(("firefox",), choose(), replace(_LIMITS, seconds=30), jobs=2)
    batch = grade(load_lesson(HERE / "lessons" / "page"), [*grown, correct], tmp_path, options)
    assert [graded.outcome for graded in batch.graded] == ["over-limit"] * len(grown) + ["passed"]
    assert {graded.why for graded in batch.graded[:-1]} == {"checking takes more memory than 1024 MiB"}


def test_a_page_that_spins_fails_with_what_is_wrong(gradings: Any) -> None:
    spun = gradings.by_name["a-loop-before-load"]
    assert spun.verdicts[0].message == "the page does not open, or does not answer"


def test_a_page_that_spins_is_ended_at_its_limit_and_the_next_gets_a_clean_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is shorter here than the step of a check that would otherwise find it out."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    spinning, correct = (
        {"web/page.js": (HERE / "pages" / name).read_bytes()}
        for name in ("failed/a-loop-before-load.js", "passed/correct.js")
    )
    handed_in = [Submission("spinning", spinning), Submission("correct", correct)]
    options = Options(("chromium",), choose(), GradeLimits(seconds=5))
    batch = grade(load_lesson(HERE / "lessons" / "page"), handed_in, tmp_path, options)
    assert [graded.outcome for graded in batch.graded] == ["over-limit", "passed"]
    assert "longer than 5 s" in batch.graded[0].why
    if sys.platform != "darwin":
        assert list(temporary.iterdir()) == [], "the profile of a browser that was ended"
