"""Where modules run: one module an engine, behind one Protocol and one dict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from wasmlab.errors import UsageError
from wasmlab.names import did_you_mean

if TYPE_CHECKING:
    from wasmlab.engines.contract import Engine, Limits, Session

# Names only: importing an engine costs up to a third of a second, and only its user should pay.
ENGINES: dict[str, str] = {
    "wasmtime": "wasmlab.engines.wasmtime",
    "chromium": "wasmlab.engines.chromium",
    "firefox": "wasmlab.engines.firefox",
}
OPTIONAL: dict[str, str] = {"webkit": "wasmlab.engines.webkit"}
"""Engines that are there where the user wants them: they run only what they are named for."""


def engine(name: str) -> Engine:
    """Return the engine called `name`.

    Raises:
        UsageError: there is none of that name.
    """
    refuse_unknown([name])
    module: Engine = import_module({**ENGINES, **OPTIONAL}[name]).ENGINE
    return module


def refuse_unknown(names: Iterable[str]) -> None:
    """Refuse a name that no engine has, without importing any.

    Raises:
        UsageError: there is none of that name.
    """
    known = [*ENGINES, *OPTIONAL]
    for name in names:
        if name not in known:
            raise UsageError(f"no engine is called {name!r}", did_you_mean(name, known))


@contextmanager
def session(name: str, limits: Limits | None = None) -> Iterator[Session]:
    """Start the engine called `name` for the length of a `with` block."""
    from wasmlab.engines.contract import Limits

    with engine(name).start(limits or Limits()) as started:
        yield started
