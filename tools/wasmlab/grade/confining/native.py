"""Runs the native compilers through the launcher, with only what they need to be seen."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from wasmlab.errors import ToolBroken, ToolMissing
from wasmlab.grade.confining import bubblewrap
from wasmlab.grade.confining.launcher import OUTPUT, TIME
from wasmlab.grade.confining.limits import CLOCK, CompilerLimits, crashed, killed, over_output, over_time
from wasmlab.process import Command, Completed, Group, converse, end

_DEVICES = (Path("/dev/null"), Path("/dev/urandom"))


class NativeGroup(Group):
    """Runs commands confined by `way`: `landlock`, `bubblewrap` or `none`; files only beneath `room`."""

    def __init__(self, way: str, room: Path, readable: Sequence[Path], limits: CompilerLimits) -> None:
        super().__init__()
        self._way = way
        self._room = room
        self._readable = list(readable)
        self._limits = limits
        (room / "tmp").mkdir(parents=True, exist_ok=True)
        self._launcher = _Launcher(way, self._readable, [room, *_DEVICES]) if _HAS_FORK else None

    def run(
        self,
        command: Command,
        *,
        seconds: float = 120,
        remedy: str = "wasmlab doctor",
        on_line: Callable[[str], None] | None = None,  # noqa: ARG002
    ) -> Completed:
        """Run `command` confined; what takes long is not told.

        Raises:
            CompilerLimit: it used more than it may.
            ToolMissing, ToolBroken: as `process.run`.
        """
        if self._launcher is None:
            return super().run(command, seconds=min(seconds, self._limits.seconds), remedy=remedy)
        seconds = min(seconds, self._limits.seconds * _patience(command))
        env = {**_surroundings(self._room / "tmp"), **command.env}
        argv = self._wrapped(command, env)
        request = {
            "argv": argv,
            "cwd": str(command.cwd),
            "env": env,
            "seconds": seconds,
            "memory": self._limits.memory,
            "file": self._limits.file,
            "output": self._limits.output,
        }
        said = self._launcher.ask(request, runs_scripts=_is_emscripten(command))
        return _completed(command, said, seconds, remedy)

    def _wrapped(self, command: Command, env: dict[str, str]) -> list[str]:
        if self._way != "bubblewrap":
            return list(command.argv)
        return bubblewrap.wrapped(command.argv, command.cwd, env, self._readable, [self._room])

    def close(self) -> None:
        """End the launcher and what it runs."""
        if self._launcher is not None:
            self._launcher.close()


_HAS_FORK = os.name == "posix"


def _patience(command: Command) -> int:
    """Emscripten starts a dozen programs for one command, and is no slower for a hostile source."""
    return 6 if _is_emscripten(command) else 1


def _is_emscripten(command: Command) -> bool:
    return any(Path(word).stem in ("emcc", "em++") for word in command.argv[:2])


def _surroundings(scratch: Path) -> dict[str, str]:
    """Nothing of the user's environment, which may hold tokens, but what a compiler needs."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "EMSDK", "EM_CONFIG") if name in os.environ}
    # Node would end where it cannot read OpenSSL's own settings, which it does not need.
    own = {"HOME": str(scratch), "TMPDIR": str(scratch), "OPENSSL_CONF": os.devnull}
    return {"PATH": os.defpath, **kept, **own, **CLOCK}


def _completed(command: Command, said: dict[str, Any], seconds: float, remedy: str) -> Completed:
    if "broken" in said:
        raise ToolBroken(f"{Path(command.argv[0]).name} cannot be started: {said['broken']}", remedy)
    if said["code"] == 1 and said["stderr"].startswith("bwrap: "):  # it never came to the compiler
        raise ToolBroken(said["stderr"].strip(), "wasmlab doctor")
    code = _ended_with(command, said)
    if said["why"] == TIME or code == -24:  # SIGXCPU
        raise over_time(seconds)
    if said["why"] == OUTPUT:
        raise over_output()
    if code in (-9, 137):
        raise killed()
    if code < 0 or code in (134, 139, 153):
        raise crashed()
    return Completed(command, code, said["stdout"], said["stderr"])


def _ended_with(command: Command, said: dict[str, Any]) -> int:
    """Return how a command ended; Emscripten ends with 1 where a signal has ended one of its programs."""
    inner = _INNER.search(said["stderr"]) if said["code"] == 1 and _is_emscripten(command) else None
    return int(inner[1]) if inner else int(said["code"])


