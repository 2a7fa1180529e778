"""Many calls in one go are the calls one by one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from wasmlab.engines import session
from wasmlab.engines.batches import call_each, open_and_call
from wasmlab.engines.browser.engine import ThreadedSession
from wasmlab.engines.browser.playwright_tab import PlaywrightTab
from wasmlab.engines.browser.session import BrowserSession
from wasmlab.engines.contract import Limits, Session
from wasmlab.errors import CallRefused, ModuleUnreadable
from wasmlab.roundtrip import Value, agree

MODULE = """
  (import "env" "log" (func $log (param i32)))
  (memory (export "memory") 1)
  (func (export "add") (param i32) (result i32)
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (local.get 0)))
    (call $log (local.get 0))
    (i32.load (i32.const 0)))
  (func (export "stop") unreachable)
  (func (export "loop") (loop (br 0)))"""


def _add(number: int) -> tuple[str, list[Value]]:
    return "add", [Value("i32", number)]


def test_each_call_is_as_it_is_by_itself(patient: dict[str, Session], module: Callable[[str], bytes]) -> None:
    calls = [_add(5), ("stop", []), _add(2), _add(7)]
    for name, started in patient.items():
        one, other = started.open(module(MODULE)), started.open(module(MODULE))
        batch, singly = call_each(one, calls), [other.call(function, args) for function, args in calls]
        assert [trip.result for trip in batch] == [5, None, 7, 14], name
        assert all(agree(*pair) for pair in zip(batch, singly, strict=True)), name
        assert len({trip.memory_hash for trip in batch}) == 3, name
        assert [len(trip.host_calls) for trip in batch] == [1, 0, 1, 1], name


def test_what_the_clock_ends_is_followed_by_a_new_instance(module: Callable[[str], bytes]) -> None:
    """In one browser, with a limit that only a loop reaches: the page is the same in all of them."""
    with session("chromium", Limits(seconds=3)) as started:
        trips = call_each(started.open(module(MODULE)), [_add(5), ("loop", []), _add(2)])
    assert [trip.trap.kind if trip.trap else trip.result for trip in trips] == [5, "time limit", 2]


def test_a_call_that_does_not_fit_is_refused(started: Session, module: Callable[[str], bytes]) -> None:
    with pytest.raises(CallRefused, match="the module exports no 'sub'"):
        call_each(started.open(module(MODULE)), [("sub", [])])


def test_a_module_that_did_not_start_answers_every_call_with_its_trap(
    patient: dict[str, Session], module: Callable[[str], bytes]
) -> None:
    wasm = module('(func $f unreachable) (start $f) (func (export "g"))')
    for name, started in patient.items():
        trips = call_each(started.open(wasm), [("g", []), ("g", [])])
        assert [trip.trap.kind if trip.trap else "" for trip in trips] == ["unreachable"] * 2, name


def test_a_module_finds_nothing_of_the_one_before_it(
    patient: dict[str, Session], module: Callable[[str], bytes]
) -> None:
    """A browser lets a worker open one module after another, whatever the first one came to."""
    bare = module('(func (export "add") (param i32) (result i32) (i32.const 1))')
    for name, started in patient.items():
        found = []
        for wasm in (module(MODULE), module(MODULE), bare, module(MODULE)):
            instance = started.open(wasm)
            found.append(instance.call(*_add(5)))
            if wasm is not bare:
                instance.call("stop", [])
            del instance
        assert [trip.result for trip in found] == [5, 5, 1, 5], name
        assert [len(trip.host_calls) for trip in found] == [1, 1, 0, 1], name
        assert [bool(trip.memory_hash) for trip in found] == [True, True, False, True], name


def test_a_worker_opens_one_small_module_after_another_and_none_after_a_big_one(
    module: Callable[[str], bytes],
) -> None:
    small, big = (module(f'(memory (export "memory") {pages}) (func (export "f"))') for pages in (1, 1024))
    with session("chromium", Limits(seconds=20)) as started:
        assert isinstance(started, ThreadedSession)
        counts = started._thread.submit(
            _workers, started._session, [*[small] * 10, big, small, small]
        ).result()
    assert counts == [0] * 11 + [1, 1]


def _workers(opening: BrowserSession, modules: list[bytes]) -> list[int]:
    """Open one module after the other, and return how many workers had been started for that after each."""
    made: list[object] = []
    counts = []
    opening.open(modules[0]).call("f", [])
    assert isinstance(opening._tab, PlaywrightTab)
    opening._tab._page.on("worker", lambda worker: made.append(worker))
    for wasm in modules:
        opening.open(wasm).call("f", [])
        counts.append(len(made))
    return counts


def _first(started: Session, wasm: bytes, call: tuple[str, list[Value]]) -> object:
    """Return what a module's opening and its first call come to, in one go."""
    trip = open_and_call(started, wasm, None, call)[1]
    return trip.trap.kind if trip.trap else trip.result


def test_a_module_opened_with_its_first_call_is_as_one_opened_before(
    patient: dict[str, Session], module: Callable[[str], bytes]
) -> None:
    for name, started in patient.items():
        instance, trip = open_and_call(started, module(MODULE), None, _add(5))
        before = started.open(module(MODULE))
        assert agree(trip, before.call(*_add(5))), name
        assert agree(instance.opening, before.opening), name
        assert (trip.result, instance.call(*_add(2)).result) == (5, 7), name


def test_what_is_wrong_with_a_module_is_told_before_its_first_call(
    patient: dict[str, Session], module: Callable[[str], bytes]
) -> None:
    stops = module('(func $f unreachable) (start $f) (func (export "g"))')
    unlinked = module('(memory 0) (data (i32.const 0) "x") (func (export "g"))')
    for name, started in patient.items():
        assert _first(started, stops, ("g", [])) == "unreachable", name
        assert _first(started, unlinked, ("g", [])) == "memory access out of bounds", name
        with pytest.raises(ModuleUnreadable):
            open_and_call(started, b"\0asm\1\0\0\0\x0a\x01", None, ("none", []))
        with pytest.raises(CallRefused, match="the module exports no 'sub'"):
            open_and_call(started, module(MODULE), None, ("sub", []))
        with pytest.raises(CallRefused, match="add was given"):
            open_and_call(started, module(MODULE), None, ("add", []))


def test_a_first_call_that_the_clock_ends_is_followed_by_a_new_instance(
    module: Callable[[str], bytes],
) -> None:
    with session("chromium", Limits(seconds=3)) as started:
        instance, trip = open_and_call(started, module(MODULE), None, ("loop", []))
        assert trip.trap
        assert (trip.trap.kind, instance.call(*_add(2)).result) == ("time limit", 2)


def test_a_host_function_that_fails_in_a_first_call_is_raised_there(
    patient: dict[str, Session], module: Callable[[str], bytes]
) -> None:
    def fail(_number: int) -> None:
        raise KeyError("mine")

    for started in patient.values():
        with pytest.raises(KeyError, match="mine"):
            open_and_call(started, module(MODULE), {"env.log": fail}, _add(5))
