"""What a class can earn: no check is lost, none counts twice, and none that nobody could be given."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.checks.runs.running import list_checks
from wasmlab.lesson import load_lesson

GradeChecks = Callable[..., dict[str, Any]]

ADDS = """
import pytest

def test_adds(expect):
    expect.call("add_and_log", 1, 2).returns(3)
"""


@pytest.fixture
def grade_checks(
    grade_them: Callable[..., Any],
    handed_in: Callable[..., Path],
    sum_course: Path,
    tmp_path: Path,
    right: str,
) -> GradeChecks:
    """Return a function that grades one right submission, and others, by checks that it is given."""

    def run(*files: str, **others: str) -> dict[str, Any]:
        (sum_course / "sum" / "checks" / "test_sum.py").unlink()
        for number, text in enumerate(files):
            (sum_course / "sum" / "checks" / f"test_{number}.py").write_text(text, encoding="utf-8")
        result = grade_them(handed_in(**{"ann": right, **others}), "--jobs", "2", "--call-seconds", "0.5")
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads((tmp_path / "grades" / "report.json").read_text("utf-8"))
        return found

    return run


def _points(report: dict[str, Any]) -> tuple[list[float], float]:
    return [one["earned"] for one in report["submissions"]], report["possible"]


def test_a_parameter_that_each_process_writes_otherwise_is_one_check(grade_checks: GradeChecks) -> None:
    checks = """
import pytest

@pytest.mark.parametrize("how", [lambda a, b: a + b, lambda a, b: b + a])
def test_rule(expect, how):
    expect.call("add_and_log", 5, 7).returns(how(5, 7))

@pytest.mark.parametrize("words", [{"a", "b", "c", "d", "e"}, ({"v", "w", "x", "y", "z"},)])
def test_sets(expect, words):
    expect.call("add_and_log", 5, 7).returns(12)
"""
    assert _points(grade_checks(checks)) == ([2.0], 2.0)


def test_a_parameter_that_has_no_words_is_the_same_in_every_engine(sum_course: Path) -> None:
    checks = sum_course / "sum" / "checks"
    sets = '@pytest.mark.parametrize("how", [lambda a: a, lambda a: 2 * a])'
    text = ADDS.replace("def test_adds(expect)", f"{sets}\ndef test_adds(expect, how)")
    (checks / "test_sum.py").write_text(text, encoding="utf-8")
    found = list_checks(load_lesson(checks.parent), checks, ["wasmtime", "chromium"])
    lines = ["adds (how=how0)", "adds (how=how1)"]
    assert [verdict.line for verdict in found] == lines * 2


@pytest.mark.parametrize("drawn", ["random.randint(1, 10**9)", "time.perf_counter_ns()"])
def test_what_each_process_draws_for_parameters_is_lost_by_nobody(
    grade_checks: GradeChecks, wrong: str, right: str, drawn: str
) -> None:
    checks = ADDS.replace("import pytest", "import random, time, pytest").replace(
        "def test_adds(expect)",
        f'@pytest.mark.parametrize("n", [{drawn} for _ in range(3)])\ndef test_adds(expect, n)',
    )
    report = grade_checks(checks, bob=wrong, cy=f"{right} // too", dee="int x = ;")
    assert _points(report) == ([1.0, 0.0, 1.0, 0.0], 1.0)
    lines = [{verdict["line"] for verdict in one["verdicts"]} for one in report["submissions"]]
    assert "time" in drawn or lines == [lines[0]] * 4


def test_methods_of_one_name_in_two_classes_both_count(grade_checks: GradeChecks) -> None:
    checks = """
import pytest

class TestSmall:
    def test_adds(self, expect):
        expect.call("add_and_log", 1, 2).returns(3)

@pytest.mark.points(5)
class TestLarge:
    def test_adds(self, expect):
        expect.call("add_and_log", 400, 500).returns(900)
