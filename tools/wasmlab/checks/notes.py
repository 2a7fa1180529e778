"""What is remembered of all calls of one check, whatever they went to."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

import pytest

from wasmlab.checks.notmet import NotMet
from wasmlab.engines.trap_kinds import TIME

CHECK_SECONDS = 30.0
"""How long a check may go on calling, where each single call ends in time."""


@dataclass
class Notes:
    """`again` is the command that makes the last call once more, `until` when the time for calls is over."""

    timed_out: bool = False
    again: str = ""
    until: float = math.inf

    def begin_call(self, again: str = "") -> None:
        """Note a call.

        Raises:
            NotMet: the check has called for so long that it may be waiting for an answer that never comes.
        """
        self.again = again
        now = time.monotonic()
        if now > self.until:
            self.timed_out = True
            message, came = "call follows call, and the check never ends", f"{CHECK_SECONDS:g} s are over"
            raise NotMet(message, "an end", came, trap=TIME)
        self.until = min(self.until, now + CHECK_SECONDS)


NOTES = pytest.StashKey[Notes]()
"""What is remembered of a check's calls."""
