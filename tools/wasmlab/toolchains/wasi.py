"""Where wasi-libc is: cut from a pinned npm package when wasmlab is built, or the system's own."""

from __future__ import annotations

import os
from pathlib import Path

from wasmlab.errors import ToolMissing

_SHIPPED = Path(__file__).parents[1] / "assets" / "vendor" / "wasi-sysroot"


def sysroot() -> Path:
    """Return the folder with `include/` and `lib/wasm32-wasip1/` of wasi-libc.

    Raises:
        ToolMissing: this installation was built without it.
    """
    named = os.environ.get("WASMLAB_WASI_SYSROOT")
    root = Path(named).expanduser() if named else _SHIPPED
    if not (root / "lib" / "wasm32-wasip1" / "libc.a").is_file():
        raise ToolMissing(f"wasi-libc is not in {root}", "wasmlab setup assets")
    return root
