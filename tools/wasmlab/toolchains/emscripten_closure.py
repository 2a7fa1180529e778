"""The Closure compiler that `--closure 1` needs: Emscripten's own, one that is named, or setup's."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from wasmlab.errors import PartMissing
from wasmlab.lesson import Target
from wasmlab.toolchains.emscripten_find import Emscripten
from wasmlab.toolchains.emscripten_settings import closure_release

VARIABLE = "EM_CLOSURE_COMPILER"
PACKAGE = "google-closure-compiler-linux"
_NOT_HERE = "the Closure compiler is not on this machine"


@dataclass(frozen=True)
class Closure:
    """One Closure compiler; `origin` says whose it is."""

    path: Path
    origin: str


def folder(found: Emscripten) -> Path:
    """Return where setup keeps the release that fits this Emscripten."""
    from wasmlab.course import cache_folder

    return cache_folder() / "closure-compiler" / closure_release(found.version)


def program(found: Emscripten) -> Path:
    """Return the program in that folder, which need not be there."""
    return folder(found) / "node_modules" / PACKAGE / "compiler"


def is_offered() -> bool:
    """Return whether setup can get it: as a program of its own, without Java, there is one for this system.

    Elsewhere an Emscripten comes from emsdk or Homebrew, which bring theirs.
    """
    return sys.platform == "linux" and platform.machine() == "x86_64"


def require(found: Emscripten) -> Closure:
    """Return the Closure compiler that this Emscripten will use.

    Raises:
        PartMissing: it came without one, and none is named or was set up.
    """
    if named := os.environ.get(VARIABLE):
        if path := shutil.which(named):
            return Closure(Path(path), VARIABLE)
        raise PartMissing(f"{VARIABLE} names {named}, which is no program", f"mend or unset {VARIABLE}")
    own = found.folder / "node_modules" / "google-closure-compiler"
    if own.is_dir():
        return Closure(own, "Emscripten's own")
    if program(found).is_file():
        return Closure(program(found), "set up")
    if not is_offered():
        raise PartMissing(
            _NOT_HERE, "an emsdk's Emscripten brings it: wasmlab setup emscripten --version 6.0.8"
        )
    raise PartMissing(_NOT_HERE, "wasmlab setup closure")


def variables(found: Emscripten, target: Target) -> dict[str, str]:
    """Return what an emcc without a Closure compiler must be told, where the target asks for one."""
    if not any(flag.startswith("--closure") for flag in target.link_flags):
        return {}
    try:
        closure = require(found)
    except PartMissing:
        return {}  # emcc says so itself, and that is explained
    return {VARIABLE: str(closure.path)} if closure.origin == "set up" else {}
