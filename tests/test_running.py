"""`wasmlab run`: one call in one engine or in several, and how it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import wasmtime

from wasmlab.engines import ENGINES, session
from wasmlab.engines.contract import Found, Instance, Limits
from wasmlab.errors import EnginesDisagree
from wasmlab.roundtrip import RoundTrip, Trap, Value
from wasmlab.running import choose_engines, exit_code, refuse_disagreement

Run = Callable[..., Any]


@pytest.fixture
def wat_file(tmp_path: Path) -> Callable[[str], str]:
    """Return a function that writes a module and gives the file's path."""

    def write(wat: str) -> str:
        path = tmp_path / "made.wasm"
        path.write_bytes(wasmtime.wat2wasm(f"(module {wat})"))
        return str(path)

    return write


def test_run_prints_the_round_trip_as_it_happened(run_cli: Run) -> None:
    done = run_cli("run", "minimal-demo", "add_and_log", "5", "7")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "wasmtime",
        "  host                            WebAssembly",
        "    ├─────── add_and_log(5, 7) ───────>│",
        "    │<──────── env.js_log(12) ─────────┤",
        "    ├╌╌╌╌╌╌╌╌ returns nothing ╌╌╌╌╌╌╌╌>│",
        "    │<╌╌╌╌╌╌╌╌╌╌ returns 12 ╌╌╌╌╌╌╌╌╌╌╌┤",
    ]


def test_every_engine_gives_one_and_the_same_round_trip(run_cli: Run) -> None:
    """The table of several engines is in docs/how-to/compare-engines.md, whose examples are run."""
    done = run_cli("run", "minimal-demo", "add_and_log", "5", "7", "--engine", "all", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    trips = json.loads(done.stdout)
    assert [trip.pop("engine") for trip in trips] == list(choose_engines(["all"])[0])
    for trip in trips:
        del trip["milliseconds"]
        for crossing in trip["crossings"]:
            del crossing["microseconds"]
    assert trips == [trips[0]] * len(trips)  # the memory's hash too
    assert [crossing["kind"] for crossing in trips[0]["crossings"]] == [
        "call",
        "host call",
        "host return",
        "return",
    ]


@pytest.mark.parametrize(
    ("type", "word", "shown"),
    [
        ("i32", "-5", "-5"),
        ("i32", "0xffffffff", "-1"),
        ("i64", "-9223372036854775808", "-9223372036854775808"),
        ("f64", "-1e5", "-100000.0"),
        ("f32", "-0.0", "-0.0"),
        ("f64", "-inf", "-inf"),
        ("f32", "nan:0x7fc00001", "nan:0x7fc00001"),
        ("externref", "null", "null"),
    ],
)
def test_arguments_of_every_type_are_read(
    run_cli: Run, wat_file: Callable[[str], str], type: str, word: str, shown: str
) -> None:
    path = wat_file(f'(func (export "f") (param {type}) (result {type}) (local.get 0))')
    done = run_cli("run", path, "f", word, "--engine", "wasmtime")
    assert f" returns {shown} " in done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("type", "word", "words"),
    [
        ("i32", "1.5", "'1.5' is not a number of type i32"),
        ("i32", "4294967296", "4294967296 does not fit into 32 bits"),
        ("i64", "-9223372036854775809", "-9223372036854775809 does not fit into 64 bits"),
        ("f32", "1e39", "'1e39' is not a number of type f32"),
        ("f32", "nan:0x1", "nan:0x1 is not the bits of a NaN of type f32"),
        ("externref", "7", "'7' is no externref"),
    ],
)
def test_an_argument_that_does_not_fit_is_refused(
    run_cli: Run, wat_file: Callable[[str], str], type: str, word: str, words: str
) -> None:
    done = run_cli("run", wat_file(f'(func (export "f") (param {type}))'), "f", word)
    assert (done.exit_code, done.stderr.splitlines()[0]) == (2, f"error: {words}")


def test_a_wrong_number_of_arguments_says_the_type(run_cli: Run) -> None:
    done = run_cli("run", "minimal-demo", "add_and_log", "5")
    assert done.exit_code == 2
    assert done.stderr.splitlines() == [
        "error: 1 argument given, 2 wanted",
        "hint: the function is (i32, i32) -> i32",
    ]


def test_an_unknown_function_names_the_nearest(run_cli: Run) -> None:
    done = run_cli("run", "minimal-demo", "add_and_lag", "5", "7")
    assert (done.exit_code, "did you mean 'add_and_log'?" in done.stderr) == (2, True)


def test_a_file_that_is_not_there_is_one_line(run_cli: Run) -> None:
    done = run_cli("run", "gone.wasm", "f")
    assert done.exit_code == 2
    assert done.stderr.startswith("error: gone.wasm cannot be read")


