"""What a setting is called in each version of Emscripten."""

from __future__ import annotations

import pytest

from wasmlab.toolchains.emscripten_settings import spelled


@pytest.mark.parametrize(
    ("version", "flags", "wanted"),
    [
        ("3.1.6", ["-sSTACK_SIZE=64KB"], ["-sTOTAL_STACK=64KB"]),
        ("6.0.8", ["-sSTACK_SIZE=64KB"], ["-sSTACK_SIZE=64KB"]),
        ("3.1.6", ["-s", "ASYNCIFY"], ["-sASYNCIFY"]),
        ("3.1.69", ["-sEXPORTED_RUNTIME_METHODS=ccall,HEAPU8"], ["-sEXPORTED_RUNTIME_METHODS=ccall"]),
        ("4.0.7", ["-sEXPORTED_RUNTIME_METHODS=ccall,HEAPU8"], ["-sEXPORTED_RUNTIME_METHODS=ccall,HEAPU8"]),
        ("3.1.6", ["-sEXPORTED_RUNTIME_METHODS=HEAPF64"], ["-sEXPORTED_RUNTIME_METHODS=[]"]),
        ("", ["-sSTACK_SIZE=1"], ["-sSTACK_SIZE=1"]),
    ],
)
def test_a_setting_is_spelled_as_the_version_at_hand_knows_it(
    version: str, flags: list[str], wanted: list[str]
) -> None:
    assert list(spelled(flags, version)) == wanted
