"""`wasmlab run` tells why a call trapped, in text and in JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from wasmlab.engines import session
from wasmlab.roundtrip import StackFrame, Trap
from wasmlab.traps.telling import explain_trips


def test_a_trap_is_explained_below_the_round_trip(run_cli: Callable[..., Any]) -> None:
    told = run_cli("run", "minimal-demo", "add_and_log", "2147483647", "1").stdout
    assert "c/add_and_log.c:6:15: signed integer overflow in 'a + b'\n" in told
    assert "    6 |   int sum = a + b;\n" in told
    assert told.count("\ntry: ") == 1


def test_a_trap_is_explained_once_for_engines_that_agree(run_cli: Callable[..., Any]) -> None:
    engines = ("--engine", "wasmtime", "--engine", "wasmtime")
    told = run_cli("run", "minimal-demo", "add_and_log", "2147483647", "1", *engines).stdout
    assert told.count("\ntry: ") == 1


def test_the_explanation_is_in_the_json(run_cli: Callable[..., Any]) -> None:
    (trip,) = json.loads(run_cli("run", "minimal-demo", "add_and_log", "2147483647", "1", "--json").stdout)
    explanation = trip["explanation"]
    assert (explanation["file"], explanation["line"], explanation["column"]) == ("c/add_and_log.c", 6, 15)
    assert explanation["reason"] == "signed-overflow"


def test_a_good_call_has_no_explanation(run_cli: Callable[..., Any]) -> None:
    (trip,) = json.loads(run_cli("run", "minimal-demo", "add_and_log", "5", "7", "--json").stdout)
    assert "explanation" not in trip


ENDLESS = """__attribute__((import_module("env"), import_name("js_log"))) void js_log(int value);
int add_and_log(int a, int b) {
  while (a < b) js_log(a);
  return a + b;
}
"""


def test_a_call_that_runs_out_of_fuel_is_told_its_line(
    run_cli: Callable[..., Any], lesson_copy: Path
) -> None:
    (lesson_copy / "c" / "add_and_log.c").write_text(ENDLESS, "utf-8")
    done = run_cli("run", "minimal-demo", "add_and_log", "1", "2", "--fuel", "1000")
    assert "c/add_and_log.c:3:" in done.stdout
    assert ": out of fuel\n" in done.stdout
    assert done.exit_code == 1


def test_a_call_may_have_less_time(run_cli: Callable[..., Any], lesson_copy: Path) -> None:
    (lesson_copy / "c" / "add_and_log.c").write_text(ENDLESS, "utf-8")
    done = run_cli("run", "minimal-demo", "add_and_log", "1", "2", "--seconds", "0.2")
    assert ": time limit\n" in done.stdout
    assert done.exit_code == 124


def test_an_engine_that_does_not_tell_the_instruction_is_helped_by_wasmtime(programs: dict[str, Any]) -> None:
    program = programs["wild_pointer"]
    wasm = program.wasm.read_bytes()
    with session("wasmtime") as engine:
        trip = engine.open(wasm).call("run", program.args)
    assert trip.trap is not None
    bare = Trap(
        trip.trap.kind, "Out of bounds memory access", tuple(StackFrame(f.index, 0) for f in trip.trap.frames)
    )
    for trips in ([replace(trip, trap=bare)], [replace(trip, trap=bare), trip]):
        told = explain_trips(wasm, program.root, trips)[0][1]
        assert str(told).partition("\nwhy: ")[0] == program.expected
