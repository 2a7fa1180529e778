"""`wasmlab check -k`: only the checks that somebody names, and the others are counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CHECKS = '''
import pytest

def test_adds(wasm):
    """The sum comes back."""
    assert wasm.call("add_and_log", 5, 7).result == 13

@pytest.mark.after("adds")
def test_tells(wasm):
    """The host hears it."""
    assert wasm.call("add_and_log", 5, 7).host_calls

@pytest.mark.after("ads")
def test_waits_for_nobody(wasm):
    """It waits."""
'''


@pytest.fixture
def check(lesson_copy: Path, run_cli: Callable[..., Any]) -> Callable[..., Any]:
    (lesson_copy / "checks" / "test_add_and_log.py").write_text(CHECKS, encoding="utf-8")
    return lambda *more: run_cli("check", "minimal-demo", "-e", "wasmtime", *more)


@pytest.mark.parametrize("words", ["tells", "hears", "host and not sum", "TELLS or none"])
def test_a_check_is_picked_by_its_name_or_by_its_line(check: Callable[..., Any], words: str) -> None:
    """It waits for none that was left out, and the exit code is that of what has run."""
    done = check("-k", words)
    lines = done.stdout.splitlines()
    assert lines[:2] == ["minimal-demo", "  passed   wasmtime  The host hears it."]
    assert lines[2].startswith("1 passed, 0 failed, 0 error, 2 left out in ")
    assert done.exit_code == 0


def test_what_is_left_out_is_counted_for_machines_too(check: Callable[..., Any]) -> None:
    found = json.loads(check("-k", "adds", "--json").stdout)
    assert [each["check"] for each in found["verdicts"]] == ["test_adds"]
    assert (found["failed"], found["left_out"]) == (1, 2)
    assert json.loads(check("--json").stdout)["left_out"] == 0


def test_a_check_picked_that_waits_for_none_there_is_is_an_error_still(check: Callable[..., Any]) -> None:
    done = check("-k", "nobody")
    assert "waits_for_nobody waits for 'ads', and there is no such check" in done.stdout
    assert done.exit_code == 2


@pytest.mark.parametrize(
    ("words", "what", "hint"),
    [
        ("add_s", "no check is meant by -k 'add_s'", "did you mean 'adds'?"),
        ("adds host", "-k 'adds host' cannot be read", "name parts of names, and between them and, or, not"),
    ],
)
def test_words_that_mean_no_check_are_refused(
    check: Callable[..., Any], words: str, what: str, hint: str
) -> None:
    done = check("-k", words)
    assert done.stderr.startswith(f"error: {what}\nhint: {hint}")
    assert done.exit_code == 2
