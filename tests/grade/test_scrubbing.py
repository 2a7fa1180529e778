"""What a compiler says of its own files reaches a student without the places where they lie here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from wasmlab.checks.verdicts import Verdict
from wasmlab.grade.confining import WAYS, sandbox
from wasmlab.grade.scrubbing import Scrubber

HERE = [name for name, way in WAYS.items() if way.find() or not way.confines]
_PREPARED = sandbox.expected()  # before a test has a cache of its own
_ABSOLUTE = re.compile(r"(?:^|[\s'\"(])(?:/|[A-Za-z]:\\)[\w.]")


def _log(out: Path) -> str:
    (graded,) = json.loads((out / "report.json").read_text("utf-8"))["submissions"]
    assert graded["outcome"] == "not-built"
    return str(graded["log"])


@pytest.mark.parametrize("way", HERE)
def test_a_header_of_the_compiler_is_named_without_its_place(
    way: str,
    grade_them: Callable[..., Any],
    handed_in: Callable[..., Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(sandbox.VARIABLE, str(_PREPARED.parent))
    again = "#include <stdint.h>\ntypedef char int32_t;\nint add_and_log(int a, int b) { return a + b; }\n"
    grade_them(handed_in(one=again), "--confinement", way, "--out", tmp_path / "out")
    log = _log(tmp_path / "out")
    assert "include>/stdint.h:" in log
    assert not _ABSOLUTE.search(log), log


def test_a_header_of_emscripten_is_named_without_its_place(
    sum_course: Path, grade_them: Callable[..., Any], handed_in: Callable[..., Path], tmp_path: Path
) -> None:
    from wasmlab.errors import ToolMissing
    from wasmlab.toolchains import emscripten

    try:
        emscripten.find(None)
    except ToolMissing as missing:
        pytest.skip(missing.what)
    manifest = sum_course / "sum" / "lesson.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('"clang"', '"emscripten"'), "utf-8")
    grade_them(handed_in(one="#include <stdio.h>\nint puts(int);\n"), "--out", tmp_path / "out")
    log = _log(tmp_path / "out")
    assert "<include>/stdio.h:" in log
    assert not _ABSOLUTE.search(log), log


def test_the_folder_that_holds_all_others_is_no_place(tmp_path: Path) -> None:
    tools = [Path("/opt/emsdk/upstream"), Path("/usr"), Path("/usr/bin")]
    said = "/usr/bin/clang: /opt/emsdk/upstream/include/a.h:1:2: note: see /usr/local/b"
    assert Scrubber(tmp_path, tools).text(said) == "clang: include/a.h:1:2: note: see /usr/local/b"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("", ""),
        ("a plain line\n\tand another one", "a plain line\n\tand another one"),
        ("\x1b[2J\x07\x7f\x9b\r", r"\u001b[2J\u0007\u007f\u009b\u000d"),
        ("a\u202eb\u2066c\u200fd\u061ce", r"a\u202eb\u2066c\u200fd\u061ce"),
        ("\u2028\ud800\uffff", r"\u2028\ud800\uffff"),
        ("at http://127.0.0.1:8123/web/a.js:1 and http://127.0.0.1:8124/", "at web/a.js:1 and "),
        ("x" * 5000, "x" * 4096 + "\n... 904 characters cut"),
        ("{place}/c/a.c:1", "c/a.c:1"),
        ("{place}\\c", "c"),
        ("in {place}, and {place}", "in ., and ."),
    ],
)
def test_what_a_student_is_shown_is_text_and_of_this_machine_tells_nothing(
    tmp_path: Path, said: str, shown: str
) -> None:
    assert Scrubber(tmp_path).text(said.replace("{place}", str(tmp_path))) == shown


def test_every_word_of_a_verdict_is_scrubbed(tmp_path: Path) -> None:
    texts = ("line", "message", "expected", "came", "try_this")
    nasty = {name: f"{tmp_path}/{name} \x1b[2J" for name in texts}
    verdict = Verdict("sum", "adds", "wasmtime", "failed", kept=f"{tmp_path}/kept", **nasty)
    clean = {name: rf"{name} \u001b[2J" for name in texts}
    assert Scrubber(tmp_path).verdict(verdict) == replace(verdict, kept="", **clean)
