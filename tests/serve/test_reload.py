"""From a save to the message that a page gets, with the real compiler and a real connection."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.wasmfile import read_module

MODULE = "minimal-demo/dist/add_and_log.wasm"
STATUS = "_wasmlab/status.json"


@pytest.fixture
def source(lesson_copy: Path) -> Path:
    return lesson_copy / "c" / "add_and_log.c"


@pytest.fixture
def opened(server: Any, open_page: Callable[[Any], Any]) -> Any:
    # This waits for all that the first build makes: none of it is news any more.
    server.get("minimal-demo/dist/add_and_log.inspect.html")
    return open_page(server)


def _marked(plain: str, number: int) -> str:
    return f'{plain}\n__attribute__((used)) const char mark[] = "mark-{number:04}";\n'


def _served_mark(server: Any) -> str:
    body = server.get(MODULE).body
    assert read_module(body)
    at = body.find(b"mark-")
    return body[at : at + 9].decode()


def test_fifty_saves_in_a_row_each_reach_the_page(server: Any, opened: Any, source: Path) -> None:
    plain = source.read_text("utf-8")
    for number in range(50):
        source.write_text(_marked(plain, number), encoding="utf-8")
        opened.until(MODULE)
        assert _served_mark(server) == f"mark-{number:04}"


def test_a_storm_of_saves_ends_with_the_last_state(server: Any, opened: Any, source: Path) -> None:
    plain = source.read_text("utf-8")
    for number in range(200):
        source.write_text(_marked(plain, number), encoding="utf-8")
        time.sleep(0.02)  # the storm itself: two hundred saves take four seconds
    server.until(lambda: _served_mark(server) == "mark-0199")
    messages = opened.until(MODULE)
    assert len(messages) < 200


def test_a_request_during_a_rebuild_gets_the_new_module(server: Any, lesson_copy: Path, source: Path) -> None:
    assert server.get(MODULE).status == 200
    begun = _newest(lesson_copy / "dist" / ".wasmlab")
    bulk = "".join(f"int f{n}(int a) {{ return a * {n}; }}\n" for n in range(3000))  # long at the compiler
    source.write_text(_marked(source.read_text("utf-8"), 1) + bulk, encoding="utf-8")
    server.until(lambda: _newest(lesson_copy / "dist" / ".wasmlab") > begun)
    assert _served_mark(server) == "mark-0001"


def _newest(stage: Path) -> int:
    return max(entry.stat().st_mtime_ns for entry in [stage, *stage.rglob("*")] if entry.exists())


def test_a_broken_source_is_told_and_the_last_module_kept(server: Any, opened: Any, source: Path) -> None:
    plain = source.read_text("utf-8")
    source.write_text(plain.replace(";", "", 1), encoding="utf-8")
    assert opened.until(STATUS) == [STATUS]
    state = server.status()["lessons"]["minimal-demo"]
    assert (state["ok"], state["kept"]) == (False, True)
    problem = next(p for p in state["problems"] if p["severity"] == "error")
    assert problem["file"] == "c/add_and_log.c"
    assert problem["line"] > 0
    assert problem["source_line"]
    assert server.get(MODULE).status == 200
    server.until_said("c/add_and_log.c")
    source.write_text(_marked(plain, 7), encoding="utf-8")
    assert set(opened.until(STATUS)) == {MODULE, STATUS}
    assert server.status()["lessons"]["minimal-demo"] == {"ok": True, "kept": False, "problems": []}
    assert _served_mark(server) == "mark-0007"


def test_a_save_by_rename_counts(server: Any, opened: Any, source: Path) -> None:
    beside = source.with_name("add_and_log.c.tmp")
    beside.write_text(_marked(source.read_text("utf-8"), 1), encoding="utf-8")
    beside.replace(source)
    assert opened.next() == MODULE
    assert _served_mark(server) == "mark-0001"


def test_a_save_that_removes_the_file_first_is_no_broken_build(
    server: Any, opened: Any, source: Path
) -> None:
    text = _marked(source.read_text("utf-8"), 2)
    source.rename(source.with_name("add_and_log.c~"))
    time.sleep(0.03)  # an editor at work
    source.write_text("", encoding="utf-8")
    time.sleep(0.03)
    source.write_text(text, encoding="utf-8")
    assert opened.next() == MODULE
    assert "error" not in server.output


def test_an_edited_header_rebuilds(server: Any, opened: Any, source: Path) -> None:
    source.write_text('#include "mark.h"\n' + source.read_text("utf-8"), encoding="utf-8")
    assert opened.until(STATUS) == [STATUS]
    header = source.with_name("mark.h")
    for number in range(3):
        header.write_text(_marked("", number), encoding="utf-8")
        opened.until(MODULE)
        assert _served_mark(server) == f"mark-{number:04}"


def test_a_header_that_lessons_share_rebuilds(
    server: Any, opened: Any, source: Path, course_copy: Path
) -> None:
    shared = course_copy / "common"
    shared.mkdir()
    (shared / "mark.h").write_text(_marked("", 1), encoding="utf-8")
    source.write_text('#include "../../common/mark.h"\n' + source.read_text("utf-8"), encoding="utf-8")
    opened.until(MODULE)
    (shared / "mark.h").write_text(_marked("", 2), encoding="utf-8")
    opened.until(MODULE)
    assert _served_mark(server) == "mark-0002"


@pytest.mark.parametrize("name", ["plain.html", "style.css", "script.js", "notes.md"])
def test_a_saved_page_file_is_told_by_its_path(opened: Any, lesson_copy: Path, name: str) -> None:
    (lesson_copy / name).write_text("/* new */", encoding="utf-8")
    assert opened.next() == f"minimal-demo/{name}"
    (lesson_copy / name).write_text("/* newer */", encoding="utf-8")
    assert opened.next() == f"minimal-demo/{name}"


def test_scratch_files_of_editors_are_no_news(opened: Any, lesson_copy: Path) -> None:
    for name in (".plain.html.swp", "plain.html~", "4913", "#plain.html#", ".git/index"):
        (lesson_copy / name).parent.mkdir(exist_ok=True)
        (lesson_copy / name).write_text("x", encoding="utf-8")
    (lesson_copy / "last.html").write_text("x", encoding="utf-8")
    assert opened.next() == "minimal-demo/last.html"


def test_a_deleted_and_restored_lesson_comes_back(
    server: Any, opened: Any, lesson_copy: Path, source: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(lesson_copy, kept)
    shutil.rmtree(lesson_copy)
    server.until(lambda: not server.status()["lessons"])
    assert server.get("minimal-demo/plain.html").status == 404
    shutil.copytree(kept, lesson_copy, ignore=shutil.ignore_patterns("dist"), dirs_exist_ok=True)
    server.until(lambda: server.get(MODULE).status == 200)
    for number in range(3):
        source.write_text(_marked("void unused(void);\n" + kept_text(kept), number), encoding="utf-8")
        server.until(lambda number=number: _served_mark(server) == f"mark-{number:04}")
    assert MODULE in opened.until(MODULE)


def kept_text(kept: Path) -> str:
    return (kept / "c" / "add_and_log.c").read_text("utf-8")


def test_a_broken_manifest_is_told_and_mended(
    server: Any, opened: Any, lesson_copy: Path, source: Path
) -> None:
    manifest = lesson_copy / "lesson.toml"
    good = manifest.read_text("utf-8")
    manifest.write_text(good.replace("toolchain", "toolchian"), encoding="utf-8")
    assert opened.until(STATUS) == [STATUS]
    (problem,) = server.status()["lessons"]["minimal-demo"]["problems"]
    assert problem["file"] == "lesson.toml"
    assert "toolchain" in problem["hint"]
    assert server.get("minimal-demo/plain.html").status == 200
    source.write_text(_marked(source.read_text("utf-8"), 3), encoding="utf-8")
    manifest.write_text(good, encoding="utf-8")
    server.until(lambda: server.status()["lessons"]["minimal-demo"]["ok"])
    assert _served_mark(server) == "mark-0003"


def test_a_manifest_that_allows_less_is_held_against_the_module(
    server: Any, opened: Any, lesson_copy: Path
) -> None:
    manifest = lesson_copy / "lesson.toml"
    lines = manifest.read_text("utf-8").splitlines()
    manifest.write_text("\n".join(line for line in lines if not line.startswith("imports")), encoding="utf-8")
    opened.until(STATUS)
    assert not server.status()["lessons"]["minimal-demo"]["ok"]


def test_a_new_lesson_is_found(server: Any, lesson_copy: Path) -> None:
    shutil.copytree(lesson_copy, lesson_copy.with_name("second"))
    server.until(lambda: "second" in server.status()["lessons"])
    assert server.get("second/plain.html").status == 200


def test_a_build_in_another_terminal_reaches_the_page(opened: Any, course_copy: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "wasmlab", "build", "--release"],
        cwd=course_copy,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert MODULE in opened.until(MODULE)


def test_a_module_that_was_removed_is_built_again(server: Any, opened: Any, lesson_copy: Path) -> None:
    (lesson_copy / "dist" / "add_and_log.wasm").unlink()
    assert opened.until(MODULE)
    assert server.get(MODULE).status == 200


def test_a_hundred_open_pages_all_hear_of_a_change(
    server: Any, open_page: Callable[[Any], Any], lesson_copy: Path
) -> None:
    pages = [open_page(server) for _ in range(100)]
    (lesson_copy / "plain.html").write_text("x", encoding="utf-8")
    assert {page.next() for page in pages} == {"minimal-demo/plain.html"}


def test_touching_a_file_is_no_change_of_a_module(opened: Any, source: Path) -> None:
    os.utime(source)
    (source.parents[1] / "plain.html").write_text("x", encoding="utf-8")
    assert opened.next() == "minimal-demo/plain.html"
