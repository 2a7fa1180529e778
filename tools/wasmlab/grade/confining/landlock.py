"""Landlock: a process of Linux gives up, for itself and all that it starts, every file but those named."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Sequence
from pathlib import Path

# The same numbers on every machine.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION = 1
_BENEATH = 1
_NO_NEW_PRIVILEGES = 38

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_READING = _EXECUTE | _READ_FILE | _READ_DIR
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | 1 << 14 | 1 << 15
# What each version of the system call knows; a right that is not handled is not taken away.
_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}
_MAKING_SPECIAL = 1 << 6 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12  # devices, sockets, pipes, links
_TCP = 3
_SCOPES = 3


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def find() -> str:
    """Return the version that the kernel has, or an empty text."""
    version = _version()
    return f"ABI {version}" if version > 0 else ""


def _version() -> int:
    if sys.platform != "linux":
        return 0
    return int(_library().syscall(_CREATE_RULESET, None, 0, _VERSION))


def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def restrict(readable: Sequence[Path], writable: Sequence[Path]) -> None:
    """Give up every file but those beneath `readable` and `writable`, and TCP where the kernel can.

    Raises:
        OSError: the kernel refuses; nothing has been given up then.
    """
    version = _version()
    rights = _RIGHTS.get(version, _RIGHTS[max(_RIGHTS)])
    rules = _Ruleset(rights, _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    library = _library()
    ruleset = _done(library.syscall(_CREATE_RULESET, ctypes.byref(rules), size, 0))
    try:
        for path in readable:
            _allow(library, ruleset, path, _READING)
        for path in writable:
            _allow(library, ruleset, path, rights & ~_MAKING_SPECIAL)
        _done(library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _done(library.syscall(_RESTRICT_SELF, ruleset, 0))
    finally:
        os.close(ruleset)


def _allow(library: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    if not path.exists():
        return
    if not path.is_dir():
        rights &= _OF_FILES
    place = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    try:
        rule = _Beneath(rights & _RIGHTS.get(_version(), _RIGHTS[max(_RIGHTS)]), place)
        _done(library.syscall(_ADD_RULE, ruleset, _BENEATH, ctypes.byref(rule), 0))
    finally:
        os.close(place)


def _done(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
