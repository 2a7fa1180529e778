"""Bounded pictures of values, made without running a line of the learner's code.

A view is `{type, text}`, with `value` where JSON can carry it exactly, and for containers and objects
`id` (the same object has the same number), `length`, and `items`, `entries` or `attributes`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from enum import Enum
from itertools import islice
from types import (
    BuiltinFunctionType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any

from .options import Limits
from .origins import is_learners_class

View = dict[str, Any]

SAFE_INTEGER = 2**53 - 1
LONG_INTEGER_BITS = 4096
MORE = "..."
_NAME = type.__dict__["__name__"].__get__
_SEQUENCES: tuple[tuple[type, str], ...] = (
    (list, "[]"),
    (tuple, "()"),
    (set, "{}"),
    (frozenset, "{}"),
    (deque, "[]"),
)


def type_name(value: object) -> str:
    """Return the name of the value's class, whatever the class says of itself."""
    return str(_NAME(type(value)))


def cut(text: str, limit: int) -> str:
    """Return `text`, shortened in the middle where it is longer than `limit`."""
    if len(text) <= limit:
        return text
    head = (limit - len(MORE)) * 2 // 3
    return text[:head] + MORE + text[len(text) - (limit - len(MORE) - head) :]


class Viewer:
    """Makes views; `left` values may still be looked at before it answers with names alone."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ids: dict[int, int] = {}
        self.left = limits.step_values
        self.spent = 0

    def renew(self) -> None:
        """Allow a full number of values again."""
        self.left = self._limits.step_values

    def view(self, value: object, depth: int = 0) -> View:
        """Return the picture of `value`; one that cannot be read says so."""
        self.left -= 1
        self.spent += 1
        try:
            return self._view(value, depth)
        except Exception as error:  # a learner's object may raise anything when it is looked at
            return {"type": type_name(value), "text": f"<unreadable: {type_name(error)}>"}

    def _view(self, value: object, depth: int) -> View:
        kind = type_name(value)
        atom = self._atom(value, kind)
        if atom is not None:
            return atom
        made: View = {"type": kind, "text": "", "id": self._ids.setdefault(id(value), len(self._ids) + 1)}
        for cls, brackets in _SEQUENCES:
            if issubclass(type(value), cls):
                return self._sequence(made, value, cls, brackets, depth)
        if issubclass(type(value), dict):
            return self._mapping(made, value, depth)
        return self._object(made, value, depth)

    def _atom(self, value: object, kind: str) -> View | None:
        cls = type(value)
        if value is None or cls is bool:
            return {"type": kind, "text": str(value), "value": value}
        if cls is int:
            return self._integer(value)  # type: ignore[arg-type]
        if cls is float:
            exact = {"value": value} if math.isfinite(value) else {}  # type: ignore[arg-type]
            return {"type": kind, "text": repr(value), **exact}
        if cls is str:
            return self._text(value)  # type: ignore[arg-type]
        if cls in (bytes, bytearray):
            start: bytes = value[: self._limits.text]  # type: ignore[index]
            return {"type": kind, "text": cut(repr(start), self._limits.text), "length": len(value)}  # type: ignore[arg-type]
        return None

    def _integer(self, value: int) -> View:
        bits = value.bit_length()
        if bits > LONG_INTEGER_BITS:
            return {"type": "int", "text": f"<an integer of {bits} bits>"}
        exact = {"value": value} if abs(value) <= SAFE_INTEGER else {}
        return {"type": "int", "text": cut(str(value), self._limits.text), **exact}

    def _text(self, value: str) -> View:
        limit = self._limits.text
        shown = cut(repr(value[: limit + 1]), limit)
        if len(value) > limit:
            return {"type": "str", "text": shown, "length": len(value)}
        exact = {"value": value} if value.isascii() or not _has_surrogate(value) else {}
        return {"type": "str", "text": shown, "length": len(value), **exact}

    def _sequence(self, made: View, value: Any, cls: type, brackets: str, depth: int) -> View:
        made["length"] = length = cls.__len__(value)  # type: ignore[attr-defined]
        items = self._inside(cls.__iter__(value), depth)  # type: ignore[attr-defined]
        made["items"] = items
        texts = [item["text"] for item in items]
        if len(items) < length:
            texts.append(MORE)
        made["text"] = self._wrapped(made["type"], cls, brackets, texts)
        return made

    def _wrapped(self, kind: str, cls: type, brackets: str, texts: list[str]) -> str:
        inner = ", ".join(texts) + ("," if cls is tuple and len(texts) == 1 else "")
        text = brackets[0] + inner + brackets[1]
        if kind in ("list", "tuple") or (kind == "set" and texts):
            return cut(text, self._limits.text)
        return cut(f"{kind}({text if texts else ''})", self._limits.text)

    def _inside(self, values: Iterable[object], depth: int) -> list[View]:
        if depth >= self._limits.depth:
            return []
        made = []
        for value in islice(values, self._limits.items):
            if self.left <= 0:
                break
            made.append(self.view(value, depth + 1))
        return made

    def _mapping(self, made: View, value: Any, depth: int) -> View:
        made["length"] = length = dict.__len__(value)
        keys = self._inside(dict.keys(value), depth)
        values = self._inside(dict.values(value), depth)
        entries = [list(pair) for pair in zip(keys, values, strict=False)]
        made["entries"] = entries
        texts = [f"{key['text']}: {item['text']}" for key, item in entries]
        if len(entries) < length:
            texts.append(MORE)
        text = "{" + ", ".join(texts) + "}"
        made["text"] = cut(text if made["type"] == "dict" else f"{made['type']}({text})", self._limits.text)
        return made

    def _object(self, made: View, value: object, depth: int) -> View:
        made["text"] = cut(self._object_text(value, made["type"]), self._limits.text)
        if _is_plain_thing(value):
            return made
        state = attributes(value)
        if state:
            made["length"] = len(state)
            names = list(state)[: self._limits.items]
            views = self._inside([state[name] for name in names], depth)
            made["attributes"] = dict(zip(names, views, strict=False))
        return made

    def _object_text(self, value: object, kind: str) -> str:
        cls = type(value)
        if issubclass(cls, type):
            return f"<class {_NAME(value)}>"
        if cls is FunctionType:
            return f"<function {value.__name__}>"  # type: ignore[attr-defined]
        if cls is ModuleType:
            return f"<module {value.__name__}>"  # type: ignore[attr-defined]
        if issubclass(cls, Enum):
            return f"{kind}.{object.__getattribute__(value, '_name_')}"
        if issubclass(cls, BaseException):
            return f"{kind}({', '.join(self.view(each, self._limits.depth)['text'] for each in value.args)})"  # type: ignore[attr-defined]
        if is_learners_class(cls):
            return f"<{kind} object>"
        return str.__str__(repr(value))


def _is_plain_thing(value: object) -> bool:
    cls = type(value)
    plain = cls in (FunctionType, BuiltinFunctionType, MethodType, ModuleType) or issubclass(cls, type)
    return plain or issubclass(cls, Enum) or not is_learners_class(cls)


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def attributes(value: object) -> dict[str, object]:
    """Return the instance's own attributes, from its dict and its slots, without asking its class."""
    state: dict[str, object] = {}
    for cls in type.__getattribute__(type(value), "__mro__"):
        for name, member in type.__getattribute__(cls, "__dict__").items():
            if type(member) is MemberDescriptorType and not name.startswith("__"):
                _keep(state, name, member, value)
            elif name == "__dict__" and type(member) is GetSetDescriptorType and cls is not type:
                inner = member.__get__(value)
                state.update((key, each) for key, each in inner.items() if type(key) is str)
    return state


def _keep(state: dict[str, object], name: str, member: MemberDescriptorType, value: object) -> None:
    try:
        state[name] = member.__get__(value)
    except AttributeError:
        return  # a slot that holds nothing yet
