"""The checks that somebody has picked by `wasmlab check -k`, and how many were left out for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wasmlab.errors import UsageError
from wasmlab.names import did_you_mean

if TYPE_CHECKING:
    import pytest


@dataclass
class Pick:
    """Which checks are run: those that `words` names, as pytest reads its own `-k`; all without a word.

    Run `backwards` the last one comes first, but for those that wait for others.
    """

    words: str = ""
    backwards: bool = False
    left_out: int = 0
    _names: set[str] = field(default_factory=set)

    @property
    def options(self) -> list[str]:
        """How pytest is told."""
        return ["-k", self.words] if self.words else []

    def note(self, left_out: Sequence[pytest.Item]) -> None:
        """Count checks that are not run."""
        from wasmlab.checks.marks import short_name

        self.left_out += len(left_out)
        self._names |= {short_name(item) for item in left_out}

    def refuse_unread(self) -> None:
        """Refuse words that pytest would not take.

        Raises:
            UsageError: they are no names with and, or, not and brackets.
        """
        if not self.words:
            return
        from _pytest.mark.expression import Expression

        try:
            Expression.compile(self.words)
        except Exception as error:  # of a kind that differs from one pytest to the next
            hint = "name parts of names, and between them and, or, not and brackets"
            raise UsageError(f"-k {self.words!r} cannot be read", hint) from error

    def refuse_none(self) -> None:
        """Refuse words that no check at all is meant by.

        Raises:
            UsageError: every check was left out.
        """
        if self.left_out:
            near = did_you_mean(self.words, self._names)
            raise UsageError(f"no check is meant by -k {self.words!r}", near)
