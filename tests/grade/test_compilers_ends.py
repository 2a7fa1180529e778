"""How a compiler ended says whose doing it was: the student's, the machine's, or nobody's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wasmlab.errors import CompilerLimit, ToolBroken, WasmlabError
from wasmlab.grade.confining.limits import crashed, killed, over_output, over_time
from wasmlab.grade.confining.native import _completed, _patience
from wasmlab.process import Command


def _said(code: int = 0, why: str = "", stderr: str = "") -> dict[str, Any]:
    return {"code": code, "why": why, "stdout": "", "stderr": stderr}


@pytest.mark.parametrize(
    ("said", "kind", "what"),
    [
        ({"broken": "no such file"}, ToolBroken, "clang cannot be started: no such file"),
        (_said(1, stderr="bwrap: no namespaces\n"), ToolBroken, "bwrap: no namespaces"),
        (_said(-9, "time"), CompilerLimit, over_time(20).what),
        (_said(-24), CompilerLimit, over_time(20).what),
        (_said(-9, "output"), CompilerLimit, over_output().what),
        (_said(-9), CompilerLimit, killed().what),
        (_said(137), CompilerLimit, killed().what),
        *((_said(code), CompilerLimit, crashed().what) for code in (-11, -6, 134, 139, 153)),
    ],
)
def test_how_a_compiler_ended_says_whose_doing_it_is(
    said: dict[str, Any], kind: type[WasmlabError], what: str
) -> None:
    with pytest.raises(kind) as told:
        _completed(Command(("/bin/clang",), Path()), said, 20, "wasmlab doctor")
    assert told.value.what == what


_INNER = "em++: error: '/usr/bin/clang++ -c a.cpp -o a.o' failed ({})\n"
_KILLED = _INNER.format("received SIGKILL (-9)")


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (_said(1, stderr="a warning\n" + _KILLED), killed().what),
        (_said(1, stderr=_INNER.format("received SIGXCPU (-24)")), over_time(20).what),
        (_said(1, stderr=_INNER.format("received SIGSEGV (-11)")), crashed().what),
        (_said(1, stderr=_KILLED + _INNER.format("returned 1")), ""),
        (_said(0, stderr=_KILLED), ""),
    ],
)
def test_how_a_program_of_emscripten_ended_says_whose_doing_it_is(said: dict[str, Any], what: str) -> None:
    """It starts a dozen, and ends with 1 whatever has ended one of them."""
    try:
        came = _completed(Command(("/usr/bin/em++", "a.cpp"), Path()), said, 20, "wasmlab doctor").stdout
    except CompilerLimit as error:
        came = error.what
    assert came == what


@pytest.mark.parametrize(
    "said", [_said(), _said(1, stderr="a.c:1:1: error: no"), _said(0, stderr="bwrap: x")]
)
def test_a_compiler_that_ended_by_itself_is_heard(said: dict[str, Any]) -> None:
    done = _completed(Command(("/bin/clang",), Path()), said, 20, "wasmlab doctor")
    assert (done.code, done.stderr) == (said["code"], said["stderr"])


def test_emscripten_has_more_time_for_its_dozen_programs() -> None:
    words = [("emcc", "a.c"), ("/usr/bin/python3", "/opt/em++.py"), ("clang", "-c", "emcc.c"), ("wasm-ld",)]
    assert [_patience(Command(each, Path())) for each in words] == [6, 6, 1, 1]
