"""An error shows the learner's own lines and marks the place."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Room


def _error(room: Room) -> dict[str, object]:
    return room.told("error")[0]


def test_error_shows_source_and_carets_of_every_learners_frame(room: Room) -> None:
    room.run("import json\n\ndef read(text):\n    return json.loads(text)\n")
    room.run("x = read('ä') + read('{')")
    error = _error(room)

    carets_alike = [line.replace("~", "^") for line in error["traceback"]]  # 3.13 draws a call's with both
    assert carets_alike == [
        "Traceback (most recent call last):",
        '  File "<run 2>", line 1, in <module>',
        "    x = read('ä') + read('{')",
        "        ^^^^^^^^^",
        '  File "<run 1>", line 4, in read',
        "    return json.loads(text)",
        "           ^^^^^^^^^^^^^^^^",
        "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    ]
    assert (error["line"], error["column"], error["endLine"], error["endColumn"]) == (1, 4, 1, 13)
    assert error["frames"] == [
        {"file": "<run 2>", "name": "<module>", "line": 1, "column": 4, "endLine": 1, "endColumn": 13},
        {"file": "<run 1>", "name": "read", "line": 4, "column": 11, "endLine": 4, "endColumn": 27},
    ]


def test_syntax_error_shows_its_line_and_mark(room: Room) -> None:
    room.run("ok = 1\nif ok\n    pass\n")
    error = _error(room)

    assert error["traceback"] == [
        '  File "<run 1>", line 2',
        "    if ok",
        "         ^",
        "SyntaxError: expected ':'",
    ]
    assert (error["line"], error["column"], error["endLine"], error["endColumn"]) == (2, 5, 2, 6)


def test_error_of_the_compiler_shows_its_line_too(room: Room) -> None:
    room.run("ok = 1\nbreak")

    assert _error(room)["traceback"][1:3] == ["    break", "    ^^^^^"]


def test_cause_is_shown_with_its_own_lines(room: Room) -> None:
    room.run("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise ValueError('no') from e")
    text = "\n".join(_error(room)["traceback"])

    assert "    1 / 0" in text
    assert "direct cause" in text
    assert "harness" not in text


def test_lines_of_the_learners_own_file_are_shown(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "my_tool.py").write_text("def f():\n    return [][0]\n", encoding="utf-8")
    room.run("import my_tool\nmy_tool.f()")
    error = _error(room)

    assert "    return [][0]" in error["traceback"]
    assert (error["line"], error["frames"][-1]["line"]) == (2, 2)


def test_a_deep_recursion_shows_its_two_ends(room: Room) -> None:
    room.run("def f(n): return g(n)\ndef g(n): return f(n)\nf(0)")
    lines = _error(room)["traceback"]

    assert len(lines) <= 61
    assert lines[1] == '  File "<run 1>", line 3, in <module>'
    assert lines[-1].startswith("RecursionError: maximum recursion depth exceeded")
    assert sum("lines left out" in line for line in lines) == 1


def test_a_long_message_is_cut(room: Room) -> None:
    result = room.run("raise ValueError('x' * 1_000_000)")

    assert len(result.error.message) < 11_000
    assert len(result.error.stack) < 20_000


def test_sources_of_two_sessions_do_not_mix(make_room) -> None:
    first, second = make_room(), make_room()
    first.run("def f():\n    return 1 / 0  # first")
    second.run("def f():\n    return 1 / 0  # second")
    first.run("f()")

    assert "    return 1 / 0  # first" in _error(first)["traceback"]


def test_inspect_finds_the_source_of_a_function(room: Room) -> None:
    room.run("def f():\n    return 1\n")

    assert room.run("import inspect\nprint(inspect.getsource(f))").output == "def f():\n    return 1\n\n"
