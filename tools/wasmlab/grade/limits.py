"""How much one submission may use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from wasmlab.checks.patience import OWN_SECONDS
from wasmlab.engines.contract import Limits
from wasmlab.grade.confining.limits import CompilerLimits


@dataclass(frozen=True)
class GradeLimits:
    """`seconds` for all checks of a submission, `call` for one call, `compiling` for one command.

    `building` is for all commands together; `module` and `memory` are bytes of one module, and `browser`
    those that the checks may hold for each browser that they run in, which counts too. A submission that
    uses more is ended, whatever it is at.
    """

    seconds: float = 60.0
    call: float = 2.0
    compiling: float = 10.0
    building: float = 300.0
    module: int = 8 << 20
    memory: int = 256 << 20
    browser: int = 2 << 30

    @property
    def calls(self) -> Limits:
        """The limits of one call, as engines take them."""
        return Limits(seconds=self.call, memory=self.memory)

    @property
    def patience(self) -> float:
        """How long a check may be busy with itself: it ends before the submission's time is over."""
        return min(OWN_SECONDS, self.seconds / 3)

    @property
    def commands(self) -> CompilerLimits:
        """The limits of one command of the compiler."""
        return CompilerLimits(seconds=self.compiling)

    def together(self, engines: Sequence[str]) -> int:
        """Return how many bytes the checks may hold, with all that runs them."""
        return self.browser * max(1, len(set(engines) - {"wasmtime"}))

    def to_json(self) -> dict[str, Any]:
        """Return them as plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> GradeLimits:
        """Read what `to_json` has made."""
        return cls(**raw)
