"""Tells a mistake of the check itself from one of the program that it is about."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType, TracebackType

from wasmlab.checks.patience import Endless
from wasmlab.checks.subject import Trapped
from wasmlab.engines import trap_kinds
from wasmlab.errors import CheckBroken
from wasmlab.names import did_you_mean

KINDS = {value for name, value in vars(trap_kinds).items() if name.isupper() and isinstance(value, str)}
_ARGUMENTS = re.compile(
    r"missing \d+ required|unexpected keyword argument|multiple values for|takes .* positional arguments? but"
)


def refuse_unknown(kind: str) -> None:
    """Refuse a kind of trap that there is not.

    Raises:
        CheckBroken: it would never be met.
    """
    if kind and kind not in KINDS:
        raise CheckBroken(f"no trap is called {kind!r}", did_you_mean(kind, KINDS))


def refuse_sets(value: object) -> None:
    """Refuse to compare how a set is shown.

    Raises:
        CheckBroken: two equal sets are shown in two orders, and another one in each process.
    """
    if has_set(value):
        raise CheckBroken(f"{value!r} is shown in no certain order", "have sorted(...) returned")


def has_set(value: object) -> bool:
    """Return whether a value is a set, or holds one."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, set | frozenset):
        return len(value) > 1
    return isinstance(value, tuple | list) and any(map(has_set, value))


def is_mistake(error: BaseException | None) -> bool:
    """Return whether whatever a student does has no part in an error: a name, an import, a verb.

    What a program gives may well be no number, or end a list too early: those are no mistakes of the check.
    """
    if isinstance(error, AttributeError):
        return _is_ours(error.obj)
    if isinstance(error, TypeError):
        return _ARGUMENTS.search(str(error)) is not None
    return isinstance(error, CheckBroken | Endless | NameError | ImportError | SyntaxError | SystemExit)


def _is_ours(thing: object) -> bool:
    """Return whether it is a module, or one of those on which checks are made, like `expect`."""
    if isinstance(thing, ModuleType):
        return True
    return type(thing).__module__.startswith("wasmlab.checks.") and not isinstance(thing, Trapped)


def line_in(folder: Path, traceback: TracebackType | None) -> str:
    """Return the innermost line below `folder` that an error went through, as `test_x.py:12`, or nothing."""
    found = ""
    while traceback is not None:
        path = Path(traceback.tb_frame.f_code.co_filename)
        if path.is_relative_to(folder):
            found = f"{path.relative_to(folder).as_posix()}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found