def test_a_trap_ends_with_1_and_shows_the_way_there(run_cli: Run) -> None:
    done = run_cli("run", "minimal-demo", "add_and_log", "2147483647", "1")
    assert done.exit_code == 1
    assert " trap: unreachable " in done.stdout.splitlines()[3]


def test_a_release_build_is_run_where_it_is_asked_for(run_cli: Run) -> None:
    done = run_cli("run", "minimal-demo", "add_and_log", "2147483647", "1", "--release")
    assert done.exit_code == 0
    assert " returns -2147483648 " in done.stdout.splitlines()[-1]


def test_a_missing_engine_ends_with_4_before_any_starts(
    run_cli: Run, monkeypatch: pytest.MonkeyPatch, wat_file: Callable[[str], str]
) -> None:
    for variable in ("PATH", "PLAYWRIGHT_BROWSERS_PATH", "PROGRAMFILES", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, "/no/such/folder")
    monkeypatch.delenv("WASMLAB_FIREFOX", raising=False)
    done = run_cli("run", wat_file('(func (export "f"))'), "f", "--engine", "wasmtime", "--engine", "firefox")
    assert (done.exit_code, done.stdout) == (4, "")
    assert done.stderr.splitlines() == [
        "error: firefox is not on this machine",
        "hint: wasmlab setup firefox",
    ]


def test_all_engines_are_not_all_where_one_is_missing(
    run_cli: Run, monkeypatch: pytest.MonkeyPatch, wat_file: Callable[[str], str]
) -> None:
    for variable in ("PATH", "PLAYWRIGHT_BROWSERS_PATH", "PROGRAMFILES", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, "/no/such/folder")
    monkeypatch.delenv("WASMLAB_CHROMIUM", raising=False)
    monkeypatch.delenv("WASMLAB_FIREFOX", raising=False)
    done = run_cli("run", wat_file('(func (export "f"))'), "f", "--engine", "all")
    assert done.exit_code == 4
    assert done.stdout.splitlines()[0] == "wasmtime"
    assert "error: chromium is not on this machine" in done.stderr


class _Liar:
    """An engine that is wasmtime, but for one lie."""

    name = "liar"

    def __init__(self, lie: Callable[[RoundTrip], RoundTrip]) -> None:
        self.lie = lie

    def find(self) -> Found:
        return Found("0", "", "here")

    @contextmanager
    def start(self, limits: Limits) -> Iterator[Any]:
        with session("wasmtime", limits) as honest:
            yield SimpleNamespace(name=self.name, open=lambda *given: self._open(honest.open(*given)))

    def _open(self, instance: Instance) -> Any:
        def call(*given: Any) -> RoundTrip:
            return self.lie(replace(instance.call(*given), engine="liar"))

        return SimpleNamespace(call=call, memory=instance.memory)


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (lambda trip: replace(trip, results=(Value("i32", 13),)), "result"),
        (lambda trip: replace(trip, trap=Trap("unreachable", "")), "trap"),
        (lambda trip: replace(trip, memory_hash="00" * 32), "memory"),
        (
            lambda trip: replace(trip, crossings=(trip.crossings[0], *trip.crossings[3:])),
            "host calls, crossing 2 is returns 12, not env.js_log(12)",
        ),
    ],
    ids=["result", "trap", "memory", "host calls"],
)
def test_an_engine_that_lies_is_a_failure_of_its_own_with_a_table(
    run_cli: Run, monkeypatch: pytest.MonkeyPatch, lie: Callable[[RoundTrip], RoundTrip], words: str
) -> None:
    monkeypatch.setitem(sys.modules, "liar", SimpleNamespace(ENGINE=_Liar(lie)))  # type: ignore[arg-type]
    monkeypatch.setitem(ENGINES, "liar", "liar")
    engines = ("--engine", "wasmtime", "--engine", "liar")
    done = run_cli("run", "minimal-demo", "add_and_log", "5", "7", *engines)
    assert done.exit_code == 1
    lines = done.stderr.splitlines()
    assert lines[0] == "error: the engines disagree about add_and_log:"
    assert [line.split()[0] for line in lines[1:4]] == ["engine", "wasmtime", "liar"]
    assert lines[4] == f"liar differs from wasmtime: {words}"


def test_engines_that_differ_are_refused_with_a_table() -> None:
    trips = [RoundTrip("wasmtime", "f", (), (Value("i32", 1),)), RoundTrip("firefox", "f", (), ())]
    with pytest.raises(EnginesDisagree) as refused:
        refuse_disagreement(trips)
    assert refused.value.exit_code == 1
    assert "wasmtime  1" in refused.value.what


@pytest.mark.parametrize(("kind", "code"), [("unreachable", 1), ("time limit", 124)])
def test_how_a_call_ended_is_the_exit_code(kind: str, code: int) -> None:
    assert exit_code([RoundTrip("wasmtime", "f", (), (), Trap(kind, ""))]) == code
