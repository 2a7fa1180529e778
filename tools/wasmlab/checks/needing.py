"""Skips a check where the engine lacks what it takes, and says what that is."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from wasmlab.engines.contract import Session
from wasmlab.engines.features import FEATURES, has_feature
from wasmlab.errors import UsageError
from wasmlab.names import did_you_mean


def marked(item: pytest.Item) -> list[str]:
    """Return the features that a check's marks name, as in `@pytest.mark.needs("threads")`.

    Raises:
        UsageError: there is none of that name.
    """
    names = [str(name) for mark in item.iter_markers("needs") for name in mark.args]
    for name in names:
        if name not in FEATURES:
            raise UsageError(f"no feature is called {name!r}", did_you_mean(name, FEATURES))
    return names


def skip_without(session: Session, needed: Iterable[str]) -> None:
    """Skip the check at hand where the engine lacks one of the features."""
    for name in dict.fromkeys(needed):
        if not has_feature(session, name):
            pytest.skip(f"{session.name} has no {name}")
