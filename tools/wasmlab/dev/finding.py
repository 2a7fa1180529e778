"""What is wrong with a lesson, for its author."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Finding:
    """One mistake: `where` is a file and a line, or a case; `hint` is one edit or command."""

    where: str
    what: str
    hint: str = ""

    def lines(self) -> list[str]:
        """Return it as a person reads it."""
        return [f"error: {self.where}: {self.what}", *([f"hint: {self.hint}"] if self.hint else [])]

    def to_json(self) -> dict[str, str]:
        """Return it as plain data."""
        return asdict(self)
