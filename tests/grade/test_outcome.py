"""What verdicts amount to: a check counts once over all engines, what could not run here for nothing."""

from __future__ import annotations

import pytest

from wasmlab.checks.verdicts import Verdict
from wasmlab.grade.outcome import Score, scores
from wasmlab.grade.workers.room import judged


def _v(check: str, word: str, waits_for: str = "", engine: str = "wasmtime", points: float = 2.0) -> Verdict:
    return Verdict(
        "sum",
        f"test_{check}",
        engine,
        word,
        check,
        waits_for=waits_for,
        points=points,  # type: ignore[arg-type]
    )


def _by_check(*verdicts: Verdict) -> dict[str, Score]:
    return {score.line: score for score in scores(verdicts)}


@pytest.mark.parametrize(
    ("verdicts", "possible", "earned", "told"),
    [
        ([_v("a", "passed")], 2, 2, "passed"),
        ([_v("a", "failed")], 2, 0, "failed"),
        ([_v("a", "error")], 2, 0, "error"),
        ([_v("a", "skipped")], 0, 0, "skipped"),
        ([_v("a", "skipped", "b")], 2, 0, "skipped"),
        ([_v("a", "passed"), _v("a", "passed", engine="firefox")], 2, 2, "passed"),
        ([_v("a", "passed"), _v("a", "failed", engine="firefox")], 2, 0, "failed"),
        ([_v("a", "skipped"), _v("a", "passed", engine="firefox")], 2, 2, "passed"),
        ([_v("a", "skipped"), _v("a", "failed", engine="firefox")], 2, 0, "failed"),
        ([_v("a", "passed"), _v("a", "skipped", "b", engine="firefox")], 2, 0, "skipped"),
    ],
)
def test_a_check_counts_once(verdicts: list[Verdict], possible: float, earned: float, told: str) -> None:
    (score,) = scores(verdicts)
    assert (score.possible, score.earned, score.told.verdict) == (possible, earned, told)
    assert score.is_left_out is (possible == 0)


def test_what_waits_for_a_check_that_could_not_run_is_left_out_with_it() -> None:
    found = _by_check(_v("a", "skipped"), _v("b", "skipped", "a"), _v("c", "skipped", "b"))
    assert [score.is_left_out for score in found.values()] == [True, True, True]


def test_what_waits_for_a_check_that_failed_is_lost_with_it() -> None:
    found = _by_check(_v("a", "failed"), _v("b", "skipped", "a"), _v("c", "skipped", "b"), _v("d", "skipped"))
    assert [score.is_left_out for score in found.values()] == [False, False, False, True]
    assert sum(score.earned for score in found.values()) == 0


def test_a_check_that_ran_in_one_engine_is_waited_for() -> None:
    found = _by_check(_v("a", "skipped"), _v("a", "failed", engine="firefox"), _v("b", "skipped", "a"))
    assert not found["b"].is_left_out


@pytest.mark.parametrize(
    ("verdicts", "word"),
    [
        ([], "error"),
        ([_v("a", "skipped")], "error"),
        ([_v("a", "passed"), _v("b", "skipped")], "passed"),
        ([_v("a", "passed"), _v("b", "failed")], "failed"),
        ([_v("a", "passed"), _v("b", "skipped", "c")], "failed"),
        ([_v("a", "failed"), _v("b", "error")], "error"),
    ],
)
def test_verdicts_amount_to_one_word(verdicts: list[Verdict], word: str) -> None:
    assert judged(tuple(verdicts)) == word
