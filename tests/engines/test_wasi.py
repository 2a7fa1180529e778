"""A WASI program says, reads, leaves and ends the same in every engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from wasmlab.build import build_lesson
from wasmlab.engines.contract import Program, Session
from wasmlab.lesson import load_lesson
from wasmlab.roundtrip import RoundTrip, disagreement

SOURCES = Path(__file__).with_name("programs")
MANIFEST = """
format = 1
title = "Programs"
order = 1
page = "index.html"
"""
TARGET = """
[[target]]
name = "{0}"
toolchain = "clang"
system = "wasi"
sources = ["{0}.c"]
output = "dist/{0}.wasm"
"""

Run = Callable[..., RoundTrip]


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """Return a function that gives the bytes of a program in the folder `programs`, built once."""
    root = tmp_path_factory.mktemp("programs")
    names = [source.stem for source in sorted(SOURCES.glob("*.c"))]
    for name in names:
        (root / f"{name}.c").write_text((SOURCES / f"{name}.c").read_text("utf-8"), "utf-8")
    (root / "lesson.toml").write_text(MANIFEST + "".join(map(TARGET.format, names)), "utf-8")
    for result in build_lesson(load_lesson(root)):
        assert result.error is None, result.raw
    return lambda name: (root / "dist" / f"{name}.wasm").read_bytes()


@pytest.fixture
def run(programs: Callable[[str], bytes], sessions: dict[str, Session]) -> Run:
    """Return a function that runs a program in every engine, and gives their one answer."""

    def everywhere(name: str, *argv: str, stdin: str = "", **given: object) -> RoundTrip:
        program = Program((name, *argv), stdin.encode(), **given)  # type: ignore[arg-type]
        wasm = programs(name)
        trips = [started.open(wasm, program=program).call("_start", []) for started in sessions.values()]
        assert disagreement(trips) == ""
        assert all(trip.output == trips[0].output for trip in trips)
        return trips[0]

    return everywhere


def _said(trip: RoundTrip) -> tuple[str, str, int | None]:
    assert trip.trap is None
    assert trip.output is not None
    return trip.output.stdout.decode(), trip.output.stderr.decode(), trip.output.code


def test_a_program_has_its_arguments_streams_and_exit_code(run: Run) -> None:
    trip = run("echo", "Ada", "Grüße", stdin="3 4\n", environment={"HOME": "/"})
    assert _said(trip) == ("echo Ada Grüße\nsum 7\nHOME=/\n", "done\n", 7)
    assert run("echo", stdin="").output != trip.output


def test_what_a_program_prints_is_seen_where_it_crosses(run: Run) -> None:
    writes = [call for call in run("echo", stdin="1 2").host_calls if call.name.endswith(".fd_write")]
    assert b"".join(piece.data for call in writes for piece in call.memory).startswith(b"echo\nsum 3\n")


def test_a_program_reads_and_leaves_files(run: Run) -> None:
    trip = run("files", files={"in/poem.txt": b"one\ntwo\nthree\n", "b.txt": b"", "a.txt": b"x"})
    assert trip.output is not None
    assert trip.output.stderr.decode() == ""
    assert trip.output.stdout.decode().splitlines() == [
        "3 lines, the last three",
        "missing: No such file or directory",
        "outside: Capabilities insufficient",
        "appended 10",
        "seek 5 size 10 text world",
        "truncated 3",
        "folder: Directory not empty",
        "removed",
        "renamed",
        "in read only: Bad file descriptor",
        "entries . .. a.txt b.txt in made",
    ]
    assert trip.output.files == {
        "a.txt": b"x",
        "b.txt": b"",
        "in/poem.txt": b"one\ntwo\nthree\n",
        "made/log.txt": b"hel",
    }


def test_clocks_go_on_sleeping_takes_its_time_and_random_numbers_are_the_same(
    programs: Callable[[str], bytes], sessions: dict[str, Session]
) -> None:
    wasm = programs("time")
    outputs = []
    for started in sessions.values():
        for seed in (0, 0, 1):
            output = started.open(wasm, program=Program(seed=seed)).call("_start", []).output
            assert output is not None
            outputs.append(output.stdout.decode().splitlines())
    assert all(output[:3] == ["slept", "awake", "later"] for output in outputs)
    same, again, other = ({tuple(output) for output in outputs[n::3]} for n in range(3))
    assert same == again
    assert len(same) == len(other) == 1
    assert same != other


@pytest.mark.parametrize(
    ("how", "kind", "said"),
    [
        ("trap", "unreachable", b"before\n"),
        ("loop", "time limit", b"before\n"),
        ("sleep", "time limit", b"before\n"),
        ("flood", "output limit", b"before\n"),
    ],
)
def test_a_program_that_does_not_end_well_is_stopped_and_has_said_what_it_had_said(
    programs: Callable[[str], bytes], started: Session, how: str, kind: str, said: bytes
) -> None:
    trip = started.open(programs("stop"), program=Program(("stop", how))).call("_start", [])
    assert trip.trap is not None
    assert trip.trap.kind == kind
    assert trip.output is not None
    assert trip.output.code is None
    assert trip.output.stdout.startswith(said)
    assert len(trip.output.stdout) <= 64 << 10


def test_files_have_an_end(run: Run) -> None:
    assert _said(run("stop", "disk")) == ("before\nNo space left on device\n", "", 0)


def test_an_exported_function_may_print_too(everywhere: Callable[..., RoundTrip]) -> None:
    wat = """(import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1) (data (i32.const 0) "\\08\\00\\00\\00\\03\\00\\00\\00hi\\n")
      (func (export "_initialize") (i32.store8 (i32.const 10) (i32.const 33)))
      (func (export "f") (result i32)
        (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))"""
    trip = everywhere(wat, "f")
    assert trip.result == 0
    assert trip.output is not None
    assert (trip.output.stdout, trip.output.code) == (b"hi!", None)


def test_a_pointer_out_of_the_memory_is_an_error_number(everywhere: Callable[..., RoundTrip]) -> None:
    wat = """(import "wasi_snapshot_preview1" "random_get" (func $get (param i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "f") (result i32 i32) (call $get (i32.const 65530) (i32.const 7))
        (call $get (i32.const -1) (i32.const -1)))"""
    trip = everywhere(wat, "f")
    assert trip.result == (21, 21)
