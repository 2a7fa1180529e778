"""A check that calls for ever, because the answer that it waits for never comes."""

from __future__ import annotations

import pytest

from wasmlab.checks import notes
from wasmlab.checks.notes import Notes
from wasmlab.checks.notmet import NotMet
from wasmlab.engines.trap_kinds import TIME


def test_calls_come_to_an_end_and_the_next_set_of_parameters_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = iter([100.0, 129.0, 131.0])
    monkeypatch.setattr(notes.time, "monotonic", lambda: next(now))
    noted = Notes()
    noted.begin_call("first")
    noted.begin_call("second")
    with pytest.raises(NotMet, match="never ends") as told:
        noted.begin_call("third")
    assert (told.value.came, told.value.trap) == ("30 s are over", TIME)
    assert (noted.timed_out, noted.again) == (True, "third")