_INNER = re.compile(r"' failed \(received SIG\w+ \((-\d+)\)\)\s*$")  # its last words


class _Launcher:
    """The process from which the compilers start, from this side."""

    def __init__(self, way: str, readable: Sequence[Path], writable: Sequence[Path]) -> None:
        command = Command((sys.executable, "-P", "-m", "wasmlab.grade.confining.launcher"), Path.cwd())
        self._process = converse(command)
        self._asking = threading.Lock()
        start = {
            "landlock": way == "landlock",
            "readable": [str(path) for path in readable],
            "writable": [str(path) for path in writable],
        }
        if "ready" not in self.ask(start):
            raise ToolBroken(f"the compiler cannot be confined by {way}", "wasmlab doctor")

    def ask(self, request: dict[str, Any], *, runs_scripts: bool = False) -> dict[str, Any]:
        """Return what became of one command; it bounds the time itself.

        Targets are built side by side, and each must read the answer to its own command. One that
        `runs_scripts` may have started what would outlive it: Emscripten runs a --js-library as it links.
        """
        with self._asking:
            answer = self._said(json.dumps(request).encode())
            if runs_scripts:
                self._end_orphans()
        if not answer:
            raise ToolBroken("the process that starts compilers has ended", "run the command again")
        found: dict[str, Any] = json.loads(answer)
        return found

    def _said(self, line: bytes) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except OSError:
            return b""

    def _end_orphans(self) -> None:
        import psutil

        with contextlib.suppress(psutil.Error):
            while left := psutil.Process(self._process.pid).children(recursive=True):
                alive = [each for each in left if each.status() != psutil.STATUS_ZOMBIE]
                if not alive:
                    return
                for each in alive:
                    each.kill()

    def close(self) -> None:
        end(self._process)


def compiler_folders(names: Sequence[str]) -> list[Path]:
    """Return what the compilers of these toolchains must be able to read, and nothing beyond.

    A toolchain that is not here needs nothing: its targets say so themselves.
    """
    found: list[Path] = []
    for name in names:
        try:
            found += _FOLDERS[name]()
        except (ToolMissing, ToolBroken):
            continue
    return list(dict.fromkeys(found))


def _clang() -> list[Path]:
    from wasmlab.toolchains import toolchain
    from wasmlab.toolchains.wasi import sysroot

    tool = toolchain("clang").find(None)
    libc = []
    with contextlib.suppress(ToolMissing):
        libc = [sysroot().root]
    if tool.name == "zig":
        return [tool.path.parent, *libc]
    programs = [Path(tool.path), Path(tool.linker[0])]
    roots = [path.resolve().parent.parent for path in programs]
    narrow = [root for root in roots if root not in (Path("/"), Path("/usr"))]
    wide = [Path("/usr/bin"), *Path("/usr/lib").glob("clang*")] if len(narrow) < len(roots) else []
    return [*programs, *narrow, *wide, *_system_libraries(), *libc]


def _system_libraries() -> list[Path]:
    """Return what a dynamic program is linked to, and not what else lies in /usr/lib."""
    places = sorted(Path("/usr/lib").glob("*-linux-gnu*"))
    return [*places, Path("/lib64"), Path("/etc/ld.so.cache")]


def _emscripten() -> list[Path]:
    from wasmlab.toolchains.emscripten_find import find_emscripten

    found = find_emscripten()
    root = found.config.parent if found.config else found.folder
    # emcc is Python and Node: they are found on PATH, in the emsdk or in the system's folders.
    programs = [shutil.which(name) for name in ("node", "python3", "clang", "wasm-ld")]
    near = [Path(p).resolve().parent.parent for p in (*programs, sys.executable) if p]
    return [
        root,
        found.folder,
        Path("/usr"),
        Path("/etc/emscripten.config"),
        *_system_libraries(),
        *near,
        *_venv(),
    ]


def _venv() -> list[Path]:
    """Return what Python needs of a virtual environment; the packages in it are nobody's to read."""
    return [Path(sys.prefix) / name for name in ("pyvenv.cfg", "bin")]


_FOLDERS: dict[str, Callable[[], list[Path]]] = {"clang": _clang, "emscripten": _emscripten}
