"""Says whether a value is still what it was: a digest of all that can be seen of it."""

from __future__ import annotations

import hashlib
import marshal
from collections import deque
from collections.abc import Iterable
from typing import Any

from .origins import is_learners_class
from .views import attributes

NODES = 20_000  # containers and objects that one fingerprint looks into
BYTES = 64 * 1024 * 1024  # of an array or a buffer
VERSION = 2  # marshal's last version whose bytes do not depend on who else holds the value
_dumps: Any = marshal.dumps
_ATOMS = frozenset({int, float, complex, bool, str, bytes, type(None)})


def fingerprint(value: object) -> bytes:
    """Return a digest that differs where a value, its type or anything inside it differs.

    Values deeper than `NODES` containers are not looked at. No code of the learner runs.
    """
    return _Walk().digest(value)


class _Walk:
    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=16)
        self._seen: dict[int, int] = {}
        self._todo: deque[object] = deque()

    def digest(self, value: object) -> bytes:
        self._todo.append(value)
        while self._todo:
            self._add(self._todo.popleft())
        return self._hash.digest()

    def _add(self, value: object) -> None:
        cls = type(value)
        if cls in _ATOMS:
            self._hash.update(_dumps(value, VERSION))
            return
        first_time = id(value) not in self._seen
        number = self._seen.setdefault(id(value), len(self._seen))
        self._hash.update(f"{id(cls)}#{number};".encode())
        if first_time and number < NODES:
            self._inside(value, cls)

    def _inside(self, value: Any, cls: type) -> None:
        for base in (list, tuple, set, frozenset, deque):
            if issubclass(cls, base):
                self._many(list(base.__iter__(value)))
        if issubclass(cls, dict):
            self._many(list(dict.keys(value)))
            self._many(list(dict.values(value)))
        if is_learners_class(cls):
            self._state(value)
        elif cls not in (list, tuple, set, frozenset, deque, dict):
            self._foreign(value)

    def _many(self, values: list[object]) -> None:
        self._hash.update(b"[%d]" % len(values))
        if set(map(type, values)) <= _ATOMS:
            self._hash.update(_dumps(values, VERSION))
        else:
            self._later(values)

    def _later(self, values: Iterable[object]) -> None:
        for value in values:
            if len(self._todo) > NODES:
                return
            self._todo.append(value)

    def _state(self, value: object) -> None:
        state = attributes(value)
        self._many(list(state))
        self._many(list(state.values()))

    def _foreign(self, value: Any) -> None:
        """Look at a library's object: its memory where it shares it, else its attributes and its text."""
        if isinstance(value, type) or callable(value):
            self._hash.update(b"%d" % id(value))
            return
        try:
            memory = memoryview(value)
            if memory.nbytes <= BYTES:
                self._hash.update(memory.tobytes())
        except TypeError:
            self._state(value)
            self._hash.update(repr(value).encode("utf-8", "surrogatepass"))
