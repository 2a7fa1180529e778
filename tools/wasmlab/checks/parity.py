"""Compares what the engines answer to the same calls of the same check."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from wasmlab.engines.contract import Instance, Session
from wasmlab.errors import EnginesDisagree
from wasmlab.parity import memory_of, settled
from wasmlab.roundtrip import RoundTrip, Value, disagreement

Call = tuple[str, tuple[Value, ...]]
Compare = Callable[[bytes, Sequence[Call], RoundTrip, Instance], None]


@dataclass(frozen=True)
class _Asked:
    """What one engine answered to the last of these calls."""

    wasm: bytes
    calls: tuple[Call, ...]
    trip: RoundTrip


class Parity:
    """The first engine's answers of one run of pytest; `start` gives a started engine by its name."""

    def __init__(self, start: Callable[[str], Session]) -> None:
        self._start = start
        self._first: dict[tuple[str, int], _Asked] = {}

    def of(self, check: str) -> Compare:
        """Return what compares the calls of one check, whatever engine it runs in."""
        return partial(self._compare, check)

    def _compare(
        self, check: str, wasm: bytes, calls: Sequence[Call], trip: RoundTrip, instance: Instance
    ) -> None:
        """Compare `trip`, the answer to the last of the calls that an instance was given.

        Raises:
            EnginesDisagree: another engine answered otherwise; the error holds the table.
        """
        asked = _Asked(wasm, tuple(calls), trip)
        first = self._first.setdefault((check, len(calls)), asked)
        if first.wasm != wasm or first.calls != asked.calls or first.trip.engine == trip.engine:
            return  # the check does something else here: there is nothing to compare
        trips = settled([first.trip, trip], [partial(self._memory_then, first), partial(memory_of, instance)])
        if table := disagreement(trips):
            raise EnginesDisagree(
                f"the engines disagree about {trip.function}:\n{table}",
                "the module must do nothing that WebAssembly leaves to the engine",
            )

    def _memory_then(self, asked: _Asked) -> bytes:
        """Return the memory as it was after the first engine's calls, by making them again."""
        instance = self._start(asked.trip.engine).open(asked.wasm)
        for name, args in asked.calls:
            instance.call(name, args)
        return memory_of(instance)
