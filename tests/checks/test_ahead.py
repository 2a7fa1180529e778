"""The thread that prepares a run of checks, and the one that has the browsers."""

from __future__ import annotations

import threading
from concurrent.futures import wait

import pytest

from wasmlab.checks.runs.ahead import Owner


def test_what_uses_pages_is_done_in_turn_by_the_thread_that_has_them() -> None:
    owner, done = Owner(), list[tuple[str, threading.Thread]]()

    def prepare(owner: Owner) -> str:
        owner.post(lambda _pages: done.append(("posted", threading.current_thread())))
        owner.do(lambda _pages: done.append(("done", threading.current_thread())))
        return "the verdicts"

    begun = owner.prepare(prepare)
    owner.serve(object())  # type: ignore[arg-type]  # whatever the pages are, they are only handed on
    assert begun.result() == "the verdicts"
    assert done == [("posted", threading.current_thread()), ("done", threading.current_thread())]


def test_without_pages_nothing_is_got_ready_in_them() -> None:
    owner, done = Owner(), list[object]()

    def prepare(owner: Owner) -> object:
        owner.post(done.append)
        return owner.do(lambda pages: pages)

    begun = owner.prepare(prepare)
    owner.serve(None)
    assert begun.result() is None
    assert done == []


def test_an_error_of_the_one_thread_is_raised_in_the_other() -> None:
    owner = Owner()

    def broken(_pages: object) -> None:
        raise KeyboardInterrupt

    begun = owner.prepare(lambda owner: owner.do(broken))
    owner.serve(None)
    with pytest.raises(KeyboardInterrupt):
        begun.result()


@pytest.mark.parametrize("asks", ["before", "after"])
def test_an_owner_that_leaves_keeps_nobody_waiting(asks: str) -> None:
    owner, compiler_ended = Owner(), threading.Event()
    owner.stop = compiler_ended.set

    def prepare(owner: Owner) -> None:
        if asks == "after":
            assert compiler_ended.wait(30)
        owner.do(lambda _pages: pytest.fail("the owner is gone"))

    begun = owner.prepare(prepare)
    while asks == "before" and owner._waiting is None:
        pass
    owner.leave()
    assert wait([begun], 30).done
    assert isinstance(begun.exception(), KeyboardInterrupt)
