"""Watched variables: what is told beside the contract's table."""

from __future__ import annotations

import pytest

from .conftest import Room


def test_variable_event_has_the_fields_of_the_wire(room: Room) -> None:
    room.run("x = 1\nx = 2", watch=["x"])

    assert room.told("variable")[1] == {
        "type": "variable",
        "name": "x",
        "value": {"type": "int", "text": "2", "value": 2},
        "old": {"type": "int", "text": "1", "value": 1},
        "change": "set",
    }


def test_change_is_told_after_the_statement_and_before_its_end(room: Room) -> None:
    room.run("x = 1\nx", watch=["x"])

    assert [event["type"] for event in room.events[1:-1]] == [
        "variable",
        "statement",
        "execute_result",
        "statement",
    ]


def test_a_value_set_from_outside_is_told_at_once(room: Room) -> None:
    room.run("x = 1", watch=["x"])
    room.events.clear()
    room.session.set_variable("x", 5)

    assert [(event["change"], event["value"]["text"]) for event in room.events] == [("set", "5")]


def test_a_change_between_two_runs_is_told_by_the_second(room: Room) -> None:
    room.run("x = [1]", watch=["x"])
    room.session.namespace["x"].append(2)
    room.run("", watch=["x"])

    assert [(event["change"], event["value"]["text"]) for event in room.told("variable")] == [
        ("mutate", "[1, 2]")
    ]


def test_reset_deletes_watched_variables(room: Room) -> None:
    room.run("x = 1", watch=["x"])
    room.session.reset()
    room.run("", watch=["x"])

    assert [event["change"] for event in room.told("variable")] == ["delete"]


@pytest.mark.parametrize(
    ("make", "change"),
    [
        ("[1, 2]", "x[0] = -1"),
        ("[-1]", "x[0] = -2"),
        ("[1]", "x[0] = True"),
        ("[1]", "x[0] = 1.0"),
        ("{1: 2}", "x[1] = 3"),
        ("{1: 2, 3: 4}", "x[1] = x.pop(1)"),
        ("{1}", "x.add(2)"),
        ("bytearray(b'a')", "x[0] = 1"),
        ("__import__('array').array('i', [1])", "x[0] = 2"),
        ("__import__('collections').deque([1])", "x.append(2)"),
        ("__import__('collections').Counter('a')", "x['a'] += 1"),
        ("[[[[[[[[[[[1]]]]]]]]]]]", "x[0][0][0][0][0][0][0][0][0][0][0] = 2"),
        ("[0] * 1_000_000", "x[999_999] = 1"),
        ("type('P', (), {})()", "x.a = 1"),
        ("type('S', (), {'__slots__': ('a',)})()", "x.a = 1"),
        ("type('L', (list,), {})([1])", "x.extra = 1"),
        ("[type('P', (), {'a': 1})()]", "x[0].a = 2"),
    ],
)
def test_mutation_in_place_is_seen(room: Room, make: str, change: str) -> None:
    room.run(f"x = {make}\n{change}", watch=["x"])

    assert [event["change"] for event in room.told("variable")] == ["set", "mutate"]


@pytest.mark.parametrize("make", ["1000", "[1, 'a']", "{'a': {1}}", "'x' * 100", "float('nan')", "None"])
def test_an_equal_value_set_again_is_no_change(room: Room, make: str) -> None:
    room.run(f"x = {make}\nx = {make}", watch=["x"])

    assert [event["change"] for event in room.told("variable")] == ["set"]


def test_a_value_that_others_hold_too_is_no_change(room: Room) -> None:
    room.run("x = ['a' + str(1)]\ny = x[0]\nz = x", watch=["x"])

    assert [event["change"] for event in room.told("variable")] == ["set"]
