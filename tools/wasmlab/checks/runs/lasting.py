"""Tells whether checks have left something in this process that the next submission's checks would meet."""

from __future__ import annotations

import dis
import functools
import os
import re
import sys
import threading
import types
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

import pytest

# What checks may use: a check changes nothing of these, or it is looked at by itself.
_LIBRARIES = """
    __future__ _operator _pytest abc base64 binascii bisect builtins cmath collections contextlib copy
    dataclasses enum fractions functools hashlib heapq itertools json math numbers operator os pathlib
    playwright posixpath pytest random re statistics string struct textwrap types typing wasmlab zlib
"""
_KNOWN = frozenset(_LIBRARIES.split())
_VALUES = (type(None), bool, int, float, complex, str, bytes, range, re.Pattern, type(Ellipsis), PurePath)
_CALLABLES = (types.FunctionType, types.BuiltinFunctionType, type)
_TYPES = ("typing", "types", "collections.abc")
_THEIRS = "wasmlab.engines.browser.consulting"  # its threads run functions of the checks


class NotTold(Exception):
    """The checks hold something of which it cannot be told whether it changes."""


class Lasting:
    """What the checks of a session hold before any of them has run."""

    def __init__(self, session: pytest.Session, folder: Path) -> None:
        """Look at the checks, which lie in `folder`.

        Raises:
            NotTold: they are to be run in a process of their own each time.
        """
        self._session = session
        stashes = [session.config.stash, *(item.stash for item in session.items)]
        self._stashes = [(stash, dict(stash._storage)) for stash in stashes]
        self._failed = session.testsfailed
        held = _Held(folder)
        for module in list(sys.modules.values()):
            if _lies_in(getattr(module, "__file__", None), folder):
                held.add_named(vars(module))
        for item in session.items:
            if callspec := getattr(item, "callspec", None):
                held.add(callspec.params)
        self._held = [(each, each.copy()) for each in held.changeable]
        self._around = _around()

    def renew(self) -> bool:
        """Forget what pytest knows of the checks that have run, and return whether they have left nothing."""
        for stash, before in self._stashes:
            stash._storage.clear()
            stash._storage.update(before)
        self._session.testsfailed = self._failed
        return _around() == self._around and all(each == before for each, before in self._held)


def _around() -> object:
    """Return what is not the checks' own, and can be changed by them."""
    threads = [thread for thread in threading.enumerate() if not _is_ours(thread)]
    return Path.cwd(), dict(os.environ), list(sys.path), set(sys.modules), threads


def _is_ours(thread: threading.Thread) -> bool:
    """Return whether a thread does our own work: servers, clocks, and what ends a page that spins."""
    work = getattr(thread, "function", None) or getattr(thread, "_target", None)
    while isinstance(work, functools.partial):
        work = work.func
    if isinstance(work, types.MethodType):
        work = type(work.__self__)
    module = str(getattr(work, "__module__", ""))
    return module.startswith("wasmlab.") and module != _THEIRS


class _Held:
    """All that can be reached from the checks and be changed: dictionaries, lists and sets."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: dict[int, Any] = {}
        self.changeable: list[Any] = []

    def add_named(self, names: dict[str, Any]) -> None:
        """Add a file's names; what Python itself notes of the file is not the file's."""
        self.changeable.append(names)
        for name, value in names.items():
            if not name.startswith("__"):
                self.add(value)

    def add(self, value: Any) -> None:
        """Add what can be changed in `value`.

        Raises:
            NotTold: there is something else in it than what is known.
        """
        if isinstance(value, _VALUES) or id(value) in self._seen:
            return
        self._seen[id(value)] = value
        if type(value) in (dict, list, set, bytearray):
            self.changeable.append(value)
        for part in self._parts(value):
            self.add(part)

    def _parts(self, value: Any) -> Iterator[Any]:
        if type(value) in (dict, types.MappingProxyType):
            yield from value.values()
        elif type(value) in (list, tuple, set, frozenset):
            yield from value
        elif isinstance(value, types.FunctionType) and _lies_in(value.__code__.co_filename, self._folder):
            _refuse_imports(value.__code__)
            yield from (value.__defaults__, value.__kwdefaults__, vars(value))
            yield from (cell.cell_contents for cell in value.__closure__ or ())
        elif _package(value) not in _KNOWN:
            raise NotTold(repr(value))
        elif hasattr(value, "_get_wrapped_function"):  # a fixture
            yield value._get_wrapped_function()
        elif not isinstance(value, (types.ModuleType, *_CALLABLES)) and type(value).__module__ not in _TYPES:
            yield vars(value) if hasattr(value, "__dict__") else _slots(value)


def _lies_in(file: object, folder: Path) -> bool:
    return isinstance(file, str) and file.startswith(f"{folder}{os.sep}")


def _package(value: Any) -> str:
    """Return the package that a module, a function, a class or an object of a class comes from."""
    if isinstance(value, types.ModuleType):
        return value.__name__.partition(".")[0]
    of = value if isinstance(value, _CALLABLES) else type(value)
    return (of.__module__ or "").partition(".")[0]


def _slots(value: Any) -> tuple[Any, ...]:
    """Return what an object without a dictionary holds; one that cannot be changed may have nothing.

    Raises:
        NotTold: it may be changed, but not seen.
    """
    names = [name for of in type(value).__mro__ for name in getattr(of, "__slots__", ())]
    if not names:
        raise NotTold(repr(value))
    return tuple(getattr(value, name, None) for name in names)


def _refuse_imports(code: types.CodeType) -> None:
    """Refuse a function that imports for itself what is not known."""
    for step in dis.get_instructions(code):
        if step.opname == "IMPORT_NAME" and step.argval.partition(".")[0] not in _KNOWN:
            raise NotTold(step.argval)
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            _refuse_imports(inner)
