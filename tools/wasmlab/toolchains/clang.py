"""C to Wasm by clang and wasm-ld, two plain steps; the compiler inside `ziglang` needs nothing else."""

from __future__ import annotations

import importlib.util
import os
import shutil
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from wasmlab.errors import ToolMissing
from wasmlab.lesson import Lesson, Target
from wasmlab.process import Command
from wasmlab.toolchains.plan import Plan, Profile, Step, Tool, stage_folder

if TYPE_CHECKING:  # a freestanding target has no use for it
    from wasmlab.toolchains.wasi import Sysroot

_GET_IT = "python -m pip install ziglang (or set WASMLAB_CLANG to a clang that has wasm-ld beside it)"
_NAME_IT = "--toolchain-path, or WASMLAB_CLANG, names the clang program itself or the folder it is in"

# The ending of a clang that is WebAssembly, compiled to this machine.
SANDBOXED = ".cwasm"

# Undefined behaviour stops at its line: without -fsanitize-trap the linker misses the handlers.
_DEBUG = ("-g", "-O0", "-fsanitize=undefined", "-fsanitize-trap=undefined")
_PROFILES: dict[Profile, tuple[str, ...]] = {"debug": _DEBUG, "release": ("-Os",)}

# What an old clang only warns about is an error in a new one: the same C is refused by both.
_SAME_EVERYWHERE = tuple(
    f"-Werror={name}"
    for name in ("implicit-function-declaration", "implicit-int", "int-conversion", "invalid-pp-token")
)


def find(path: Path | None = None) -> Tool:
    """Return the clang to use: `path`, else `WASMLAB_CLANG`, else ziglang's, else one on PATH.

    Raises:
        ToolMissing: there is none, or the one that was named lacks wasm-ld.
    """
    named = path or (Path(os.environ["WASMLAB_CLANG"]) if os.environ.get("WASMLAB_CLANG") else None)
    if named is not None:
        return _system(named.expanduser())
    if zig := ziglang_folder():
        return _zig(zig)
    if found := shutil.which("clang"):
        return _system(Path(found))
    raise ToolMissing("no C compiler for WebAssembly is on this machine", _GET_IT)


def is_meant(path: Path) -> bool:
    """Return whether `path`, which a user has named, is a clang rather than another compiler."""
    return path.stem.startswith(("clang", "zig"))


def ziglang_folder() -> Path | None:
    """Return the folder of the `ziglang` wheel, if it is installed here."""
    spec = importlib.util.find_spec("ziglang")
    return Path(spec.origin).parent if spec and spec.origin else None


def _zig(folder: Path) -> Tool:
    binary = folder / ("zig.exe" if os.name == "nt" else "zig")
    if not binary.is_file():
        raise ToolMissing(f"{binary} is gone", "python -m pip install --force-reinstall ziglang")
    info = next(folder.parent.glob("ziglang-*.dist-info"), None) if folder.name == "ziglang" else None
    version = info.name.removeprefix("ziglang-").removesuffix(".dist-info") if info else ""
    include = folder / "lib" / "include"
    return Tool("zig", binary, version, "ziglang", (str(binary), "wasm-ld"), (include,), _stamp(binary))


def _system(clang: Path) -> Tool:
    if clang.is_dir():
        clang = clang / ("clang.exe" if os.name == "nt" else "clang")
    found = shutil.which(clang)
    if clang.suffix == SANDBOXED and clang.is_file():
        return _sandboxed(clang)
    if found is None:
        raise ToolMissing(f"{clang} is not a program", _NAME_IT)
    program = Path(found).absolute()
    if program.stem == "zig":
        return _zig(program.resolve().parent)
    linker = _linker_beside(program)
    stamp = f"{_stamp(program)} {_stamp(Path(linker))}"
    return Tool("clang", program, "", "system", (linker,), (), stamp)


def _sandboxed(module: Path) -> Tool:
    """Return the clang that is WebAssembly, as `wasmlab setup sandbox-compiler` prepares it for `grade`."""
    headers = _libc().root / "include"
    linker = (str(module), "wasm-ld")
    return Tool("clang", module, module.stem, "sandbox", linker, (headers,), _stamp(module))


def _stamp(program: Path) -> str:
    """Tell one build of a program from another without starting it."""
    status = program.stat()
    return f"{status.st_size}-{status.st_mtime_ns}"


