"""Python that attacks: each gets its outcome, and none reaches the network or the checks."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from wasmlab.grade.limits import GradeLimits

FOLDER, KINDS = "python", ("py",)
HERE = Path(__file__).parent
_LIMITS = GradeLimits(seconds=180)


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def gradings(
    request: pytest.FixtureRequest,
    grade_corpus: Any,
    closed_port: tuple[int, list[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Any:
    lesson = tmp_path_factory.mktemp("course") / "python"
    shutil.copytree(HERE / "lessons" / "python", lesson)
    shutil.copytree(HERE.parents[1] / "pyodide-demo" / "runner", lesson / "runner")
    return grade_corpus(FOLDER, KINDS, lesson, (request.param,), _LIMITS, {"@PORT@": str(closed_port[0])})


def test_hostile_python_gets_the_outcome_that_it_names(hostile: Any, gradings: Any) -> None:
    graded = gradings.by_name[hostile.path.stem]
    assert graded.outcome == hostile.outcome, graded.to_json()
    told = str(graded.to_json())
    assert [said for said in hostile.says if said not in told] == []


def test_no_python_reaches_the_network_or_the_checks(
    gradings: Any, closed_port: tuple[int, list[str]]
) -> None:
    assert gradings.batch.graded
    assert closed_port[1] == []
    assert "the-checks-are-not-shown" not in gradings.written


def test_python_that_never_ends_costs_one_time_limit(gradings: Any) -> None:
    for name in ("loop-that-catches-all", "output-flood"):
        ran = [v for v in gradings.by_name[name].verdicts if v.verdict != "skipped"]
        assert len(ran) == 1, ran
