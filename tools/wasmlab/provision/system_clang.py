"""The system's own clang as a part of doctor and setup: a second compiler, for whoever wants to compare."""

from __future__ import annotations

import re
import shutil

from wasmlab.errors import DownloadFailed
from wasmlab.process import first_line
from wasmlab.provision.browsers import install_by_manager, typed
from wasmlab.provision.parts import Finding, Part, Say
from wasmlab.provision.system import install_text, manager, privilege

_NAME = "system-clang"
_USE = "building with --toolchain-path clang"
_BY_HAND = "install clang and lld, and put them on PATH"


def part() -> Part:
    """Return the part; the plain `wasmlab setup` leaves it out, for wasmlab brings a clang."""
    return Part(find, plan, get, wanted=False)


def find() -> Finding:
    """Return what `doctor` says: which clang is on PATH, with its linker beside it."""
    missing = [name for name in ("clang", "wasm-ld") if not shutil.which(name)]
    if missing:
        problem = f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not on PATH"
        return Finding(_NAME, False, _USE, False, problem=problem, remedy=f"wasmlab setup {_NAME}")
    path = shutil.which("clang") or ""
    version = re.search(r"\d+(\.\d+)+", first_line([path, "--version"]))
    return Finding(_NAME, True, _USE, False, version[0] if version else "", path)


def plan() -> str:
    """Return in words what `get` will do."""
    known = manager()
    if known is None or _NAME not in known.packages or privilege(known) is None:
        return f"nothing, for only you can: {install_text(_NAME) or _BY_HAND}"
    return f"change this system: {typed(_NAME)}"


def get(say: Say) -> None:
    """Install it by the system's package manager, with the C library that a WASI program needs.

    Raises:
        DownloadFailed: that did not work; the hint is what the user can type.
    """
    if why := install_by_manager(_NAME, say):
        raise DownloadFailed(why, install_text(_NAME) or _BY_HAND)
