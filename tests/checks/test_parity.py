"""The `wasm` fixture compares the engines: one that answers otherwise fails the check with a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

CHECK = '''"""One call."""


def test_it_adds(wasm):
    """The sum is a number."""
    wasm.call("add_and_log", 1, 2)
    assert wasm.call("add_and_log", {b}, 7).result > 0
'''
# In this lesson chromium is wasmtime with a lie: the fixture of the plugin is wrapped.
LIAR = """from dataclasses import replace

import pytest

from wasmlab.roundtrip import Value


class Instance:
    def __init__(self, honest):
        self.honest = honest

    def call(self, *given):
        trip = replace(self.honest.call(*given), engine="chromium")
        return {lie}

    def memory(self, *given):
        return self.honest.memory(*given)


class Session:
    name = "chromium"

    def __init__(self, honest):
        self.honest = honest

    def open(self, *given):
        return Instance(self.honest.open(*given))


@pytest.fixture(scope="session")
def engine_sessions(engine_sessions):
    return lambda name: (Session if name == "chromium" else lambda it: it)(engine_sessions("wasmtime"))
"""


@pytest.fixture
def checks(lesson_copy: Path) -> Callable[[str, str], None]:
    """Return a function that gives the lesson one check, and a liar."""

    def write(lie: str, b: str = "5") -> None:
        folder = lesson_copy / "checks"
        for file in folder.glob("*.py"):
            file.unlink()
        (folder / "test_it.py").write_text(CHECK.format(b=b), encoding="utf-8")
        (folder / "conftest.py").write_text(LIAR.format(lie=lie), encoding="utf-8")

    return write


TWO = ("check", "minimal-demo", "--engine", "wasmtime", "--engine", "chromium")


@pytest.mark.parametrize(
    ("lie", "difference"),
    [
        ('replace(trip, results=(Value("i32", 13),))', "result"),
        ('replace(trip, memory_hash="00" * 32)', "memory"),
        ("replace(trip, crossings=trip.crossings[:1] + trip.crossings[3:])", "host calls"),
    ],
)
def test_an_engine_that_answers_otherwise_fails_a_check_that_would_pass(
    run_cli: Run, checks: Callable[[str, str], None], lie: str, difference: str
) -> None:
    checks(lie)
    done = run_cli(*TWO)
    assert done.exit_code == 1
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[1].split()[:2] == ["passed", "wasmtime"]
    assert lines[2].split()[:2] == ["failed", "chromium"]
    assert "the engines disagree about add_and_log:" in lines
    assert any(line.startswith(f"chromium differs from wasmtime: {difference}") for line in lines)


def test_engines_that_agree_pass(run_cli: Run, checks: Callable[[str, str], None]) -> None:
    checks("trip")
    assert run_cli(*TWO).exit_code == 0


def test_a_check_that_calls_otherwise_in_each_engine_is_not_compared(
    run_cli: Run, checks: Callable[[str, str], None]
) -> None:
    checks("trip", "len(wasm.engine)")
    assert run_cli(*TWO).exit_code == 0


NAN = """__attribute__((import_module("env"), import_name("js_log"))) void js_log(int value);
volatile double kept;
int add_and_log(int a, int b) {
  kept = a - a;
  kept = kept / kept;
  js_log(b);
  return b;
}
"""


def test_the_bits_of_a_nan_in_memory_are_no_disagreement(
    run_cli: Run, lesson_copy: Path, checks: Callable[[str, str], None]
) -> None:
    """wasmtime keeps the usual bits and a browser the processor's, which a real one shows here."""
    checks("trip")
    (lesson_copy / "checks" / "conftest.py").unlink()
    (lesson_copy / "c" / "add_and_log.c").write_text(NAN, encoding="utf-8")
    done = run_cli("check", "minimal-demo", "--engine", "wasmtime", "--engine", "chromium")
    assert (done.exit_code, done.stdout.count("passed  ")) == (0, 2)
