"""C to Wasm by clang and wasm-ld, two plain steps; the compiler inside `ziglang` needs nothing else."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from functools import lru_cache
from pathlib import Path, PurePosixPath

from wasmlab.errors import ToolMissing
from wasmlab.lesson import Lesson, Target
from wasmlab.process import Command, first_line
from wasmlab.toolchains.plan import STAGE, Plan, Profile, Step, Tool
from wasmlab.toolchains.wasi import sysroot

_GET_IT = "python -m pip install ziglang (or set WASMLAB_CLANG to a clang that has wasm-ld beside it)"

# Undefined behaviour stops at its line: without -fsanitize-trap the linker misses the handlers.
_DEBUG = ("-g", "-O0", "-fsanitize=undefined", "-fsanitize-trap=undefined")
_PROFILES: dict[Profile, tuple[str, ...]] = {"debug": _DEBUG, "release": ("-Os",)}


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


def ziglang_folder() -> Path | None:
    """Return the folder of the `ziglang` wheel, if it is installed here."""
    spec = importlib.util.find_spec("ziglang")
    return Path(spec.origin).parent if spec and spec.origin else None


def _zig(folder: Path) -> Tool:
    binary = folder / ("zig.exe" if os.name == "nt" else "zig")
    if not binary.is_file():
        raise ToolMissing(f"{binary} is gone", "python -m pip install --force-reinstall ziglang")
    info = next(folder.parent.glob("ziglang-*.dist-info"), None)
    version = info.name.removeprefix("ziglang-").removesuffix(".dist-info") if info else "unknown"
    return Tool("zig", binary, version, "ziglang", (str(binary), "wasm-ld"), (folder / "lib" / "include",))


def _system(clang: Path) -> Tool:
    if clang.is_dir():
        clang = clang / ("clang.exe" if os.name == "nt" else "clang")
    found = shutil.which(clang)
    if found is None:
        raise ToolMissing(f"{clang} is not a program", "set WASMLAB_CLANG to the clang program itself")
    if Path(found).stem == "zig":
        return _zig(Path(found).resolve().parent)
    version = _version(found, _stamp(found))
    return Tool("clang", Path(found), version, "system", (_linker_beside(Path(found)),))


def _stamp(program: str) -> int:
    return Path(program).stat().st_mtime_ns


@lru_cache(maxsize=8)
def _version(program: str, _changed: int) -> str:
    line = first_line([program, "--version"])
    match = re.search(r"\d+(\.\d+)+", line)
    return match[0] if match else "unknown"


def _linker_beside(clang: Path) -> str:
    suffix = clang.stem.removeprefix("clang")  # clang-14 goes with wasm-ld-14
    for name in (f"wasm-ld{suffix}", "wasm-ld"):
        for place in (str(clang.parent), str(clang.resolve().parent), None):
            if found := shutil.which(name, path=place):
                return found
    raise ToolMissing(f"{clang} has no wasm-ld beside it", "install lld, the linker that goes with clang")


def plan(tool: Tool, lesson: Lesson, target: Target, profile: Profile) -> Plan:
    """Return one compile step a source and one link step, run in the lesson's folder."""
    objects = [
        f"{STAGE}/{target.name}-{PurePosixPath(source).stem}-{n}.o" for n, source in enumerate(target.sources)
    ]
    made = f"{STAGE}/{PurePosixPath(target.output).name}"
    compiles = [
        Step(f"compile {source}", Command(_compile(tool, target, profile, source, made_object), lesson.root))
        for source, made_object in zip(target.sources, objects, strict=True)
    ]
    link = Step(f"link {target.output}", Command(_link(tool, target, profile, objects, made), lesson.root))
    depfiles = tuple(f"{made_object}.d" for made_object in objects)
    return Plan((*compiles, link), made, depfiles)


def _compile(tool: Tool, target: Target, profile: Profile, source: str, made: str) -> tuple[str, ...]:
    driver = (str(tool.path), "clang") if tool.name == "zig" else (str(tool.path),)
    triple = "wasm32-wasip1" if target.system == "wasi" else "wasm32"
    return (
        *driver,
        f"--target={triple}",
        *_PROFILES[profile],
        *_headers(tool, target),
        # No path of this machine in the module: the same bytes in any folder.
        "-fdebug-compilation-dir=.",
        "-fno-color-diagnostics",
        *target.compile_flags,
        *("-MMD", "-MF", f"{made}.d"),
        *("-c", source, "-o", made),
    )


def _headers(tool: Tool, target: Target) -> tuple[str, ...]:
    builtin = [str(folder) for folder in tool.includes]
    mapped = [f"-ffile-prefix-map={folder}=include" for folder in builtin]
    if target.system == "wasi":
        root = sysroot()
        builtin += [str(root / "include" / "wasm32-wasip1"), str(root / "include")]
        mapped.append(f"-ffile-prefix-map={root}=wasi")
    if not builtin:
        return ()
    return ("-nostdinc", *(part for folder in builtin for part in ("-isystem", folder)), *mapped)


def _link(tool: Tool, target: Target, profile: Profile, objects: list[str], made: str) -> tuple[str, ...]:
    exports = [f"--export={export.name}" for export in target.exports]
    strip = ["--strip-all"] if profile == "release" else []
    if target.system == "wasi":
        library = sysroot() / "lib" / "wasm32-wasip1"
        runtime = [
            f"-L{library}",
            str(library / "crt1-command.o"),
            *objects,
            "-lc",
            str(library / "libclang_rt.builtins.a"),
        ]
        return (*tool.linker, *exports, *strip, *target.link_flags, *runtime, "-o", made)
    return (*tool.linker, "--no-entry", *exports, *strip, *target.link_flags, *objects, "-o", made)
