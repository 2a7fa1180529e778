"""What is printed comes as it is printed, in few events, and no further than the cap."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest

from wasmlab.harness.streams import BURST, CHUNK, PER_SECOND

from .conftest import Room


def test_each_of_a_few_lines_is_sent_at_once(room: Room) -> None:
    room.run("for i in range(3): print(i)")

    assert [event["text"] for event in room.told("stream")] == ["0\n", "1\n", "2\n"]


def test_a_flood_of_lines_is_whole_and_becomes_few_events(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = count(step=1 / 100_000)  # each look at it is one line later: the flood lasts a second
    monkeypatch.setattr("wasmlab.harness.streams.perf_counter", lambda: next(clock))
    result = room.run("for i in range(100_000): print('line', i)")

    texts = [event["text"] for event in room.told("stream")]
    assert "".join(texts) == result.output == "".join(f"line {i}\n" for i in range(100_000))
    seconds = next(clock)  # one: each line was one look
    assert BURST < len(texts) <= BURST + PER_SECOND * seconds + len(result.output) / CHUNK + 1


def test_a_million_lines_are_all_there(room: Room) -> None:
    result = room.run("for i in range(1_000_000): print(i)")

    assert result.output.count("\n") == 1_000_000
    assert result.output.endswith("\n999999\n")


def test_output_past_the_cap_is_cut_with_one_note(make_room: Callable[..., Room]) -> None:
    room = make_room(output=10)
    result = room.run("import sys\nfor i in range(5): print('abc')\nprint('e', file=sys.stderr)\n2 + 2")

    assert result.output == "abc\nabc\nab"
    assert room.told("stream")[-1] == {
        "type": "stream",
        "name": "stderr",
        "text": "\n[output cut after 10 characters; the program ran on]\n",
    }
    assert room.told("execute_result")[0]["data"] == {"text/plain": "4"}
    assert room.run("print('again')").output == "again\n"


def test_what_was_printed_is_sent_before_the_program_sleeps(room: Room) -> None:
    seen: list[int] = []
    room.session.set_variable("look", lambda: seen.append(len(room.told("stream"))))
    room.run("import time\nfor i in range(500): print(i)\nprint('x', end=''); time.sleep(0.05); look()")
    everything = "".join(event["text"] for event in room.told("stream")[: seen[0]])

    assert everything.endswith("499\nx")


def test_what_was_printed_is_sent_before_the_program_waits(room: Room) -> None:
    seen: list[int] = []
    room.session.set_variable("look", lambda: seen.append(len(room.told("stream"))))
    room.run(
        "import asyncio\nasync def f():\n    print('x', end='')\n"
        "    await asyncio.sleep(0)\n    look()\nawait f()"
    )

    assert seen == [1]


@pytest.mark.parametrize("rest", ["time.sleep(0)", "await asyncio.sleep(0)", "await asyncio.sleep(0.0001)"])
def test_a_flood_that_rests_between_its_lines_becomes_few_events_too(room: Room, rest: str) -> None:
    result = room.run(f"import asyncio, time\nfor i in range(2000):\n    print(i)\n    {rest}")

    texts = [event["text"] for event in room.told("stream")]
    assert "".join(texts) == result.output == "".join(f"{i}\n" for i in range(2000))
    assert len(texts) < 1000  # 20 a second at most: it would have to last a minute


def test_what_a_flood_has_held_back_comes_while_the_program_waits(room: Room) -> None:
    seen: list[str] = []
    room.session.set_variable("look", lambda: seen.extend(event["text"] for event in room.told("stream")))
    room.run(
        "import asyncio\nasync def f():\n    for i in range(500): print(i)\n"
        "    await asyncio.sleep(0.5)\n    look()\nawait f()"
    )

    assert "".join(seen).endswith("499\n")


def test_results_and_output_keep_their_order(room: Room) -> None:
    room.run("print('a', end='')\n1\nprint('b', end='')\ndisplay(2)\nprint('c', end='')", results="each")

    assert [event["type"] for event in room.events if event["type"] not in ("statement", "status")] == [
        "stream",
        "execute_result",
        "stream",
        "display_data",
        "stream",
    ]


def test_an_emit_that_prints_does_not_call_itself() -> None:
    from wasmlab.harness import Session

    count = 0

    def emit(event: object) -> None:
        nonlocal count
        count += 1
        print("log", event)

    session = Session(emit)
    session.run_blocking("print(1)")
    session.close()

    assert count < 10