"""
    right_once = "void js_log(int);int add_and_log(int a, int b) { return 3; }"
    assert _points(grade_checks(checks, bob=right_once)) == ([6.0, 1.0], 6.0)


def test_a_set_of_parameters_with_points_of_its_own_shares_none(grade_checks: GradeChecks) -> None:
    sets = "[1, 2, pytest.param(3, marks=pytest.mark.points(5))]"
    checks = ADDS.replace(
        "def test_adds(expect)",
        f'@pytest.mark.points(4)\n@pytest.mark.parametrize("n", {sets})\ndef test_adds(expect, n)',
    )
    report = grade_checks(checks)
    assert _points(report) == ([9.0], 9.0)
    assert [verdict["points"] for verdict in report["submissions"][0]["verdicts"]] == [2, 2, 5]


def test_a_loop_without_end_costs_no_check_of_the_same_name_elsewhere(grade_checks: GradeChecks) -> None:
    other = ADDS.replace("1, 2).returns(3", "9, 9).returns(18")
    loop = "volatile int k = 1; while (a == k);"
    spins = f"void js_log(int);int add_and_log(int a, int b) {{ {loop} return a + b; }}"
    assert _points(grade_checks(ADDS, other, bob=spins)) == ([2.0, 1.0], 2.0)


def test_checks_of_one_name_in_two_files_both_count(grade_checks: GradeChecks) -> None:
    other = ADDS.replace("def ", "@pytest.mark.points(5)\ndef ").replace("1, 2).returns(3", "4, 4).returns(8")
    right_once = "void js_log(int);int add_and_log(int a, int b) { return 3; }"
    assert _points(grade_checks(ADDS, other, bob=right_once)) == ([6.0, 1.0], 6.0)


def test_the_same_parameters_twice_both_count(grade_checks: GradeChecks) -> None:
    twice = ADDS.replace(
        "def test_adds(expect)", '@pytest.mark.parametrize("n", [1, 1])\ndef test_adds(expect, n)'
    )
    assert _points(grade_checks(twice)) == ([1.0], 1.0)


def test_a_page_s_check_does_not_take_a_module_s_of_the_same_name_along(grade_checks: GradeChecks) -> None:
    page = "def test_adds(lesson_page):\n    assert lesson_page\n"
    report = grade_checks(ADDS, page, cy="int x = ;")
    assert _points(report) == ([1.0, 0.0], 1.0)


def test_a_page_s_check_that_waits_for_one_that_fails_counts_for_nothing_either(
    grade_checks: GradeChecks, wrong: str
) -> None:
    page = '\n@pytest.mark.after("adds")\ndef test_page(lesson_page):\n    assert lesson_page\n'
    report = grade_checks(ADDS + page, bob=wrong)
    assert _points(report) == ([1.0, 0.0], 1.0)
    assert report["left_out"] == ["test_page"]


@pytest.mark.parametrize("mark", ['skip(reason="next week")', 'skip("next week")', "skip", 'needs("jspi")'])
def test_what_nobody_could_be_given_is_not_lost_by_who_did_not_build(
    grade_checks: GradeChecks, mark: str
) -> None:
    later = f"{ADDS}\n@pytest.mark.{mark}\ndef test_later(wasm):\n    assert wasm\n"
    assert _points(grade_checks(later, cy="int x = ;")) == ([1.0, 0.0], 1.0)


@pytest.mark.parametrize("mark", ['skip("next week")', 'skipif(True, reason="next week")', 'needs("jspi")'])
def test_what_waits_and_could_be_given_to_nobody_is_no_check_that_is_lost(
    grade_checks: GradeChecks, wrong: str, mark: str
) -> None:
    later = f'\n@pytest.mark.{mark}\n@pytest.mark.after("adds")\ndef test_later(wasm):\n    assert wasm\n'
    then = '\n@pytest.mark.after("later")\ndef test_then(wasm):\n    assert wasm\n'
    report = grade_checks(ADDS + later + then, bob=wrong)
    assert _points(report) == ([2.0, 1.0], 2.0)


def test_what_waits_and_skips_itself_is_no_check_that_is_lost(grade_checks: GradeChecks, wrong: str) -> None:
    later = '\n@pytest.mark.after("adds")\ndef test_later(wasm):\n    pytest.skip("next week")\n'
    report = grade_checks(ADDS + later, bob=wrong)
    assert _points(report) == ([1.0, 0.0], 1.0)
    assert {v["message"] for one in report["submissions"] for v in one["verdicts"][1:]} == {"next week"}


def test_what_waits_for_a_check_that_skips_itself_is_lost_by_what_that_had_waited_for(
    grade_checks: GradeChecks, wrong: str
) -> None:
    checks = """
import pytest

@pytest.mark.points(2)
def test_adds(expect):
    expect.call("add_and_log", 1, 2).returns(3)

@pytest.mark.after("adds")
def test_later(wasm):
    pytest.skip("next week")

@pytest.mark.points(4)
@pytest.mark.after("later")
def test_then(wasm):
    assert wasm
"""
    report = grade_checks(checks, bob=wrong)
    assert _points(report) == ([6.0, 0.0], 6.0)
    assert [v["waits_for"] for v in report["submissions"][1]["verdicts"]] == ["", "", "adds"]


def test_where_nothing_is_built_what_skipif_skips_is_not_possible_either(grade_checks: GradeChecks) -> None:
    later = f'{ADDS}\n@pytest.mark.skipif("1 < 2", reason="next week")\ndef test_later(wasm):\n    pass\n'
    assert _points(grade_checks(later, ann="int x = ;", bob="int y = ;")) == ([0.0, 0.0], 1.0)


FIXTURES = """
import pytest

@pytest.fixture
def sums(expect):
    expect.call("add_and_log", 3, 4).returns(7, help="add the two")

@pytest.fixture
def sums_still(wasm):
    yield
    assert wasm.call("add_and_log", 3, 4).result == 7, "add the two"

def test_made(sums):
    pass

def test_ended(sums_still):
    pass

@pytest.mark.after("ended")
def test_then(wasm):
    pass
"""


def test_what_a_fixture_asserts_is_the_student_s_to_meet(grade_checks: GradeChecks, wrong: str) -> None:
    report = grade_checks(FIXTURES, bob=wrong)
    assert _points(report) == ([3.0, 0.0], 3.0)
    bob = report["submissions"][1]
    assert bob["outcome"] == "failed"
    failed = [verdict for verdict in bob["verdicts"] if verdict["verdict"] == "failed"]
    assert [(verdict["check"], verdict["try_this"]) for verdict in failed] == [
        ("test_made", "add the two"),
        ("test_ended", "add the two"),
    ]
