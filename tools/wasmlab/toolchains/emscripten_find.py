"""Finds Emscripten on this machine, and says in which surroundings its compiler works."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wasmlab.errors import ToolMissing
from wasmlab.process import first_line

GET_IT = "wasmlab setup emscripten (or set WASMLAB_EMCC to an emcc that is here already)"

_DISTRIBUTIONS = (Path("/usr/share/emscripten"), Path("/usr/lib/emscripten"))
_USUAL_EMSDKS = ("~/emsdk", "~/.emsdk", "/opt/emsdk", "/emsdk", "C:/emsdk")
_NODE_MODULES = Path("/usr/share/nodejs")


@dataclass(frozen=True)
class Emscripten:
    """One Emscripten: `folder` holds `emcc.py`, `program` is what one types to start it."""

    folder: Path
    program: Path
    origin: str

    @property
    def version(self) -> str:
        """Its version, read from its own file; asked of the program where there is no such file."""
        try:
            text = (self.folder / "emscripten-version.txt").read_text(encoding="utf-8")
        except OSError:
            text = _asked(self.program)
        found = re.search(r"\d+\.\d+\.\d+", text)
        return found[0] if found else ""

    @property
    def config(self) -> Path | None:
        """Its own configuration: beside it, or in the root of its emsdk."""
        near = (self.folder / ".emscripten", self.folder.parent.parent / ".emscripten")
        return next((path for path in near if path.is_file()), None)

    @property
    def is_frozen(self) -> bool:
        """Whether its libraries came built with it and nothing is ever added to them."""
        try:
            text = self.config.read_text(encoding="utf-8", errors="replace") if self.config else ""
        except OSError:
            return False
        return bool(re.search(r"^\s*FROZEN_CACHE\s*=\s*True", text, re.MULTILINE))


@cache
def _asked(program: Path) -> str:
    return first_line([str(program), "--version"])


def find_emscripten(path: Path | None = None) -> Emscripten:
    """Return the Emscripten to use: `path`, else the first of the places where one may be.

    Raises:
        ToolMissing: there is none, or none where the user says it is.
    """
    named = [("named", path)] if path else []
    if told := os.environ.get("WASMLAB_EMCC"):
        named += [("WASMLAB_EMCC", Path(told))]
    for origin, place in named:
        if found := at(place.expanduser(), origin):
            return found
        hint = "name emcc itself, or the folder of an emsdk that was installed and activated"
        raise ToolMissing(f"{place} is no Emscripten", hint)
    for origin, place in _places():
        if found := at(place, origin):
            return found
    raise ToolMissing("Emscripten is not on this machine", GET_IT)


def _places() -> Iterator[tuple[str, Path]]:
    """Yield where Emscripten may be, in the order in which it is looked for."""
    if root := os.environ.get("EMSDK"):
        yield "$EMSDK", Path(root)
    if config := os.environ.get("EM_CONFIG"):
        yield "$EM_CONFIG", Path(config).parent
    yield "wasmlab's emsdk", own_emsdk()
    if on_path := shutil.which("emcc"):
        yield "PATH", Path(on_path)
    for folder in _DISTRIBUTIONS:
        yield "the system's package", folder
    for text in _USUAL_EMSDKS:
        yield "an emsdk", Path(text).expanduser()


def own_emsdk() -> Path:
    """Return the folder into which `wasmlab setup emscripten` puts its emsdk."""
    from wasmlab.course import cache_folder

    return cache_folder() / "emsdk"


def at(place: Path, origin: str) -> Emscripten | None:
    """Return the Emscripten that `place` names: its program, its folder, or its emsdk's folder."""
    if place.is_dir():
        for folder in (place / "upstream" / "emscripten", place):
            if (folder / "emcc.py").is_file():
                return Emscripten(folder.resolve(), _program(folder.resolve()), origin)
        return None
    if not place.stem.startswith(("emcc", "em++")) or shutil.which(place) is None:
        return None
    program = place.absolute()
    folder = next((f for f in _folders_of(program) if (f / "emcc.py").is_file()), program.resolve().parent)
    # Debian's emcc is a link to a script called wrapper: the link is what one types.
    started = program.with_name(program.name.replace("em++", "emcc"))
    return Emscripten(folder, started, "the system's package" if folder in _DISTRIBUTIONS else origin)


def _folders_of(program: Path) -> Iterator[Path]:
    real = program.resolve()
    yield real.parent
    for above in (real.parent.parent, program.parent.parent):
        yield from (above / "libexec", above / "lib" / "emscripten", above / "share" / "emscripten")


def _program(folder: Path) -> Path:
    """Return how the Emscripten in `folder` is started on this system."""
    if folder in _DISTRIBUTIONS and (on_path := shutil.which("emcc")):
        return Path(on_path)
    launcher = folder / "emcc"
    return launcher if os.name == "posix" and launcher.is_file() else folder / "emcc.py"


def words(found: Emscripten, name: str = "emcc") -> tuple[str, ...]:
    """Return the words that start one of Emscripten's programs, such as `em++`.

    On Windows its launchers are batch files, which cannot be handed every argument: there Python
    starts the script itself.
    """
    program = found.program.with_name(found.program.name.replace("emcc", name))
    if os.name == "nt" or program.suffix == ".py":
        return (sys.executable, str(found.folder / f"{name}.py"))
    return (str(program),)


def surroundings(found: Emscripten) -> dict[str, str]:
    """Return the variables that this Emscripten needs; no environment script has to be sourced."""
    needed: dict[str, str] = {}
    if "EM_CONFIG" in os.environ and found.config and found.origin not in ("$EM_CONFIG", "$EMSDK"):
        needed["EM_CONFIG"] = str(found.config)  # the one in the shell belongs to another emcc
    if cache_of_our_own := _cache(found):
        needed["EM_CACHE"] = str(cache_of_our_own)
    if found.folder in _DISTRIBUTIONS:
        needed |= _of_distribution()
    # What one Python was told about its modules breaks another one.
    return needed | {name: "" for name in ("PYTHONHOME", "PYTHONPATH") if os.environ.get(name)}


def cache_of(found: Emscripten) -> Path:
    """Return where this Emscripten keeps its libraries, and its headers in `sysroot/include`."""
    own = surroundings(found).get("EM_CACHE") or os.environ.get("EM_CACHE")
    return Path(own) if own and not found.is_frozen else found.folder / "cache"


def _of_distribution() -> dict[str, str]:
    """Its scripts belong to the system's Python, its JavaScript to modules that only its own Node finds."""
    needed = {}
    python = Path("/usr/bin/python3")
    if python.is_file() and shutil.which("python3") != str(python):
        needed["EMSDK_PYTHON"] = str(python)
    known = os.environ.get("NODE_PATH", "")
    if _NODE_MODULES.is_dir() and str(_NODE_MODULES) not in known.split(os.pathsep):
        needed["NODE_PATH"] = os.pathsep.join(part for part in (known, str(_NODE_MODULES)) if part)
    return needed


def _cache(found: Emscripten) -> Path | None:
    """Return a cache in the user's own folder where Emscripten's may not be written."""
    if "EM_CACHE" in os.environ or found.is_frozen:
        return None
    inside = found.folder / "cache"
    if os.access(inside if inside.exists() else found.folder, os.W_OK):
        return None
    from wasmlab.course import cache_folder

    return cache_folder() / f"emscripten-{found.version}"
