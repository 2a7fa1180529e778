"""Many calls of one instance in one go: a browser is asked once, not once a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from wasmlab.engines.contract import Instance
from wasmlab.roundtrip import RoundTrip, Value

Call = tuple[str, Sequence[Value]]


@runtime_checkable
class Batching(Protocol):
    """An instance to which a call by itself is dear."""

    def call_each(self, calls: Sequence[Call]) -> list[RoundTrip]:
        """Make the calls one after the other; each is as `call` makes it, and may take as long."""


def call_each(instance: Instance, calls: Sequence[Call]) -> list[RoundTrip]:
    """Make the calls one after the other, and return their round trips.

    Raises:
        CallRefused: a name or arguments do not fit; the calls before may have been made.
    """
    if isinstance(instance, Batching):
        return instance.call_each(calls)
    return [instance.call(name, args) for name, args in calls]
