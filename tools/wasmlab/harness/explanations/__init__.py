"""Plain words for the errors that beginners make most: what happened, and what to try."""

from __future__ import annotations

from .rules import Clue, Explanation, Rule
from .runtime import RUNTIME
from .syntax import SYNTAX
from .values import VALUES

__all__ = ["RULES", "Clue", "Explanation", "Rule", "explain"]

RULES: tuple[Rule, ...] = (*SYNTAX, *RUNTIME, *VALUES)


def explain(clue: Clue) -> Explanation | None:
    """Return the explanation of the first rule that fits, or None where none does."""
    for rule in RULES:
        found = rule.explain(clue)
        if found is not None:
            return found
    return None
