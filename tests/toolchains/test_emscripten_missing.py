"""A machine without Emscripten, and one on which it is used for the first time."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from wasmlab.toolchains import emscripten_find

PACK = Path(__file__).parents[2] / "emscripten-starter-pack"
NAME = "emscripten-starter-pack"


@pytest.fixture
def course_with_pack(course_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a course with both lessons, on a machine where no Emscripten can be found."""
    shutil.copytree(PACK, course_copy / NAME, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    for name in ("WASMLAB_EMCC", "EMSDK", "EM_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(emscripten_find, "_DISTRIBUTIONS", ())
    monkeypatch.setattr(emscripten_find, "_USUAL_EMSDKS", ())
    return course_copy


@pytest.mark.usefixtures("course_with_pack")
def test_the_rest_of_the_course_is_built_and_the_lesson_waits(run_cli: Any) -> None:
    done = run_cli("build")
    assert done.exit_code == 0
    assert "minimal-demo/dist/add_and_log.wasm" in done.stdout
    assert f"{NAME}/dist/hand_wired.wasm" in done.stdout  # it needs no Emscripten
    said = [line for line in done.stderr.splitlines() if "waits" in line]
    assert said == [f"note: {NAME} waits: Emscripten is not on this machine"]
    assert "hint: wasmlab setup emscripten" in done.stderr


@pytest.mark.usefixtures("course_with_pack")
def test_who_asks_for_the_lesson_is_told_that_a_tool_is_missing(run_cli: Any) -> None:
    done = run_cli("build", NAME)
    assert done.exit_code == 4
    assert done.stderr.count("error: Emscripten is not on this machine") == 1
    assert "hint: wasmlab setup emscripten" in done.stderr


@pytest.mark.usefixtures("course_with_pack")
def test_its_checks_are_errors_and_never_passed(run_cli: Any) -> None:
    done = run_cli("check", NAME, "--engine", "wasmtime", "--json")
    verdicts = json.loads(done.stdout)["verdicts"]
    asked = [verdict for verdict in verdicts if verdict["engine"] != "-"]
    # A check that waits for one that is an error is skipped.
    told = [verdict for verdict in asked if not verdict["waits_for"]]
    assert (done.exit_code, {verdict["verdict"] for verdict in told}) == (4, {"error"})
    assert {verdict["message"] for verdict in told} == {"Emscripten is not on this machine"}
    assert {verdict["verdict"] for verdict in asked} == {"error", "skipped"}


@pytest.mark.usefixtures("course_with_pack")
def test_the_list_says_why_it_cannot_be_built(run_cli: Any) -> None:
    listed = {row["name"]: row for row in json.loads(run_cli("list", "--json").stdout)}
    assert (listed[NAME]["state"], listed[NAME]["problem"]) == (
        "cannot be built",
        "Emscripten is not on this machine",
    )


# The stand-in behaves as emcc does the first time that it needs one of its own libraries.
_EMCC = """#!/bin/sh
echo "cache:INFO: generating system library: sysroot/lib/libc.a... (this will be cached for next time)" >&2
echo "cache:INFO:  - ok" >&2
for made; do :; done
printf '\\0asm\\1\\0\\0\\0' > "${made%.*}.wasm"
: > "$made"
"""

_MANIFEST = """format = 1
title = "First"
order = 1
page = "index.html"

[[target]]
name = "first"
toolchain = "emscripten"
sources = ["c/first.c"]
output = "dist/first.wasm"
also = ["dist/first.mjs"]
"""


@pytest.mark.skipif(os.name == "nt", reason="the stand-in's emcc is a shell script")
def test_the_first_build_on_a_machine_says_what_takes_so_long(
    tmp_path: Path, run_cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "emsdk" / "upstream" / "emscripten"
    (folder / "cache").mkdir(parents=True)
    for name, text in {"emcc": _EMCC, "emcc.py": "", "emscripten-version.txt": '"6.0.8"'}.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("WASMLAB_EMCC", str(tmp_path / "emsdk"))
    lesson = tmp_path / "course" / "first"
    (lesson / "c").mkdir(parents=True)
    (lesson / "c" / "first.c").write_text("int main(void) { return 0; }\n", encoding="utf-8")
    (lesson / "lesson.toml").write_text(_MANIFEST, encoding="utf-8")
    done = run_cli("build", "first")
    assert done.exit_code == 0, done.stderr
    assert "first: the compiler builds its own libc.a, once on this machine" in done.stderr
