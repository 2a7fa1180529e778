"""The marks of a check: points, after, hidden, feedback, and an endless loop that is met once only."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from wasmlab.build import build_lesson
from wasmlab.checks.runs.running import check_built
from wasmlab.engines.contract import Limits
from wasmlab.lesson import load_lesson

LESSON = Path(__file__).parents[2] / "minimal-demo"

CHECKS = '''
import pytest

@pytest.mark.after("right")
def test_before_its_time(wasm):
    """Stands above the one that it waits for."""
    assert wasm.call("add_and_log", 1, 2).result == 3

@pytest.mark.points(3)
@pytest.mark.parametrize("n", [1, 2])
def test_right(wasm, n):
    assert wasm.call("add_and_log", n, n).result == 2 * n

@pytest.mark.hidden
@pytest.mark.feedback("twelve it is", came=12)
@pytest.mark.feedback("anything else")
def test_wrong(wasm):
    assert wasm.call("add_and_log", 5, 7).result == 13

@pytest.mark.feedback("mind the largest int", trap="unreachable")
def test_traps(wasm):
    assert wasm.call("add_and_log", 2147483647, 1).result == 0

@pytest.mark.after("wrong")
def test_waits(wasm):
    assert wasm

@pytest.mark.after("waits")
def test_waits_longer(wasm):
    assert wasm

@pytest.mark.after("rihgt")
def test_waits_for_nobody(wasm):
    assert wasm

@pytest.mark.points("three")
def test_marked_wrong(wasm):
    assert wasm

@pytest.mark.points(float("nan"))
def test_worth_no_number(wasm):
    assert wasm

@pytest.mark.feedback("unused", passed="well done")
def test_praised(wasm):
    assert wasm

@pytest.mark.after("one_of_two")
def test_one_waits_for_the_other(wasm):
    assert wasm

@pytest.mark.after("one_waits_for_the_other")
def test_one_of_two(wasm):
    assert wasm
'''


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    course = tmp_path_factory.mktemp("marks")
    lesson = course / "minimal-demo"
    shutil.copytree(LESSON, lesson, ignore=shutil.ignore_patterns("dist", "cases", "__pycache__"))
    (lesson / "checks" / "test_add_and_log.py").write_text(CHECKS, encoding="utf-8")
    command = [sys.executable, "-m", "wasmlab", "check", "minimal-demo", "-e", "wasmtime", "--json"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=120)
    found: dict[str, list[dict[str, Any]]] = {}
    for verdict in json.loads(done.stdout)["verdicts"]:
        found.setdefault(verdict["check"].removeprefix("test_"), []).append(verdict)
    return found


def test_a_check_stands_behind_the_one_that_it_waits_for(judged: dict[str, list[dict[str, Any]]]) -> None:
    names = list(judged)
    assert names.index("right") < names.index("before_its_time")
    assert judged["before_its_time"][0]["verdict"] == "passed"


def test_sets_of_parameters_share_the_points(judged: dict[str, list[dict[str, Any]]]) -> None:
    assert [verdict["points"] for verdict in judged["right"]] == [1.5, 1.5]
    assert judged["wrong"][0]["points"] == 1


def test_a_hidden_check_is_marked_as_such(judged: dict[str, list[dict[str, Any]]]) -> None:
    assert [name for name, verdicts in judged.items() if verdicts[0]["hidden"]] == ["wrong"]


def test_feedback_is_chosen_by_what_came(judged: dict[str, list[dict[str, Any]]]) -> None:
    assert judged["wrong"][0]["try_this"] == "twelve it is"
    assert judged["traps"][0]["try_this"] == "mind the largest int"
    assert judged["praised"][0]["message"] == "well done"


def test_a_check_that_waits_is_skipped_and_names_the_other(judged: dict[str, list[dict[str, Any]]]) -> None:
    told = {name: (judged[name][0]["verdict"], judged[name][0]["waits_for"]) for name in judged}
    assert (told["waits"], told["waits_longer"]) == (("skipped", "wrong"), ("skipped", "waits"))


def test_a_mark_that_cannot_be_meant_is_the_author_s_error(judged: dict[str, list[dict[str, Any]]]) -> None:
    unknown, wrong = judged["waits_for_nobody"][0], judged["marked_wrong"][0]
    assert (unknown["verdict"], unknown["try_this"]) == ("error", "did you mean 'right'?")
    assert wrong["message"].endswith("points takes one number")
    assert judged["worth_no_number"][0]["verdict"] == "error"
    words = {
        verdict["verdict"] for name in ("one_of_two", "one_waits_for_the_other") for verdict in judged[name]
    }
    assert "error" in words


def test_an_endless_loop_is_waited_for_once_in_a_check(lesson_copy: Path) -> None:
    checks = (
        "import pytest\n\n@pytest.mark.parametrize('n', [1, 2, 3, 4])\ndef test_ends(wasm, n):\n"
        "    assert wasm.call('add_and_log', n, n).result == 2 * n\n"
    )
    (lesson_copy / "checks" / "test_add_and_log.py").write_text(checks, encoding="utf-8")
    source = (lesson_copy / "c" / "add_and_log.c").read_text(encoding="utf-8")
    endless = source.replace("int sum = a + b;", "int sum = a;\n  while (sum != b + 1) sum = a;\n")
    (lesson_copy / "c" / "add_and_log.c").write_text(endless, encoding="utf-8")
    lesson = load_lesson(lesson_copy)
    assert [result.error for result in build_lesson(lesson)] == [None]
    limits = Limits(seconds=0.5)
    found = check_built(lesson, lesson_copy / "checks", ["wasmtime"], lambda _: None, None, limits)
    assert [verdict.verdict for verdict in found] == ["failed", "skipped", "skipped", "skipped"]
    assert found[0].came.endswith("time limit")
    assert found[1].waits_for == "ends"