def _linker_beside(clang: Path) -> str:
    suffix = clang.stem.removeprefix("clang")  # clang-14 goes with wasm-ld-14
    for name in (f"wasm-ld{suffix}", "wasm-ld"):
        for place in (str(clang.parent), str(clang.resolve().parent), None):
            if found := shutil.which(name, path=place):
                return str(Path(found).absolute())
    raise ToolMissing(f"{clang} has no wasm-ld beside it", "install lld, the linker that goes with clang")


def plan(tool: Tool, lesson: Lesson, target: Target, profile: Profile) -> Plan:
    """Return one compile step a source and one link step, run in the lesson's folder."""
    stage = stage_folder(target.name)
    objects = _objects(target, stage)
    made = f"{stage}/{PurePosixPath(target.output).name}"
    compiles = [
        Step(f"compile {source}", Command(_compile(tool, target, profile, source, made_object), lesson.root))
        for source, made_object in zip(target.sources, objects, strict=True)
    ]
    linked = (*tool.linker, *_link(target, profile, objects, made), *_helpers(target))
    link = Step(f"link {target.output}", Command(linked, lesson.root))
    return Plan((*compiles, link), stage, made, tuple(f"{made_object}.d" for made_object in objects))


def slide_commands(target: Target) -> list[tuple[str, ...]]:
    """Return the release build as a slide shows it: plain `clang` and `wasm-ld`, nothing for machines."""
    folder = str(PurePosixPath(target.output).parent)
    objects = _objects(target, folder)
    compiles = [
        ("clang", *_meaning(target, "release"), "-c", source, "-o", made_object)
        for source, made_object in zip(target.sources, objects, strict=True)
    ]
    return [*compiles, ("wasm-ld", *_link(target, "release", objects, target.output))]


def _objects(target: Target, folder: str) -> list[str]:
    """Name an object after its source; a number keeps `a/x.c` and `b/x.c` apart."""
    stems = [PurePosixPath(source).stem for source in target.sources]
    return [
        f"{folder}/{stem}.o" if stems.count(stem) == 1 else f"{folder}/{stem}-{n}.o"
        for n, stem in enumerate(stems)
    ]


def _meaning(target: Target, profile: Profile) -> tuple[str, ...]:
    """Return the flags that say what is compiled; all others only serve messages and bookkeeping."""
    triple = "wasm32-wasip1" if target.system == "wasi" else "wasm32"
    return (f"--target={triple}", *_PROFILES[profile], *_libc_headers(target), *target.compile_flags)


def _libc() -> Sysroot:
    from wasmlab.toolchains.wasi import sysroot

    return sysroot()


def _libc_headers(target: Target) -> tuple[str, ...]:
    return ("-isystem", str(_libc().include)) if target.system == "wasi" else ()


def _compile(tool: Tool, target: Target, profile: Profile, source: str, made: str) -> tuple[str, ...]:
    has_many = tool.name == "zig" or tool.path.suffix == SANDBOXED  # tools in one program
    driver = (str(tool.path), "clang") if has_many else (str(tool.path),)
    builtin = [str(folder) for folder in tool.includes]
    return (
        *driver,
        *_meaning(target, profile),
        # Nothing of this machine comes in, and no path of it goes out: the same bytes in any folder.
        "-nostdlibinc",
        *(part for folder in builtin for part in ("-isystem", folder)),
        *_without_host_paths([*builtin, *_libc_headers(target)[1:]]),
        *("-Wall", *_SAME_EVERYWHERE, "-fno-color-diagnostics"),
        *("-MMD", "-MF", f"{made}.d"),
        *("-c", source, "-o", made),
    )


def _without_host_paths(folders: list[str]) -> tuple[str, ...]:
    mapped = [f"-ffile-prefix-map={folder}=include" for folder in folders]
    return ("-fdebug-compilation-dir=.", *mapped)


def _helpers(target: Target) -> tuple[str, ...]:
    """Return the library of what a compiler calls by itself: to watch a product of `long long` is there.

    It is no C library: the linker takes of it what is called and nothing else, which is mostly nothing.
    """
    if target.system == "wasi":
        return ()
    with suppress(ToolMissing):  # hardly any module calls one, and the linker names it
        return (str(_libc().builtins),)
    return ()


def _link(target: Target, profile: Profile, objects: list[str], made: str) -> tuple[str, ...]:
    exports = [f"--export={export.name}" for export in target.exports]
    strip = ["--strip-all"] if profile == "release" else []
    flags = (*exports, *strip, *target.link_flags)
    if target.system != "wasi":
        return ("--no-entry", *flags, *objects, "-o", made)
    libc = _libc()
    start = str(libc.library / "crt1-command.o")
    return (*flags, f"-L{libc.library}", start, *objects, "-lc", str(libc.builtins), "-o", made)
