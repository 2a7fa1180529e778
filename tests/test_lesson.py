"""What a manifest may say, and the line and the remedy where it says something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from wasmlab.course import load_course
from wasmlab.errors import ManifestError
from wasmlab.lesson import Lesson, Target, load_lesson
from wasmlab.listing import list_lessons
from wasmlab.signature import Declared, Signature

GOOD = """format = 1
title = "Sums"
order = 3
page = "index.html"
submit = ["c/sum.c"]

[[target]]
name = "sum"
toolchain = "clang"
sources = ["./c/sum.c"]
exports = ["sum(i32) -> i32"]
imports = ["env.*"]
output = "dist/sum.wasm"

[[target]]
name = "tool"
toolchain = "clang"
system = "wasi"
sources = ["c/tool.c"]
output = "dist/tool.wasm"
"""


def _load(tmp_path: Path, text: str) -> Lesson:
    (tmp_path / "lesson.toml").write_text(text, encoding="utf-8")
    return load_lesson(tmp_path)


def test_a_manifest_becomes_data(tmp_path: Path) -> None:
    assert _load(tmp_path, GOOD) == Lesson(
        root=tmp_path,
        title="Sums",
        order=3,
        page="index.html",
        submit=("c/sum.c",),
        targets=(
            Target(
                name="sum",
                toolchain="clang",
                sources=("c/sum.c",),
                output="dist/sum.wasm",
                exports=(Declared("sum", Signature(("i32",), ("i32",))),),
                imports=(Declared("env.*"),),
            ),
            Target("tool", "clang", ("c/tool.c",), "dist/tool.wasm", system="wasi"),
        ),
    )


def test_a_byte_order_mark_and_windows_lines_are_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "lesson.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load_lesson(tmp_path).title == "Sums"


WRONG = [
    ("format = 1", "format = 2", 1, "format 2 is not known", "format = 1"),
    ('title = "Sums"', "", 0, "lacks 'title'", "title ="),
    ("order = 3", 'order = "3"', 3, "order must be a whole number", "order = 10"),
    ("order = 3", "order = true", 3, "not true", "order = 10"),
    ("order = 3", "ordr = 3", 3, "unknown key 'ordr'", "'order'"),
    ("submit = [", "submit = [3, ", 5, "submit must be a list of texts", "submit"),
    ('page = "index.html"', 'page = "../index.html"', 4, "not a path inside", "relative"),
    ('page = "index.html"', 'page = "/index.html"', 4, "not a path inside", "relative"),
    ('page = "index.html"', 'page = "C:index.html"', 4, "not a path inside", "relative"),
    ('page = "index.html"', 'page = "."', 4, "not a path inside", "relative"),
    ('["./c/sum.c"]', '["..\\\\sum.c"]', 10, "not a path inside", "relative"),
    ('["./c/sum.c"]', '["-wrong.c"]', 10, "not a path inside", "relative"),
    ('["./c/sum.c"]', "[]", 10, "has no sources", "sources ="),
    ('output = "dist/sum.wasm"', 'output = "sum.wasm"', 13, "outside dist/", "dist/NAME.wasm"),
    ('output = "dist/sum.wasm"', 'output = "dist"', 13, "outside dist/", "dist/NAME.wasm"),
    ('output = "dist/sum.wasm"', 'output = "dist/.wasmlab/x"', 13, "outside dist/", "dist/NAME.wasm"),
    (
        'output = "dist/tool.wasm"',
        'output = "dist/SUM.wasm"',
        20,
        "the output 'dist/SUM.wasm'",
        "its own output",
    ),
    ('name = "tool"', 'name = "Sum"', 16, "the name 'Sum'", "its own name"),
    ('name = "tool"', 'name = "../tool"', 16, "cannot be a target's name", "letters"),
    ('system = "wasi"', 'system = "wasy"', 18, "one of the known words", "did you mean 'wasi'"),
    ('system = "wasi"', 'system = "wasy"', 18, "one of the known words", "freestanding, wasi"),
    ('system = "wasi"', 'system = "wasm"', 18, "one of the known words", "freestanding, wasi"),
    ('"env.*"', '"js_log"', 12, "'js_log' lacks its module", "write module.name, for example env.js_log"),
    ('"env.*"', '"js_log(i32)"', 12, "'js_log' lacks its module", "for example env.js_log"),
    ('"dist/tool.wasm"\n', '"dist/tool.wasm', 20, "not TOML", "mend"),
    ('["c/tool.c"]\noutput = "dist/tool.wasm"\n', '["c/tool.c"', 19, "not TOML", "mend"),
    ('output = "dist/tool.wasm"\n', 'output = "dist/tool.wasm"\nexports = [\n', 21, "not TOML", "mend"),
    ('system = "wasi"', 'system = ["wasi"]', 18, "one of the known words", "system"),
    ('system = "wasi"', "system = {a = 1}", 18, "one of the known words", "system"),
    ('"sum(i32) -> i32"', '"sum(int) -> i32"', 11, "not a WebAssembly type", "add(i32"),
    ('"sum(i32) -> i32"', '""', 11, "is not a name", "add(i32"),
    ('[[target]]\nname = "sum"', '[target]\nname = "sum"', 15, "not TOML", "mend"),
    ('title = "Sums"', 'title = "Sums', 2, "not TOML", "mend"),
]


@pytest.mark.parametrize(("old", "new", "line", "what", "hint"), WRONG)
def test_what_does_not_fit_is_named_with_its_line_and_a_remedy(
    tmp_path: Path, old: str, new: str, line: int, what: str, hint: str
) -> None:
    assert old in GOOD
    with pytest.raises(ManifestError) as refused:
        _load(tmp_path, GOOD.replace(old, new, 1))
    assert what in refused.value.what
    assert hint in refused.value.hint
    assert refused.value.line == line
    assert refused.value.exit_code == 2


def test_a_target_that_is_no_table_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="target must be"):
        _load(tmp_path, 'format = 1\ntitle = "t"\norder = 1\npage = "p"\ntarget = [1]\n')


def test_a_page_that_is_not_there_is_a_remark_in_the_list(lesson_copy: Path) -> None:
    (only,) = list_lessons(load_course(lesson_copy.parent))
    assert not only.problem
    (lesson_copy / "index.html").unlink()
    (only,) = list_lessons(load_course(lesson_copy.parent))
    assert only.state == "not built"
    assert only.problem.startswith("its page index.html is not there")


def test_one_bracket_around_target_gets_a_second_one(tmp_path: Path) -> None:
    head = 'format = 1\ntitle = "t"\norder = 1\npage = "p"\n'
    with pytest.raises(ManifestError, match=r"not \[target\]$") as refused:
        _load(tmp_path, head + '[target]\nname = "sum"\n')
    assert refused.value.hint == "write [[target]] with two brackets"
    assert refused.value.line == 5


def test_a_manifest_that_is_missing_a_folder_or_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "lesson.toml"
    with pytest.raises(ManifestError, match="no manifest"):
        load_lesson(tmp_path)
    path.write_bytes(b"title = '\xff'")
    with pytest.raises(ManifestError, match="not UTF-8"):
        load_lesson(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(ManifestError, match="cannot be read"):
        load_lesson(tmp_path)
