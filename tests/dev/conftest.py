"""The commands that plain scripts run, made from the compiler inside ziglang."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from wasmlab.toolchains.clang import ziglang_folder


@pytest.fixture
def plain_tools(tmp_path: Path) -> dict[str, str]:
    """Return an environment whose PATH has a `clang` and a `wasm-ld` and no other compiler."""
    zig = ziglang_folder()
    assert zig is not None, "ziglang is a dependency"
    folder = tmp_path / "a folder of tools"
    folder.mkdir()
    for name in ("clang", "wasm-ld"):
        shim = folder / name
        shim.write_text(f'#!/bin/sh\nexec "{zig / "zig"}" {name} "$@"\n', encoding="utf-8")
        shim.chmod(shim.stat().st_mode | stat.S_IXUSR)
    return {"PATH": os.pathsep.join([str(folder), "/usr/bin", "/bin"]), "HOME": str(tmp_path)}
