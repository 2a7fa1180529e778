"""Where wasi-libc is: cut from a pinned npm package when wasmlab is built, or the system's own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wasmlab.errors import ToolMissing

_SHIPPED = Path(__file__).parents[1] / "assets" / "vendor" / "wasi-sysroot"
_TRIPLES = ("wasm32-wasip1", "wasm32-wasi")  # today's name, and the one that Debian 12 has


@dataclass(frozen=True)
class Sysroot:
    """wasi-libc: its headers, the folder of its libraries, and the compiler's helper functions."""

    root: Path
    include: Path
    library: Path
    builtins: Path


def sysroot() -> Sysroot:
    """Return the wasi-libc to use: `WASMLAB_WASI_SYSROOT`, else the one that wasmlab came with.

    Raises:
        ToolMissing: it is not there.
    """
    named = os.environ.get("WASMLAB_WASI_SYSROOT")
    root = Path(named).expanduser().resolve() if named else _SHIPPED
    for triple in _TRIPLES:
        include, library = root / "include" / triple, root / "lib" / triple
        if (library / "libc.a").is_file() and (include / "stdio.h").is_file():
            return Sysroot(root, include, library, _builtins(root, library))
    if named:
        raise ToolMissing(f"wasi-libc is not in {root}", "set WASMLAB_WASI_SYSROOT to a folder that has it")
    raise ToolMissing("wasi-libc did not come with this wasmlab", "wasmlab setup assets")


def _builtins(root: Path, library: Path) -> Path:
    """Find compiler-rt, which distributions keep apart from wasi-libc."""
    found = next((path for path in _near(root, library) if path.is_file()), None)
    if found is None:
        raise ToolMissing(
            f"compiler-rt for wasm32 is not in {root}", "apt-get install libclang-rt-dev-wasm32"
        )
    return found


def _near(root: Path, library: Path) -> Iterator[Path]:
    yield library / "libclang_rt.builtins.a"
    yield root / "lib" / "wasm32-unknown-wasip1" / "libclang_rt.builtins.a"
    yield from sorted(
        root.glob("lib/llvm-*/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a"), reverse=True
    )
    yield _SHIPPED / "lib" / "wasm32-wasip1" / "libclang_rt.builtins.a"
