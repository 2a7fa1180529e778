"""Bubblewrap: a program of Linux that starts another one in a file system of its own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from wasmlab.process import first_line


@cache
def find() -> str:
    """Return its version where it works for this user, or an empty text."""
    program = shutil.which("bwrap") if sys.platform == "linux" else None
    if program is None:
        return ""
    # Some systems have the program and forbid the name spaces that it needs.
    shell = "/bin/sh"
    tried = first_line(
        [program, "--unshare-all", "--ro-bind", "/", "/", shell, "-c", "echo works"], seconds=10
    )
    return first_line([program, "--version"]).removeprefix("bubblewrap ") if tried == "works" else ""


def wrapped(
    argv: Sequence[str],
    cwd: Path,
    env: Mapping[str, str],
    readable: Sequence[Path],
    writable: Sequence[Path],
) -> list[str]:
    """Return the command that runs `argv` with nothing but those folders and files."""
    shown = [part for path in readable if path.exists() for part in _bound(path)]
    shown += [part for path in writable for part in ("--bind", str(path), str(path))]
    told = [part for name, value in env.items() for part in ("--setenv", name, value)]
    alone = ("--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL")
    places = ("--dev", "/dev", "--tmpfs", "/tmp")  # in there, not here
    links = [part for name in ("bin", "lib", "lib64") for part in _linked(name)]
    return [_program(), *alone, *places, *links, *shown, *told, "--chdir", str(cwd), *argv]


def _bound(path: Path) -> tuple[str, str, str]:
    """A link at the top is there already; any other path shows what it leads to."""
    real = path.resolve()
    shown = real if path.parent == Path("/") else path
    return "--ro-bind", str(real), str(shown)


def _program() -> str:
    return shutil.which("bwrap") or "bwrap"


def _linked(name: str) -> tuple[str, ...]:
    """Today's systems have /bin and /lib as links into /usr."""
    place = Path("/", name)
    return ("--symlink", str(place.readlink()), str(place)) if place.is_symlink() else ()
