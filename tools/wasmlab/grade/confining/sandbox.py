"""clang as WebAssembly: under wasmtime a source reaches no file of the host, on every system alike.

`python -m wasmlab.grade.confining.sandbox WASM CWASM` prepares it, which takes two minutes.
"""

from __future__ import annotations

import atexit
import os
import platform
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from time import sleep  # a program of Python in this process may have another `time.sleep`
from typing import TYPE_CHECKING

from wasmlab.errors import DownloadFailed, ToolBroken
from wasmlab.grade.confining.limits import CLOCK, CompilerLimits, crashed, over_output, over_time
from wasmlab.process import Command, Completed, Group, run

if TYPE_CHECKING:
    import wasmtime

    from wasmlab.assets.node import Node

Say = Callable[[str], None]

VARIABLE = "WASMLAB_SANDBOX_COMPILER"
_MEMORY = 512 << 20
_TICK = 0.05
_CORE = ("@yowasp", "clang", "gen", "llvm.core.wasm")


def folder() -> Path:
    """Return where the prepared compiler is kept; it is native code, so nobody else may write there."""
    from wasmlab.course import cache_folder

    named = os.environ.get(VARIABLE)
    return Path(named).expanduser() if named else cache_folder() / "sandbox-compiler"


def expected() -> Path:
    """Return the compiler's file: another version, engine or machine means another one."""
    from wasmlab.assets.fetch import versions

    engine, clang = version("wasmtime"), versions()["@yowasp/clang"]
    return folder() / f"clang-{clang}-wasmtime-{engine}-{sys.platform}-{platform.machine()}.cwasm"


def compiler() -> Path | None:
    """Return the prepared compiler, if it is here and only ours to write."""
    path = expected()
    if not path.is_file():
        return None
    if os.name == "posix":
        status = path.stat()
        if status.st_uid != os.geteuid() or status.st_mode & 0o022:
            return None
    return path


def find() -> str:
    """Return its version, or an empty text where it is not prepared."""
    from wasmlab.assets.fetch import versions

    return f"clang {versions()['@yowasp/clang']}" if compiler() else ""


def prepare(say: Say, get_node: Callable[[], Node]) -> None:
    """Fetch clang from npm as it is pinned, and compile it to this machine.

    Raises:
        ToolMissing, DownloadFailed: no Node, no network, or a package that is not what is pinned.
        ToolBroken: it cannot be compiled.
    """
    target = expected()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix="wasmlab-npm-") as place:
        say("npm ci --ignore-scripts, as package-lock.json pins it")
        _install(get_node(), Path(place))
        wasm = Path(place, "node_modules", *_CORE)
        if not wasm.is_file():
            raise DownloadFailed("the npm package has no llvm.core.wasm", "wasmlab setup sandbox-compiler")
        say("compiling clang to this machine: two minutes and 2 GB of memory, once")
        made = target.with_name(f"{target.name}.{os.getpid()}.part")
        command = Command((sys.executable, "-P", "-m", __spec__.name, str(wasm), str(made)), Path.cwd())
        try:
            done = run(command, seconds=1800)
            if not done.ok:
                raise ToolBroken(
                    f"clang cannot be prepared: {done.stderr.strip()[-200:]}", "free some memory"
                )
            made.replace(target)
        finally:
            made.unlink(missing_ok=True)


def _install(node: Node, place: Path) -> None:
    from wasmlab.assets.fetch import HERE

    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, place / name)
    words = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    done = run(node.command("npm", words, place), seconds=900)
    if not done.ok:
        said = " ".join((done.stderr + done.stdout).split())[:300] or "no reason given"
        raise DownloadFailed(f"npm could not fetch clang: {said}", "check the network and npm's settings")


def engine() -> wasmtime.Engine:
    """Return an engine that takes the prepared compiler: its settings are part of that."""
    import wasmtime

    config = wasmtime.Config()
    config.epoch_interruption = True
    config.cranelift_opt_level = "none"
    return wasmtime.Engine(config)


def main(source: str, target: str) -> None:
    """Compile the module at `source` and keep it at `target`."""
    import wasmtime

    module = wasmtime.Module.from_file(engine(), source)
    Path(target).write_bytes(module.serialize())
    Path(target).chmod(0o600)


@cache
def _loaded(path: Path) -> tuple[wasmtime.Engine, wasmtime.Module]:
    """Map the compiler into this process, once, and let its time move."""
    import wasmtime

    made = engine()
    module = wasmtime.Module.deserialize_file(made, str(path))
    atexit.register(module.close)  # later wasmtime itself is half taken apart, and complains

    def tick() -> None:
        while True:
            sleep(_TICK)
            made.increment_epoch()

    threading.Thread(target=tick, name="compiler ticks", daemon=True).start()
    return made, module


