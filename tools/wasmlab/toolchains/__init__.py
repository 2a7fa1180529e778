"""What turns C into Wasm: one module a toolchain, behind one Protocol and one dict."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol

from wasmlab.errors import ToolchainUnknown
from wasmlab.lesson import Lesson, Target
from wasmlab.names import did_you_mean
from wasmlab.toolchains.plan import Plan, Profile, Tool


class Toolchain(Protocol):
    """The functions that a toolchain's module has."""

    def find(self, path: Path | None) -> Tool:
        """Return the compiler to use, `path` where one is named.

        Raises:
            ToolMissing: there is none; the hint is the command that gets it.
        """

    def plan(self, tool: Tool, lesson: Lesson, target: Target, profile: Profile) -> Plan:
        """Return the commands that make one target, in order, and the files they leave."""

    def is_meant(self, path: Path) -> bool:
        """Return whether a compiler that the user names is one of this toolchain's."""

    def slide_commands(self, target: Target) -> list[tuple[str, ...]]:
        """Return the release build of one target with the plain names of the tools."""


# Names only: a lesson that is built by one has no use for the others.
TOOLCHAINS: dict[str, str] = {
    "clang": "wasmlab.toolchains.clang",
    "emscripten": "wasmlab.toolchains.emscripten",
}


def toolchain(name: str) -> Toolchain:
    """Return the toolchain that a manifest calls `name`.

    Raises:
        ToolchainUnknown: there is none of that name.
    """
    if name not in TOOLCHAINS:
        raise ToolchainUnknown(f"no toolchain is called {name!r}", did_you_mean(name, TOOLCHAINS))
    module: Toolchain = import_module(TOOLCHAINS[name])
    return module


def named_tool(name: str, path: Path | None) -> Path | None:
    """Return `path`, the compiler that the user names, unless it is another toolchain's."""
    if path is None or toolchain(name).is_meant(path):
        return path
    return None if any(toolchain(other).is_meant(path) for other in TOOLCHAINS) else path
