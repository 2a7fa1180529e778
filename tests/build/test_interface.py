"""What crosses between C and JavaScript is compared with the manifest, and explained at its C line."""

from __future__ import annotations

from pathlib import Path

import pytest

from wasmlab.build import Result, build_lesson
from wasmlab.errors import InterfaceMismatch
from wasmlab.lesson import load_lesson

IMPORT = '__attribute__((import_module("env"), import_name("{name}"))) void {name}({type} value);\n'


def _build(tmp_path: Path, code: str, exports: list[str], imports: list[str] | None = None) -> Result:
    lesson = tmp_path / "border"
    (lesson / "c").mkdir(parents=True)
    (lesson / "c" / "code.c").write_text(code, encoding="utf-8")
    (lesson / "lesson.toml").write_text(
        'format = 1\ntitle = "t"\norder = 1\npage = "p"\n[[target]]\nname = "t"\ntoolchain = "clang"\n'
        f'sources = ["c/code.c"]\noutput = "dist/t.wasm"\nexports = {exports}\nimports = {imports or []}\n',
        encoding="utf-8",
    )
    return build_lesson(load_lesson(lesson))[0]


WRONG = [
    pytest.param(
        "\nlong long f(int a) { return a; }", ["f(i32) -> i32"], [], 2, "BigInt", id="64-bit result"
    ),
    pytest.param(
        "struct p { int x, y; };\nstruct p f(int a) { struct p q = {a, a}; return q; }",
        ["f(i32) -> i32"],
        [],
        2,
        "a struct cannot cross to JavaScript",
        id="struct result",
    ),
    pytest.param(
        "int f(int a) { return a; }", ["f(i32, i32) -> i32"], [], 1, "takes 1 argument;", id="count"
    ),
    pytest.param("void f(int a) { (void)a; }", ["f(i32) -> i32"], [], 1, "returns void", id="void"),
    pytest.param("double f(int a) { return a; }", ["f(i32) -> i32"], [], 1, "mend the C function", id="type"),
    pytest.param(
        IMPORT.format(name="js_lag", type="int") + "void f(void) { js_lag(1); }",
        ["f"],
        ["env.js_log(i32)"],
        1,
        "did you mean 'env.js_log'?",
        id="import not allowed",
    ),
    pytest.param(
        IMPORT.format(name="js_log", type="float") + "void f(void) { js_log(1); }",
        ["f"],
        ["env.js_log(i32)"],
        1,
        "mend the C function",
        id="import of another type",
    ),
]


@pytest.mark.parametrize(("code", "exports", "imports", "line", "hint"), WRONG)
def test_a_difference_is_shown_at_its_c_line(
    tmp_path: Path, code: str, exports: list[str], imports: list[str], line: int, hint: str
) -> None:
    result = _build(tmp_path, code, exports, imports)
    assert isinstance(result.error, InterfaceMismatch), result.raw
    assert hint in result.error.hint
    (told,) = [said for said in result.diagnostics if said.severity == "error"]
    assert (told.file, told.line, told.hint) == ("c/code.c", line, result.error.hint)
    assert told.source_line[told.marker.index("^") :].startswith(result.error.symbol)


def test_a_64_bit_integer_is_a_warning_where_the_manifest_gives_no_signature(tmp_path: Path) -> None:
    result = _build(tmp_path, "long long f(void) { return 1; }", ["f"])
    assert result.error is None
    (told,) = result.diagnostics
    assert (told.severity, told.name, told.line) == ("warning", "bigint", 1)
    assert "12n" in told.explanation


def test_a_64_bit_integer_that_the_manifest_wants_is_no_warning(tmp_path: Path) -> None:
    result = _build(tmp_path, "long long f(void) { return 1; }", ["f() -> i64"])
    assert (result.error, result.diagnostics) == (None, ())


def test_any_import_of_a_module_can_be_allowed(tmp_path: Path) -> None:
    code = IMPORT.format(name="js_log", type="int") + "void f(void) { js_log(1); }"
    assert _build(tmp_path, code, ["f"], ["env.*"]).error is None
