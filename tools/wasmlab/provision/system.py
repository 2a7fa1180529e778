"""The system's package manager: which one it is, what its packages are called, and whether we may use it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wasmlab.process import Command, run


@dataclass(frozen=True)
class Manager:
    """A package manager: `before` refreshes its lists, `packages` are its names for our parts."""

    program: str
    install: tuple[str, ...]
    packages: Mapping[str, tuple[str, ...]]
    before: tuple[str, ...] = ()
    needs_root: bool = True


_APT = ("install", "-y", "--no-install-recommends")
_BROWSERS = {"chromium": ("chromium",), "firefox": ("firefox",)}
_EMSCRIPTEN = {"emscripten": ("emscripten",)}
_OF_UBUNTU = {
    **_EMSCRIPTEN,
    "chromium": ("chromium-browser",),
    "firefox": ("firefox",),
    "webkit": ("webkit2gtk-driver", "xvfb"),
    "system-clang": ("clang", "lld", "wasi-libc", "libclang-rt-dev-wasm32"),
}
_OF_DEBIAN = {**_OF_UBUNTU, "chromium": ("chromium-headless-shell",), "firefox": ("firefox-esr",)}
_MANAGERS = (
    Manager("apt-get", _APT, _OF_DEBIAN, ("update",)),
    Manager("dnf", ("install", "-y"), {**_BROWSERS, **_EMSCRIPTEN}),
    Manager("pacman", ("-S", "--noconfirm", "--needed"), {**_BROWSERS, **_EMSCRIPTEN}, ("-Sy",)),
    Manager(
        "zypper",
        ("--non-interactive", "install"),
        {**_BROWSERS, "firefox": ("MozillaFirefox",)},
        ("refresh",),
    ),
    Manager("brew", ("install", "--cask"), {**_BROWSERS, "chromium": ("google-chrome",)}, needs_root=False),
    Manager(
        "winget",
        ("install", "--exact", "--silent", "--accept-package-agreements", "--accept-source-agreements"),
        {"chromium": ("Google.Chrome",), "firefox": ("Mozilla.Firefox",)},
        needs_root=False,
    ),
)


def manager() -> Manager | None:
    """Return the package manager of this system, or None where we know of none."""
    found = next((known for known in _MANAGERS if shutil.which(known.program)), None)
    if found and found.program == "apt-get" and "ubuntu" in _distribution():
        return Manager(found.program, found.install, _OF_UBUNTU, found.before)
    return found


def _distribution() -> set[str]:
    """Return this Linux's name and the names of those that it is made from."""
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return set()
    return {release.get("ID", ""), *release.get("ID_LIKE", "").split()}


def privilege(known: Manager) -> tuple[str, ...] | None:
    """Return the words before the command that make it work, or None where the user may not."""
    if not known.needs_root or (sys.platform != "win32" and os.geteuid() == 0):
        return ()
    if shutil.which("sudo") and run(Command(("sudo", "-n", "true"), Path.cwd()), seconds=10).ok:
        return ("sudo", "-n")
    return None


def install_commands(part: str, known: Manager, first: tuple[str, ...]) -> list[Command]:
    """Return the commands that install `part`, each with `first` before it."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"} if known.program == "apt-get" else {}
    lines = [known.before] if known.before else []
    lines.append((*known.install, *known.packages[part]))
    return [Command((*first, known.program, *line), Path.cwd(), quiet) for line in lines]


def install_text(part: str) -> str:
    """Return what a person types to install `part` with the system's manager; empty without one."""
    known = manager()
    if known is None or part not in known.packages:
        return ""
    words = [known.program, *known.install, *known.packages[part]]
    return " ".join(["sudo", *words] if known.needs_root and privilege(known) != () else words)
