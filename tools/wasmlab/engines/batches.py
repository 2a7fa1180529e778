"""Several steps in one go, many calls or an opening and a call: a browser is asked once, not once a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from wasmlab.engines.contract import Hosts, Instance, Session
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


@runtime_checkable
class Opening(Protocol):
    """A session to which an order by itself is dear."""

    def open_and_call(self, wasm: bytes, hosts: Hosts | None, call: Call) -> tuple[Instance, RoundTrip]:
        """Do what `open` and `call` do, one after the other."""


def open_and_call(
    session: Session, wasm: bytes, hosts: Hosts | None, call: Call
) -> tuple[Instance, RoundTrip]:
    """Instantiate a module and call an export of it; return the instance and the round trip.

    Raises:
        ModuleUnreadable, CallRefused: as `open` and as `call`.
    """
    if isinstance(session, Opening):
        return session.open_and_call(wasm, hosts, call)
    instance = session.open(wasm, hosts)
    return instance, instance.call(*call)
