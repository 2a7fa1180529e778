"""What could come next while a learner types a name; found without running a line of their code."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Mapping
from inspect import getattr_static
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

MOST = 300
_NAMES = re.compile(r"(?:[^\W\d]\w*\s*\.\s*)*(?:[^\W\d]\w*)?\Z")
_NOTHING = object()
_PLAIN = (ModuleType, type, FunctionType, BuiltinFunctionType, MethodType)
_DESCRIPTORS = (property, classmethod, staticmethod)


def complete(before: str, names: Mapping[str, Any]) -> dict[str, Any]:
    """Return `{length, options: [{label, type}]}`: how many characters of `before`, the line up to the
    cursor, an option replaces, and the options in their order."""
    match = _NAMES.search(before)
    path = [part.strip() for part in match[0].split(".")] if match else [""]
    begun = path.pop()
    if match and before[: match.start()].rstrip().endswith("."):
        return {"length": len(begun), "options": []}  # behind a call or an index: nothing is known
    found = _members(path, names) if path else _global(names)
    fitting = [name for name in found if name.startswith(begun) and (begun.startswith("_") or name[0] != "_")]
    return {
        "length": len(begun),
        "options": [{"label": name, "type": found[name]} for name in sorted(fitting)[:MOST]],
    }


def _global(names: Mapping[str, Any]) -> dict[str, str]:
    words = dict.fromkeys([*keyword.kwlist, *keyword.softkwlist], "keyword")
    own = {name: _kind(value) for name, value in list(names.items()) if type(name) is str and name}
    return {**words, **{name: _kind(value) for name, value in vars(builtins).items()}, **own}


def _members(path: list[str], names: Mapping[str, Any]) -> dict[str, str]:
    value = names.get(path[0], vars(builtins).get(path[0], _NOTHING))
    try:
        for name in path[1:]:
            value = getattr_static(value, name)
        if value is _NOTHING or isinstance(value, _DESCRIPTORS):
            return {}
        listed = type.__dir__(value) if isinstance(value, type) else object.__dir__(value)
        return {name: _kind(getattr_static(value, name, None)) for name in listed if type(name) is str}
    except Exception:  # a learner's class may break whatever looks at it
        return {}


def _kind(value: object) -> str:
    if isinstance(value, type):
        return "class"
    if isinstance(value, ModuleType):
        return "namespace"
    return "function" if isinstance(value, _PLAIN) or hasattr(type(value), "__get__") else "variable"
