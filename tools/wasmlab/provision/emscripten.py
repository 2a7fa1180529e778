"""Emscripten as a part of doctor and setup: which one is here, and how to get one."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

from wasmlab.errors import DownloadFailed, ToolBroken, ToolMissing, WasmlabError
from wasmlab.process import Command, run
from wasmlab.provision import emsdk
from wasmlab.provision.browsers import install_by_manager
from wasmlab.provision.parts import Finding, Part, Say
from wasmlab.provision.system import install_commands, install_text, manager, privilege
from wasmlab.toolchains.emscripten_find import Emscripten, cache_of, find_emscripten, surroundings, words

_USE = "the lesson about Emscripten"
_REMEDY = "wasmlab setup emscripten"


def part(version: str = "", mirror: str = "") -> Part:
    """Return the part; with `version`, one that is satisfied by that version alone."""

    def look() -> Finding:
        found = find()
        if found.ok and version and not found.version.startswith(f"{version} "):
            return replace(found, ok=False, problem=f"here is {found.version}, and {version} is wanted")
        return found

    return Part(look, lambda: plan(version), lambda say: get(version, mirror, say))


def find() -> Finding:
    """Return what `doctor` says: which Emscripten, its LLVM, its Node, its cache."""
    try:
        found = find_emscripten()
    except ToolMissing as error:
        by_setup = not os.environ.get("WASMLAB_EMCC")
        remedy = _REMEDY if by_setup else error.hint
        return Finding("emscripten", False, _USE, False, problem=error.what, remedy=remedy, by_setup=by_setup)
    said = _ask(found, "emcc", "-v")
    llvm = re.search(r"clang version (\S+)", said)
    if llvm is None:
        problem = (
            f"{found.program} does not work: {said.strip().rpartition(chr(10))[2][:200] or 'it says nothing'}"
        )
        return Finding("emscripten", False, _USE, False, problem=problem, remedy=_REMEDY)
    parts = [f"{found.version} ({found.origin})", f"LLVM {llvm[1]}", f"Node {_node(found)}", _cache(found)]
    return Finding("emscripten", True, _USE, False, ", ".join(parts), str(found.program))


def _ask(found: Emscripten, program: str, *args: str) -> str:
    command = Command((*words(found, program), *args), Path.cwd(), surroundings(found))
    try:
        done = run(command, seconds=120, remedy=_REMEDY)
    except WasmlabError as error:
        return error.what
    return done.stdout + done.stderr


def _node(found: Emscripten) -> str:
    """Return the version of the Node that Emscripten's own scripts run in."""
    named = re.search(r"[^\s\[\]'\"]*node[^\s\[\]'\"]*", _ask(found, "em-config", "NODE_JS"))
    if named is None:
        return "unknown"
    try:
        return run(Command((named[0], "--version"), Path.cwd()), seconds=20).stdout.strip().removeprefix("v")
    except (ToolMissing, ToolBroken):
        return f"missing ({named[0]})"


def _cache(found: Emscripten) -> str:
    remark = " (built with it, never added to)" if found.is_frozen else ""
    return f"cache {cache_of(found)}{remark}"


def plan(version: str) -> str:
    """Return in words what `get` will do, with what it changes outside the user's cache."""
    wanted = version or emsdk.PINNED
    download = f"download Emscripten {wanted} by its emsdk into the user's cache ({emsdk.SPACE / 1e9:.0f} GB)"
    known = manager()
    first = privilege(known) if known else None
    if version or known is None or "emscripten" not in known.packages or first is None:
        return download
    typed = " && ".join(" ".join(each.argv) for each in install_commands("emscripten", known, first))
    return f"{download}; where that fails, change this system: {typed}"


def get(version: str, mirror: str, say: Say) -> None:
    """Install Emscripten by emsdk; where that cannot be and no version is asked for, by the system's manager.

    Raises:
        DownloadFailed: neither way worked.
        FolderNotWritable, ToolBroken: as `emsdk.install`.
    """
    try:
        emsdk.install(version or emsdk.PINNED, mirror, say)
    except DownloadFailed as error:
        if version or not install_text("emscripten"):
            raise
        say(f"{error.what}; trying the system's package manager")
        if why := install_by_manager("emscripten", say):
            raise DownloadFailed(f"{error.what}; {why}", error.hint) from error
