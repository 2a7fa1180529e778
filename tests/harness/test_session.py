"""A session keeps its names, counts its runs, can be asked and reset."""

from __future__ import annotations

import asyncio
import builtins
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.harness import Session

from .conftest import Room


def test_result_has_the_fields_of_the_wire(room: Room) -> None:
    before = time.time() * 1000
    told = room.run("print('a')\n1 / 0").to_json()

    assert list(told) == ["output", "callstack", "runtime", "startTimestamp", "error"]
    assert (told["output"], told["callstack"]) == ("a\n", [])
    assert before <= told["startTimestamp"] <= time.time() * 1000
    assert 0 < told["runtime"] < 60_000
    assert told["error"] == {
        "name": "ZeroDivisionError",
        "message": "division by zero",
        "stack": 'Traceback (most recent call last):\n  File "<run 1>", line 2, in <module>\n    1 / 0\n'
        "    ~~^~~\nZeroDivisionError: division by zero",
    }


def test_good_result_has_no_error(room: Room) -> None:
    assert "error" not in room.run("1").to_json()


def test_results_count_the_runs(room: Room) -> None:
    counts = [room.run("1") and room.told("execute_result")[0]["execution_count"] for _ in range(3)]

    assert counts == [1, 2, 3]


def test_reset_forgets_names_and_counts_anew(room: Room) -> None:
    room.run("import builtins\nx = 1\nbuiltins.print = None")
    room.session.reset()

    assert room.run("print('x' in globals())").output == "False\n"
    room.run("1")
    assert room.told("execute_result")[0]["execution_count"] == 2


def test_reset_forgets_the_learners_modules(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "my_helper.py").write_text("x = 1", encoding="utf-8")
    assert room.run("import my_helper\nprint(my_helper.x)").output == "1\n"
    (tmp_path / "my_helper.py").write_text("x = 22", encoding="utf-8")
    room.session.reset()

    assert room.run("import my_helper\nprint(my_helper.x)").output == "22\n"


def test_variables_can_be_set_and_read_from_outside(room: Room) -> None:
    room.session.set_variable("x", 20)
    room.run("y = x + 1")

    assert room.session.get_variable("y") == 21
    assert room.session.variables() == {
        "x": {"type": "int", "text": "20", "value": 20},
        "y": {"type": "int", "text": "21", "value": 21},
    }


def test_a_name_that_cannot_be_one_is_refused(room: Room) -> None:
    with pytest.raises(ValueError, match="'a b' cannot be the name of a variable"):
        room.session.set_variable("a b", 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"colour": 1}, "unknown option 'colour'; known are echo, lines, results, stdin, trace, watch"),
        ({"results": "all"}, "results is 'all'; it must be one of last, each, none"),
        ({"lines": [3, 2]}, r"lines is \[3, 2\]; it must be \[first, last\], counted from 1"),
        ({"stdin": [1]}, "stdin and watch must be lists of texts"),
    ],
)
def test_an_option_that_does_not_fit_is_refused(room: Room, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        room.run("print(1)", **options)

    assert room.events == []


def test_only_one_run_goes_on_at_a_time() -> None:
    async def both() -> None:
        session = Session(lambda _event: None)
        first = asyncio.ensure_future(session.run("import asyncio\nawait asyncio.sleep(0)"))
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="a run is still going on"):
            await session.run("1")
        assert (await first).error is None

    asyncio.run(both())


def test_a_waiting_run_can_be_interrupted() -> None:
    async def stop() -> str:
        told: list[Any] = []
        session = Session(told.append)
        run = asyncio.ensure_future(
            session.run("import asyncio\nx = 5\nprint('on')\nawait asyncio.sleep(3600)")
        )
        while not any(event["type"] == "stream" for event in told):
            await asyncio.sleep(0)
        session.interrupt()
        first = await run
        second = await session.run("print(x)")
        assert first.error is not None
        return f"{first.error.name} {second.output}"

    assert asyncio.run(stop()) == "KeyboardInterrupt 5\n"


@pytest.mark.skipif(sys.platform == "win32", reason="pthread_kill is POSIX")
@pytest.mark.parametrize("code", ["while True: pass", "import asyncio\nawait asyncio.sleep(3600)"])
def test_a_signal_interrupts_and_the_names_stay(make_room: Callable[..., Room], code: str) -> None:
    def answer(_prompt: str, _password: bool) -> str:
        timer = threading.Timer(0.05, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT])
        timer.start()
        return "go"

    room = make_room(ask=answer)
    result = room.run(f"x = input()\n{code}")

    assert result.error is not None
    assert result.error.name == "KeyboardInterrupt"
    assert room.told("error")[0]["explanation"]["id"] == "interrupted"
    assert room.run("print(x)").output == "go\n"


def test_input_is_asked_of_a_person(make_room: Callable[..., Room]) -> None:
    asked: list[Any] = []

    def answer(prompt: str, password: bool) -> str:
        asked.append((prompt, password))
        return "Ada"

    room = make_room(ask=answer)
    result = room.run("name = input('Name? ')\nprint('Hello', name)")

    assert asked == [("Name? ", False)]
    assert result.output == "Name? Ada\nHello Ada\n"
    assert room.told("status")[1:3] == [
        {"type": "status", "state": "input", "prompt": "Name? ", "password": False},
        {"type": "status", "state": "busy"},
    ]


def test_prepared_answers_come_before_the_person(make_room: Callable[..., Room]) -> None:
    room = make_room(ask=lambda _prompt, _password: "second")

    assert room.run("print(input(), input())", stdin=["first"], echo=False).output == "first second\n"


def test_a_person_who_does_not_answer_is_an_error(make_room: Callable[..., Room]) -> None:
    room = make_room(ask=lambda _prompt, _password: None)

    assert room.run("input()").error.message == "input() was called, and no answer was given"


def test_the_process_is_as_it_was_after_a_run(room: Room) -> None:
    def state() -> list[Any]:
        modules = [sys.modules.get(name) for name in ("__main__", "builtins", "IPython")]
        return [sys.stdout, sys.stderr, sys.stdin, sys.argv, time.sleep, sys.getrecursionlimit(), *modules]

    before = state()
    room.run(
        "import sys, builtins\nsys.stdout = sys.argv = None\nsys.setrecursionlimit(5000)\nbuiltins.x = 1"
    )

    assert state() == before
    assert not hasattr(builtins, "x")


def test_a_raised_recursion_limit_holds_in_the_next_run(room: Room) -> None:
    room.run("import sys\nsys.setrecursionlimit(3000)\ndef f(n): return n and f(n - 1)")

    assert room.run("f(2500)").error is None


def test_classes_belong_to_the_learners_main_module(room: Room) -> None:
    code = "import pickle\nfrom dataclasses import dataclass\n@dataclass\nclass P:\n    x: 'int' = 1\n"

    assert room.run(code + "pickle.loads(pickle.dumps(P(2)))").error is None
    assert room.told("execute_result")[0]["data"] == {"text/plain": "P(x=2)"}


def test_threads_may_print_after_the_end(make_room: Callable[..., Room]) -> None:
    room = make_room(stay=True)
    before = sys.stdout, sys.stderr, sys.stdin
    try:
        room.run(
            "import threading\ngo = threading.Event()\ndef late():\n    go.wait()\n    print('late')\n"
            "t = threading.Thread(target=late)\nt.start()"
        )
        room.session.get_variable("go").set()
        room.session.get_variable("t").join()
    finally:
        sys.stdout, sys.stderr, sys.stdin = before

    assert room.told("stream") == [{"type": "stream", "name": "stdout", "text": "late\n"}]
    assert room.events[-2]["type"] == "status"
