"""What a call costs: wasmtime's fuel, one for most instructions, the same number in every run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from wasmlab.checks.notmet import NotMet
from wasmlab.engines.arguments import read_arguments
from wasmlab.engines.border import signature_of
from wasmlab.engines.contract import Limits

if TYPE_CHECKING:
    from wasmlab.checks.subject import Number, Subject

MOST = 1_000_000_000
"""No call may cost more; wasmtime burns so much in a second or two."""


class Meter:
    """A wasmtime that counts."""

    def __init__(self) -> None:
        from wasmlab.engines.wasmtime import WasmtimeSession

        self._session = WasmtimeSession(Limits(fuel=MOST))

    def measure(self, subject: Subject, name: str, args: Sequence[Number]) -> int:
        """Return the fuel of one call in a fresh instance.

        Raises:
            NotMet: the call ended in a trap, or cost more than is counted.
        """
        instance: Any = self._session.open(subject.wasm)  # one of wasmtime's, which alone has fuel
        values = read_arguments(signature_of(subject.module, name), [str(value) for value in args])
        trip = instance.call(name, values)
        if trip.trap:
            words = f"{name}({', '.join(map(str, args))})"
            raise NotMet(f"in the call {words}", "an end", f"a trap: {trip.trap.kind}", trap=trip.trap.kind)
        return MOST - int(instance.fuel_left())

    def close(self) -> None:
        """End it."""
        self._session.close()


class Cost:
    """The cost of one call."""

    def __init__(self, subject: Subject, meter: Meter, name: str, args: Sequence[Number]) -> None:
        self._subject = subject
        self._meter = meter
        self._words = f"{name}({', '.join(map(str, args))})"
        self.fuel = meter.measure(subject, name, args)

    def at_most(self, fuel: int, help: str = "") -> Cost:
        """Expect a cost of at most so much fuel."""
        if self.fuel > fuel:
            raise NotMet(
                f"{self._words} costs too much",
                f"at most {fuel} fuel",
                f"{self.fuel} fuel",
                help,
                value=self.fuel,
            )
        return self

    def at_most_times(self, factor: float, name: str, *args: Number, help: str = "") -> Cost:
        """Expect at most `factor` times the cost of another call."""
        other = self._meter.measure(self._subject, name, args)
        if self.fuel > factor * other:
            words = f"{name}({', '.join(map(str, args))})"
            times = f"{self.fuel / max(other, 1):.1f} times: {self.fuel} fuel after {other}"
            message = f"{self._words} costs too much beside {words}"
            raise NotMet(message, f"at most {factor:g} times as much", times, help)
        return self
