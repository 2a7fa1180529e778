"""Says which watched variables a statement has set, changed in place or deleted."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import events
from .events import Event
from .fingerprints import fingerprint
from .options import Limits
from .views import View, Viewer


@dataclass(frozen=True)
class _Seen:
    """What a variable was when it was last looked at."""

    print: bytes
    view: View
    value: Callable[[], Any]  # the object itself, held only weakly where it can be

    @classmethod
    def of(cls, value: object, limits: Limits) -> _Seen:
        return cls(_safe_print(value), Viewer(limits).view(value), _hold(value))


class Watcher:
    """Compares the watched names of a namespace with what they were."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._seen: dict[str, _Seen | None] = {}

    def watch(self, names: Sequence[str]) -> None:
        """Watch these names from now on; what was seen of others is forgotten."""
        self._seen = {name: self._seen.get(name) for name in names}

    def changes(self, namespace: Mapping[str, object]) -> Iterator[Event]:
        """Yield a `variable` event for every watched name that is not what it was."""
        for name, old in self._seen.items():
            new = self._look(name, old, namespace)
            if new is old:
                continue
            self._seen[name] = new
            yield _event(name, old, new)

    def _look(self, name: str, old: _Seen | None, namespace: Mapping[str, object]) -> _Seen | None:
        if name not in namespace:
            return None
        value = namespace[name]
        if old is not None and _safe_print(value) == old.print:
            return old
        return _Seen.of(value, self._limits)


def _event(name: str, old: _Seen | None, new: _Seen | None) -> Event:
    before = old.view if old else None
    if new is None:
        return events.variable(name, None, before, "delete")
    same = old is not None and old.value() is new.value()
    return events.variable(name, new.view, before, "mutate" if same else "set")


def _hold(value: object) -> Callable[[], Any]:
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: value


def _safe_print(value: object) -> bytes:
    try:
        return fingerprint(value)
    except Exception:  # a library's object may refuse to be looked at; then only its identity counts
        return b"%d" % id(value)