class SandboxGroup(Group):
    """Runs the clang that is WebAssembly; any other command goes to `native`."""

    def __init__(self, path: Path, scratch: Path, native: Group, limits: CompilerLimits) -> None:
        super().__init__()
        self._path = path
        self._scratch = scratch
        self._native = native
        self._limits = limits

    def run(
        self,
        command: Command,
        *,
        seconds: float = 120,
        remedy: str = "wasmlab doctor",
        on_line: Callable[[str], None] | None = None,
    ) -> Completed:
        """Run `command`; in its world the folder at hand is `/`, and wasi-libc is `/usr`.

        Raises:
            CompilerLimit: it used more than it may.
        """
        if command.argv[0] != str(self._path):
            return self._native.run(command, seconds=seconds, remedy=remedy, on_line=on_line)
        return self._compile(command, min(seconds, self._limits.seconds))

    def _compile(self, command: Command, seconds: float) -> Completed:
        import wasmtime

        made, module = _loaded(self._path)
        ticks = int(seconds / _TICK) + 1
        words, place = _by_stdout(command.argv[1:])
        said = _Heard(self._limits.output, ticks, made)
        content = _Heard(self._limits.file, ticks, made) if place else said
        store = wasmtime.Store(made)
        store.set_limits(memory_size=_MEMORY, instances=1, memories=1)
        store.set_wasi(self._world(words, command.cwd, content, said))
        store.set_epoch_deadline(ticks)
        linker = wasmtime.Linker(made)
        linker.define_wasi()
        code = 0
        try:
            start = linker.instantiate(store, module).exports(store)["_start"]
            start(store)  # type: ignore[operator]
        except wasmtime.ExitTrap as ended:
            code = ended.code
        except wasmtime.Trap as trap:
            if said.is_full:
                raise over_output() from None
            if content.is_full:
                raise crashed() from None
            interrupted = trap.trap_code is not None and trap.trap_code.name == "INTERRUPT"
            raise over_time(seconds) if interrupted else crashed() from None
        except wasmtime.WasmtimeError:
            raise crashed() from None
        if said.is_full:
            raise over_output()
        if content.is_full:
            raise crashed()
        if place and code == 0:
            (command.cwd / place).write_bytes(content.data)
        return Completed(command, code, "", _outside(said.text()))

    def _world(
        self, words: Sequence[str], folder: Path, content: _Heard, said: _Heard
    ) -> wasmtime.WasiConfig:
        import wasmtime

        from wasmlab.toolchains.wasi import sysroot

        libc = sysroot().root
        world = wasmtime.WasiConfig()
        world.argv = ["llvm", *(_inside(word, libc) for word in words)]
        world.env = list(CLOCK.items())
        world.preopen_dir(str(folder), "/", True)
        world.preopen_dir(str(libc), "/usr", False)
        self._scratch.mkdir(parents=True, exist_ok=True)
        world.preopen_dir(str(self._scratch), "/tmp", True)  # in its world
        world.stdout_custom = content.hear
        world.stderr_custom = said.hear
        return world


def _by_stdout(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Let a compilation give its object on its standard output; return the words, and where it belongs.

    In its world a file has no size of blocks, so clang writes an object byte by byte, and each of these
    calls wakes a thread of wasmtime's: a quarter of the whole. What goes out by a pipe, it gathers first.
    """
    if "-c" not in words or words[-2] != "-o":
        return words, ""
    return (*words[:-1], "-"), words[-1]


def _inside(word: str, libc: Path) -> str:
    """Return a word of a command line with the paths of the compiler's own world."""
    if str(libc) not in word:
        return word
    return word.replace(str(libc), "/usr").replace("\\", "/")


def _outside(text: str) -> str:
    """Return what the compiler has said with its headers where they lie in this world."""
    from wasmlab.toolchains.wasi import sysroot

    return text.replace("/usr/include/", f"{sysroot().root.as_posix()}/include/") if text else ""


class _Heard:
    """What the compiler says, or makes, up to a bound."""

    def __init__(self, most: int, ticks: int, made: wasmtime.Engine) -> None:
        self._most = most
        self._ticks = ticks
        self._made = made
        self.data = bytearray()
        self.is_full = False

    def hear(self, part: bytes) -> int:
        """Keep a part; beyond the bound the run is ended by moving its time on."""
        if self.is_full:
            return len(part)
        self.data += part
        if len(self.data) > self._most:
            self.is_full = True
            for _ in range(self._ticks):
                self._made.increment_epoch()
        return len(part)

    def text(self) -> str:
        return self.data.decode("utf-8", "replace")


if __name__ == "__main__":
    main(*sys.argv[1:])
