"""What of the process is lent to the learner's program while it runs, and taken back afterwards."""

from __future__ import annotations

import builtins
import importlib.util
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

_real = vars(builtins)
_REAL = dict(_real)
_MISSING: Any = object()
_getrecursionlimit = sys.getrecursionlimit
_setrecursionlimit = sys.setrecursionlimit
_modules = sys.modules
_sys = sys
_sleep = time.sleep
PROGRAM = "main.py"


class World:
    """The learner's `__main__`, `builtins`, streams and modules, put in place by `with`.

    The learner has a `builtins` module of their own: what they do to it (deleting `print`, say) lasts
    for them and cannot reach the harness or the library. With `stay` the streams stay in place after a
    run, so that late output of a task or a thread still goes to the page. `nap` sleeps in the place of
    Python's own `time.sleep`, where that cannot be interrupted.
    """

    def __init__(
        self,
        main: ModuleType,
        modules: dict[str, ModuleType],
        stay: bool,
        nap: Callable[[float], object] | None = None,
    ) -> None:
        self.main = main
        self.builtins = ModuleType("builtins", builtins.__doc__)
        self._modules = {"__main__": main, "builtins": self.builtins, **modules}
        self._streams: dict[str, Any] = {}
        self._stay = stay
        self._before: dict[str, Any] = {}
        self._modules_before: dict[str, Any] = {}
        self._limit = _getrecursionlimit()
        self._harness_limit = self._limit
        self._known: dict[str, ModuleType] = {}
        self._sleep: Any = _sleep
        self._nap = nap or _sleep

    def furnish(self, streams: dict[str, Any], own: dict[str, Any], flush: Callable[[object], None]) -> None:
        """Say which streams and further builtins the learner gets; `flush` hears how long a sleep is."""
        self._streams = streams
        self._own = own

        def sleep(seconds: float, /) -> None:
            flush(seconds)
            self._nap(seconds)

        self._sleep = sleep
        self.renew()

    def renew(self) -> None:
        """Give the learner fresh builtins and an empty namespace."""
        vars(self.builtins).clear()
        vars(self.builtins).update(_REAL, **self._own)
        vars(self.main).clear()
        self._limit = self._harness_limit
        self._put_basics()

    def _put_basics(self) -> None:
        names = vars(self.main)
        names.setdefault("__name__", "__main__")
        names.setdefault("__doc__", None)
        names["__builtins__"] = self.builtins

    def __enter__(self) -> World:
        self._put_basics()
        self._harness_limit = _getrecursionlimit()
        self._before = {name: getattr(sys, name, None) for name in (*self._streams, "argv")}
        for name, stream in self._streams.items():
            setattr(sys, name, stream)
        sys.argv = [PROGRAM]
        self._modules_before = {name: _modules.get(name, _MISSING) for name in self._modules}
        self._known = dict(_modules)
        _modules.update(self._modules)
        time.sleep = self._sleep
        return self

    def __exit__(self, *_: object) -> None:
        self._restore()
        if _getrecursionlimit() != self._harness_limit:
            _setrecursionlimit(self._harness_limit)
        for name, value in self._before.items():
            if not (self._stay and name in self._streams):
                setattr(sys, name, value)
        for name, module in self._modules_before.items():
            if module is _MISSING:
                _modules.pop(name, None)
            else:
                _modules[name] = module
        time.sleep = _sleep

    def lend(self) -> None:
        """Set what the learner's next statement expects."""
        if self._limit != _getrecursionlimit():
            _setrecursionlimit(self._limit)

    def take_back(self) -> None:
        """Make sure that the harness can work after a statement, whatever it has done."""
        self._restore()
        self._limit = _getrecursionlimit()
        if self._limit < self._harness_limit:
            _setrecursionlimit(self._harness_limit)

    def _restore(self) -> None:
        restore_builtins()
        _sys.modules = _modules
        if len(_modules) < len(self._known):
            for name, module in self._known.items():
                _modules.setdefault(name, module)


def restore_builtins() -> None:
    """Put back what is missing from Python's own builtins, which the learner can reach only by a detour.

    It must not use any of them.
    """
    for name, value in _REAL.items():
        if _real.get(name, _MISSING) is not value:
            _real[name] = value


def has_module(name: str) -> bool:
    """Whether a real module of this name can be imported."""
    try:
        return name in _modules or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False
