"""How the compiler is kept from the rest of the machine: the strongest way that there is here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wasmlab.errors import ConfinementMissing, UsageError
from wasmlab.grade.confining import bubblewrap, landlock, sandbox
from wasmlab.names import did_you_mean


@dataclass(frozen=True)
class Confinement:
    """One way to confine a compiler; `find` returns its version, or an empty text where it is not here."""

    name: str
    text: str
    find: Callable[[], str]
    confines: bool = True


WAYS: dict[str, Confinement] = {
    way.name: way
    for way in (
        Confinement(
            "sandbox-compiler", "clang is WebAssembly itself and sees only the sources", sandbox.find
        ),
        Confinement(
            "landlock", "the system lets the compiler see only itself and the sources", landlock.find
        ),
        Confinement("bubblewrap", "the compiler has a file system of its own", bubblewrap.find),
        Confinement("none", "the compiler can read what you can: time and memory are bounded", str, False),
    )
}
"""From the strongest to none."""


def choose(name: str = "", *, required: bool = False, natively: bool = False) -> Confinement:
    """Return the confinement called `name`, else the strongest of this machine.

    `natively` says that there are targets which only a native compiler makes: the sandbox compiler
    confines those no further than Landlock does beside it.

    Raises:
        UsageError: none has that name.
        ConfinementMissing: it is not here, or there is none and one is `required`.
    """
    if name and name not in WAYS:
        raise UsageError(f"no confinement is called {name!r}", did_you_mean(name, WAYS))
    if name and WAYS[name].confines and not WAYS[name].find():
        raise ConfinementMissing(f"{name} is not on this machine", "wasmlab setup sandbox-compiler")
    fits = [w for w in WAYS.values() if not natively or w.name != "sandbox-compiler" or landlock.find()]
    way = WAYS[name] if name else next(w for w in fits if not w.confines or w.find())
    if way not in fits:
        what = f"{name} does not confine Emscripten, and this machine has no Landlock"
        raise ConfinementMissing(what, "leave --confinement away, or name another one")
    if required and not way.confines:
        what = "nothing on this machine confines the compiler, and --require-sandbox wants it"
        raise ConfinementMissing(what, "wasmlab setup sandbox-compiler")
    return way


def compiler_path(way: str) -> Path | None:
    """Return the compiler that goes with a confinement, where that has one of its own."""
    return sandbox.compiler() if way == "sandbox-compiler" else None
