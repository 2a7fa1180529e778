"""Steps hold frames and bounded values, and end at their limit."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from wasmlab.harness import tracing

from .conftest import Room


@pytest.fixture(params=["settrace", "monitoring"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "settrace":
        monkeypatch.setattr(tracing, "_monitoring", None)
    elif not hasattr(sys, "monitoring"):
        pytest.skip("sys.monitoring came with Python 3.12")
    return str(request.param)


def test_step_holds_frames_locals_and_output_so_far(room: Room) -> None:
    result = room.run("def f(a):\n    print(a)\n    return [a]\nf(1)\n", trace=True)
    steps = room.told("step")

    assert result.callstack == steps
    assert [step["index"] for step in steps] == list(range(6))
    assert steps[4] == {
        "type": "step",
        "index": 4,
        "event": "line",
        "line": 3,
        "run": "<run 1>",
        "outputLength": 2,
        "frames": [
            {
                "name": "<module>",
                "line": 4,
                "run": "<run 1>",
                "locals": {"f": {"type": "function", "text": "<function f>", "id": 1}},
            },
            {
                "name": "f",
                "line": 3,
                "run": "<run 1>",
                "locals": {"a": {"type": "int", "text": "1", "value": 1}},
            },
        ],
    }
    assert steps[5]["event"] == "return"
    assert steps[5]["value"]["text"] == "[1]"


def test_step_of_an_error_names_it(room: Room) -> None:
    room.run("x = 1\nx / 0", trace=True)

    assert room.told("step")[-1]["exception"] == {"name": "ZeroDivisionError", "message": "division by zero"}


def test_the_same_object_has_the_same_number(room: Room) -> None:
    room.run("a = [1]\nb = a\nc = [1]\npass", trace=True)
    seen = room.told("step")[-1]["frames"][0]["locals"]

    assert seen["a"]["id"] == seen["b"]["id"] != seen["c"]["id"]


def test_steps_end_at_their_limit_and_the_program_runs_on(make_room: Callable[..., Room]) -> None:
    room = make_room(steps=10)
    result = room.run("def f(i):\n    return i\nfor i in range(1000):\n    f(i)\nprint('done')", trace=True)

    assert [step["event"] for step in result.callstack][-2:] != ["limit", "limit"]
    assert len(result.callstack) == 11
    assert result.callstack[-1]["event"] == "limit"
    assert result.output == "done\n"
    assert len(room.run("pass\npass", trace=True).callstack) == 2


def test_values_of_all_steps_together_are_bounded(make_room: Callable[..., Room]) -> None:
    room = make_room(values=300)
    result = room.run("x = list(range(100))\nfor i in range(1000):\n    pass", trace=True)

    assert result.callstack[-1]["event"] == "limit"
    assert len(result.callstack) < 20


def test_values_are_bounded_in_size_and_depth(make_room: Callable[..., Room]) -> None:
    room = make_room(items=2, depth=1, text=20)
    room.run("x = [[1], 2, 3]\ny = 'a' * 100\npass", trace=True)
    seen = room.told("step")[-1]["frames"][0]["locals"]

    assert seen["x"] == {
        "type": "list",
        "text": "[[...], 2, ...]",
        "id": 1,
        "length": 3,
        "items": [
            {"type": "list", "text": "[...]", "id": 2, "length": 1, "items": []},
            {"type": "int", "text": "2", "value": 2},
        ],
    }
    assert len(seen["y"]["text"]) == 20
    assert seen["y"]["length"] == 100


def test_showing_steps_runs_no_code_of_the_learner(room: Room) -> None:
    code = (
        "class P:\n    def __init__(self): self.x = 1\n    def __repr__(self): print('seen'); return 'P'\n"
        "    @property\n    def y(self): print('seen')\np = P()\npass"
    )
    result = room.run(code, trace=True, watch=["p"])

    assert result.output == ""
    assert result.callstack[-1]["frames"][0]["locals"]["p"]["attributes"] == {
        "x": {"type": "int", "text": "1", "value": 1}
    }


def test_a_function_of_an_earlier_run_is_stepped_through(room: Room) -> None:
    room.run("def f():\n    return 1\n")
    result = room.run("f()", trace=True)

    assert [(step["run"], step["line"]) for step in result.callstack] == [
        ("<run 2>", 1),
        ("<run 1>", 1),
        ("<run 1>", 2),
        ("<run 1>", 2),
    ]


def test_tracing_leaves_nothing_behind(room: Room, way: str) -> None:
    before = sys.gettrace()
    room.run("def f(): pass\nf()", trace=True)

    assert sys.gettrace() is before
    if way == "monitoring":
        assert [sys.monitoring.get_tool(tool) for tool in (2, 3, 4)] == [None, None, None]
