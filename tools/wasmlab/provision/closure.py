"""The Closure compiler as a part of doctor and setup: from npm, pinned, for an Emscripten that has none."""

from __future__ import annotations

import platform
import shutil
import tempfile
from pathlib import Path

from wasmlab.assets import node
from wasmlab.errors import DownloadFailed, FolderNotWritable, PartMissing, TimeLimit, WasmlabError
from wasmlab.process import Command, run
from wasmlab.provision.parts import Finding, Part, Say
from wasmlab.toolchains import emscripten_closure as closure
from wasmlab.toolchains.emscripten_find import find_emscripten

_NAME = "closure"
_USE = "Emscripten's --closure 1"
_REMEDY = "wasmlab setup closure"
_SIZES = {"20220202": (76, 219), "20260927": (16, 45)}
"""Megabytes that are downloaded, and that are kept."""


def part() -> Part:
    """Return the part; the plain `wasmlab setup` leaves it out, for one row of one table needs it."""
    return Part(find, plan, get, wanted=False)


def find() -> Finding:
    """Return what `doctor` says: which Closure compiler the Emscripten at hand will use."""
    try:
        found = closure.require(find_emscripten())
    except PartMissing as missing:
        return _missing(missing.what, missing.hint, by_setup=missing.hint == _REMEDY)
    except WasmlabError as missing:  # there is no Emscripten that could use it
        return _missing(missing.what, missing.hint, by_setup=False)
    if found.path.is_dir():
        return Finding(_NAME, True, _USE, False, found.origin, str(found.path))
    version = _version(found.path)
    if not version:
        is_ours = found.origin == "set up"
        remedy = _REMEDY if is_ours else f"mend or unset {closure.VARIABLE}"
        return _missing(f"{found.path} does not start", remedy, by_setup=is_ours)
    return Finding(_NAME, True, _USE, False, f"{version} ({found.origin})", str(found.path))


def _missing(problem: str, remedy: str, *, by_setup: bool) -> Finding:
    return Finding(_NAME, False, _USE, False, problem=problem, remedy=remedy, by_setup=by_setup)


def _version(program: Path) -> str:
    """Return what it says of its version, as emcc asks it; empty where it does not work."""
    try:
        said = run(Command((str(program), "--version"), Path.cwd()), seconds=60).stdout
    except WasmlabError:
        return ""
    return said.rpartition("Version: ")[2].strip() if "Version: " in said else ""


def plan() -> str:
    """Return in words what `get` will do."""
    emscripten = find_emscripten()
    release = closure.folder(emscripten).name
    load, kept = _SIZES[release]
    what = f"download the Closure compiler {release}, which fits Emscripten {emscripten.version}, from npm"
    return f"{what} ({load} MB) into the user's cache and keep {kept} MB"


def get(say: Say) -> None:
    """Fetch the program that fits the Emscripten at hand; what is kept is whole, or as it was.

    Raises:
        ToolMissing, DownloadFailed: no Emscripten, no Node, no network, or not what is pinned.
        FolderNotWritable: the cache cannot be written.
    """
    emscripten = find_emscripten()
    kept = closure.folder(emscripten)
    program = closure.program(emscripten).relative_to(kept)
    pins = Path(node.__file__).parent / "closure" / kept.name
    say("npm ci --ignore-scripts, as package-lock.json pins it")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".part-", dir=kept.parent) as place:
            stage = Path(place) / kept.name
            shutil.copytree(pins, stage)
            _install(stage)
            if not _version(stage / program):
                raise DownloadFailed(f"what npm brought does not start here ({platform.machine()})", _ELSE)
            _swap(stage, kept)
    except OSError as error:
        why = error.strerror or error
        raise FolderNotWritable(
            f"{kept} cannot be written: {why}", "set WASMLAB_CACHE to another folder"
        ) from error


_ELSE = "an emsdk's Emscripten brings its own: wasmlab setup emscripten --version 6.0.8"
_AGAIN = f"check the network and npm's settings, then: {_REMEDY}"


def _install(folder: Path) -> None:
    # Scripts stay off: one program is taken, and nothing of the package runs meanwhile.
    words = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    try:
        done = run(node.get().command("npm", words, folder), seconds=900)
    except TimeLimit as error:
        raise DownloadFailed(f"npm did not answer: {error.what}", _AGAIN) from error
    if not done.ok:
        said = " ".join((done.stderr + done.stdout).split())[:300] or "no reason given"
        raise DownloadFailed(f"npm could not fetch the Closure compiler: {said}", _AGAIN)


def _swap(stage: Path, kept: Path) -> None:
    """Put the new folder into the place of the old one, which goes with the stage."""
    if kept.exists():
        kept.replace(stage.with_name("old"))
    stage.replace(kept)
