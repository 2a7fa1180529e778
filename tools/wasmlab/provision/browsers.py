"""Gets Chromium and Firefox: Playwright's own builds, else the system's package manager."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from wasmlab.errors import DownloadFailed, TimeLimit, WasmlabError
from wasmlab.process import Command, stream
from wasmlab.provision.system import install_commands, install_text, manager, privilege

Say = Callable[[str], None]

# Playwright waits 30 s a try by default; without a network that is minutes of nothing.
_CONNECT_MS = "5000"
_DOWNLOAD_SECONDS = 1800.0
_NO_WAY = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ENETUNREACH", "EHOSTUNREACH")


def plan(name: str) -> str:
    """Return in words what `get` will do, with what it changes outside the user's cache."""
    known = manager()
    first = privilege(known) if known else None
    download = f"download Playwright's {name} into the user's cache"
    if known is None or name not in known.packages or first is None:
        return download
    return f"{download}; where that fails, change this system: {typed(name)}"


def get(name: str, say: Say, works: Callable[[], bool]) -> None:
    """Install the browser `name`, telling `say` each line; `works` says whether it can be used now.

    Raises:
        DownloadFailed: neither way worked; the hint is what the user can type.
    """
    why = _by_playwright(name, say)
    if not why and works():
        return
    why = why or f"the {name} that was downloaded cannot be started on this system"
    say(f"{why}; trying the system's package manager")
    why = install_by_manager(name, say) or ("" if works() else f"{name} was installed but cannot be driven")
    if why:
        hint = install_text(name) or f"install {name} by hand and set WASMLAB_{name.upper()} to its program"
        raise DownloadFailed(why, hint)


def _by_playwright(name: str, say: Say) -> str:
    """Return why it failed, or nothing."""
    environment = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": _CONNECT_MS, "NODE_NO_WARNINGS": "1"}
    command = Command((sys.executable, "-m", "playwright", "install", name), Path.cwd(), environment)
    lines: list[str] = []
    try:
        if _run(command, _unless_cut_off(say), lines, f"wasmlab setup {name}"):
            return ""
    except _CutOffError as error:
        return f"Playwright cannot download {name}: {error}"
    said = next((line for line in lines if "rror" in line), lines[-1] if lines else "no reason given")
    return f"Playwright cannot download {name}: {said.strip()[:200]}"


class _CutOffError(Exception):
    """There is no way to the server; Playwright would ask five times."""


def _unless_cut_off(say: Say) -> Say:
    def on_line(line: str) -> None:
        if any(reason in line for reason in _NO_WAY):
            raise _CutOffError(line.strip()[:200])
        say(line)

    return on_line


def install_by_manager(name: str, say: Say) -> str:
    """Install the part `name` by the system's package manager; return why not, or nothing."""
    known = manager()
    if known is None or name not in known.packages:
        return f"{name} cannot be downloaded, and this system has no package manager that wasmlab knows"
    first = privilege(known)
    if first is None:
        return f"{name} cannot be downloaded, and only an administrator may install it"
    for command in install_commands(name, known, first):
        lines: list[str] = []
        say(f"$ {command.text()}")
        if not _run(command, say, lines, install_text(name)):
            return f"{command.argv[len(first)]} failed: {lines[-1][:200] if lines else 'no reason given'}"
    return ""


def _run(command: Command, say: Say, lines: list[str], remedy: str) -> bool:
    def on_line(line: str) -> None:
        if line.strip():
            lines.append(line)
            del lines[:-50]
            say(line)

    try:
        return stream(command, on_line, seconds=_DOWNLOAD_SECONDS, remedy=remedy) == 0
    except TimeLimit as error:
        lines.append(error.what)
    except WasmlabError as error:
        lines.append(error.what)
    return False


def typed(name: str) -> str:
    """Return the commands by which `install_by_manager` installs the part `name`."""
    known = manager()
    assert known is not None
    commands: Sequence[Command] = install_commands(name, known, privilege(known) or ())
    return " && ".join(" ".join(command.argv) for command in commands)


def starts(program: str) -> bool:
    """Return whether the browser's program runs at all: a download may lack the system's libraries."""
    from wasmlab.process import first_line

    return os.name == "nt" or sys.platform == "darwin" or bool(first_line([program, "--version"]))
