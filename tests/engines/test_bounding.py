"""Each block has its own time, and all of them one thread."""

from __future__ import annotations

import threading

import pytest

from wasmlab.engines.bounding import NAME, bounded

WAIT = 20.0


def test_what_takes_too_long_is_ended() -> None:
    over = threading.Event()
    with bounded(0.01, over.set):
        assert over.wait(WAIT)


def test_a_short_time_is_over_before_a_long_one_that_began_before_it() -> None:
    long, short = threading.Event(), threading.Event()
    with bounded(600, long.set), bounded(0.01, short.set):
        assert short.wait(WAIT)
        assert not long.is_set()


def test_what_ends_in_time_is_left_alone() -> None:
    ended, later = threading.Event(), threading.Event()
    with bounded(0.05, ended.set):
        pass
    with bounded(0.1, later.set):
        assert later.wait(WAIT)
    assert not ended.is_set()


def test_a_block_that_breaks_is_watched_no_longer() -> None:
    broken, later = threading.Event(), threading.Event()
    with pytest.raises(ValueError, match="broken"), bounded(0.05, broken.set):
        raise ValueError("broken")
    with bounded(0.1, later.set):
        assert later.wait(WAIT)
    assert not broken.is_set()


def test_one_that_takes_its_time_to_end_something_keeps_no_other_waiting() -> None:
    begun, ending, other = threading.Event(), threading.Event(), threading.Event()

    def end() -> None:
        begun.set()
        ending.wait(WAIT)

    with bounded(0.01, end), bounded(0.02, other.set):
        assert begun.wait(WAIT)
        assert other.wait(WAIT)
    ending.set()


def test_there_is_one_thread_for_all() -> None:
    with bounded(600, lambda: None), bounded(500, lambda: None), bounded(400, lambda: None):
        assert [thread.name for thread in threading.enumerate()].count(NAME) == 1
