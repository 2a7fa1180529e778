"""Pages that attack: each gets its outcome, the next one a clean browser, and nobody reaches the network."""

from __future__ import annotations

from typing import Any

import pytest

from wasmlab.grade.limits import GradeLimits

FOLDER, KINDS = "pages", ("js",)
_LIMITS = GradeLimits(seconds=15)


@pytest.fixture(scope="module")
def gradings(grade_corpus: Any, closed_port: tuple[int, list[str]]) -> Any:
    return grade_corpus(FOLDER, KINDS, "page", ("chromium",), _LIMITS, {"@PORT@": str(closed_port[0])})


def test_a_hostile_page_gets_the_outcome_that_it_names(hostile: Any, gradings: Any) -> None:
    graded = gradings.by_name[hostile.path.stem]
    assert graded.outcome == hostile.outcome, graded.to_json()


def test_no_page_reaches_the_network(gradings: Any, closed_port: tuple[int, list[str]]) -> None:
    assert gradings.batch.graded
    assert closed_port[1] == []


def test_a_page_that_spins_costs_its_limit_and_two_seconds(gradings: Any) -> None:
    spun = [graded for graded in gradings.batch.graded if graded.outcome == "over-limit"]
    assert len(spun) == 1
    assert all("longer than 15 s" in graded.why for graded in spun)
