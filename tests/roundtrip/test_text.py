"""The drawing in two lanes that `wasmlab run` prints."""

from __future__ import annotations

from dataclasses import replace

from wasmlab.roundtrip import Output, RoundTrip
from wasmlab.roundtrip.text import ASCII, LINES, as_text, pen_for


def test_two_lanes_and_an_arrow_for_each_crossing(trip: RoundTrip) -> None:
    assert as_text(trip).splitlines() == [
        "wasmtime",
        "  host                            WebAssembly",
        "    ├─────── add_and_log(5, 7) ───────>│",
        "    │<──────── env.js_log(12) ─────────┤",
        "    ├╌╌╌╌╌╌╌╌ returns nothing ╌╌╌╌╌╌╌╌>│",
        "    │<╌╌╌╌╌╌╌╌╌╌ returns 12 ╌╌╌╌╌╌╌╌╌╌╌┤",
    ]
    assert str(trip) == as_text(trip)


def test_times_where_they_are_wanted_and_plain_characters_where_there_are_no_others(trip: RoundTrip) -> None:
    assert as_text(trip, ["wasmtime", "firefox"], ASCII, times=True).splitlines() == [
        "wasmtime, firefox",
        "  host                            WebAssembly",
        "    |------- add_and_log(5, 7) ------->|         0 us",
        "    |<-------- env.js_log(12) ---------|        21 us",
        "    | - - - - returns nothing  - - - ->|        24 us",
        "    |< - - - - - returns 12  - - - - - |        32 us",
    ]


def test_a_trap_ends_the_drawing_with_its_kind_and_shows_the_memory_that_crossed(trapped: RoundTrip) -> None:
    assert as_text(trapped).splitlines() == [
        "firefox",
        "  JavaScript                              WebAssembly",
        "    ├──────────────── f(-0.0) ────────────────>│",
        "    │<─────────── env.say(1024, 9) ────────────┤",
        '    │     9 bytes at 1024: "hi \\"you\\""...     │',
        "    ├╌╌╌╌╌╌╌╌╌╌╌╌ returns nothing ╌╌╌╌╌╌╌╌╌╌╌╌>│",
        "    │         ... 2 more crossings ...         │",
        f"    │<╌╌╌╌╌╌╌╌╌╌╌ trap: unreachable ╌╌╌╌╌╌╌╌╌╌╌{LINES.trap}",
        "  trap: unreachable: unreachable executed",
    ]


def test_what_a_program_said_stands_below(trip: RoundTrip) -> None:
    said = replace(trip, output=Output(b"one\ntwo\x1b[2J\n", b"oh\n", 3))
    assert as_text(said).splitlines()[6:] == [
        "  standard output:",
        "    one",
        "    two\\u{1b}[2J",
        "  standard error:",
        "    oh",
        "  exit code: 3",
    ]


def test_a_long_trip_is_drawn_at_its_two_ends(long: RoundTrip) -> None:
    lines = as_text(long).splitlines()
    assert len(lines) == 43
    assert "... 962 more crossings ..." in lines[32]
    assert "env.tick(499)" in lines[-3]


def test_a_name_cannot_steer_the_terminal(hostile: RoundTrip) -> None:
    drawn = as_text(hostile)
    assert len(drawn.splitlines()) == 4
    assert all(char.isprintable() or char == "\n" for char in drawn)


def test_a_terminal_without_lines_gets_plain_characters() -> None:
    assert (pen_for("utf-8"), pen_for("cp1252"), pen_for(None)) == (LINES, ASCII, ASCII)
