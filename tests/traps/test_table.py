"""The table that lies beside a debug module: what it holds, when there is none, what it survives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import wasmtime
from hypothesis import given, settings
from hypothesis import strategies as st

from wasmlab.build import Options, build_lesson
from wasmlab.engines import session, trap_kinds
from wasmlab.errors import ModuleUnreadable
from wasmlab.lesson import Lesson, load_lesson
from wasmlab.roundtrip import RoundTrip, Trap, Value
from wasmlab.traps import TrapTable, explain, explain_trap, read_table, table_path, write_trap_table
from wasmlab.traps.debuginfo import source_name
from wasmlab.traps.reasons import KINDS, reason_of_source
from wasmlab.traps.telling import told

ASSERTING = """#include <assert.h>

static int half(int even) {
  assert(even % 2 == 0);
  return even / 2;
}

int main(void) {
  return half(7);
}
"""


def lesson_with(root: Path, source: str, **keys: Any) -> Lesson:
    (root / "c").mkdir()
    (root / "c" / "program.c").write_text(source, "utf-8")
    lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
    head = 'format = 1\ntitle = "One program"\norder = 1\npage = "index.html"\n[[target]]\nname = "program"\n'
    body = 'toolchain = "clang"\nsources = ["c/program.c"]\noutput = "dist/program.wasm"\n'
    (root / "lesson.toml").write_text("\n".join([head + body, *lines]), "utf-8")
    return load_lesson(root)


def built(lesson: Lesson, options: Options | None = None) -> Path:
    for result in build_lesson(lesson, options):
        assert result.error is None, f"{result.error}\n{result.raw}"
    return lesson.root / "dist" / "program.wasm"


def test_the_table_is_written_beside_the_module_and_a_release_has_no_lines(tmp_path: Path) -> None:
    lesson = lesson_with(tmp_path, "int run(int x) { return x + 1; }\n", exports=["run"])
    wasm = built(lesson)
    assert write_trap_table(wasm) == table_path(wasm)
    table = json.loads(table_path(wasm).read_text("utf-8"))
    assert table["files"] == ["c/program.c"]
    assert table["source"] == {"c/program.c": {"1": "int run(int x) { return x + 1; }"}}
    assert [check[3] for check in table["checks"]] == ["signed integer overflow in 'x + 1'"]
    write_trap_table(built(lesson, Options("release")))
    told = json.loads(table_path(wasm).read_text("utf-8"))
    assert (told["files"], told["lines"], told["source"]) == ([], [], {})
    assert "zero" in told["words"]


def test_without_debug_information_the_function_is_named() -> None:
    wasm = bytes(wasmtime.wat2wasm('(module (func $broken unreachable) (func (export "run") call $broken))'))
    with session("wasmtime") as engine:
        trap = engine.open(wasm).call("run", []).trap
    assert trap is not None
    assert str(explain_trap(read_table(wasm), trap)).splitlines()[:3] == [
        "unreachable code was reached",
        "  in broken",
        "  from run",
    ]
    assert "a debug build names the C line" in explain_trap(read_table(wasm), trap).detail


def test_a_compiler_without_words_for_its_checks_is_helped_by_the_source(tmp_path: Path) -> None:
    flags = ["-fno-sanitize-debug-trap-reasons"]
    source = "static int days[12];\nint run(int month) {\n  return 30 << month | days[month];\n}\n"
    lesson = lesson_with(tmp_path, source, exports=["run"], compile_flags=flags)
    wasm = built(lesson).read_bytes()
    table = read_table(wasm, tmp_path)
    assert not table.checks
    with session("wasmtime") as engine:
        traps = [engine.open(wasm).call("run", [Value.of("i32", month)]).trap for month in (40, 12)]
    assert [explain_trap(table, trap).title for trap in traps if trap] == [
        "shift out of range, most likely",
        "array index out of bounds, most likely",
    ]


@pytest.mark.parametrize(
    ("line", "mark", "reason"),
    [
        ("  return days[month];", "days[", "index"),
        ("  squares[i] = i * i;", "=", "index"),
        ("  *place = 3;", "=", "null"),
        ("  return *flag ? 1 : 0;", "*", "null"),
        ("  sum += at->value;", "value", "null"),
        ("  return a * b;", "*", "signed-overflow"),
        ("  return sum / count;", "/", "division"),
        ("  return (int)seconds;", "(", "conversion"),
        ("  return 1 << bits;", "<<", "shift"),
        ("  give_up();", "give_up", ""),
    ],
)
def test_the_source_at_a_check_tells_the_reason(line: str, mark: str, reason: str) -> None:
    assert reason_of_source(line, line.index(mark) + 1) == reason


@pytest.mark.parametrize(
    ("a", "b", "title"),
    [(7, 0, "integer division by zero"), (-2147483648, -1, "division overflow")],
)
def test_a_division_without_a_check_is_told_by_the_engine(a: int, b: int, title: str) -> None:
    text = '(module (func (export "run") (param i32 i32) (result i32)'
    wasm = bytes(wasmtime.wat2wasm(f"{text} (i32.div_s (local.get 0) (local.get 1))))"))
    with session("wasmtime") as engine:
        trap = engine.open(wasm).call("run", [Value.of("i32", a), Value.of("i32", b)]).trap
    assert trap is not None
    assert explain_trap(read_table(wasm), trap).title == title


def test_a_call_without_end_is_an_exhausted_stack() -> None:
    wasm = bytes(wasmtime.wat2wasm('(module (func $deep (export "run") call $deep))'))
    with session("wasmtime") as engine:
        trap = engine.open(wasm).call("run", []).trap
    assert trap is not None
    explanation = explain_trap(read_table(wasm), trap)
    assert explanation.reason == "stack"
    assert "  in deep, again and again" in str(explanation).splitlines()


def test_every_trap_kind_of_the_engines_has_words() -> None:
    kinds = {value for name, value in vars(trap_kinds).items() if name.isupper() and isinstance(value, str)}
    without = kinds - set(KINDS)
    assert without <= {"trap", "null reference", "cast failure", "unaligned atomic access"}


def test_engines_that_differ_are_told_one_by_one() -> None:
    trips = [
        RoundTrip(engine, "run", (), (), Trap(kind, ""))
        for engine, kind in (("a", "unreachable"), ("b", "trap"))
    ]
    text = told([(trip, explain_trap(TrapTable(), trip.trap)) for trip in trips if trip.trap])
    assert text.startswith("a:\nunreachable code was reached\n")
    assert "\n\nb:\ntrap\n" in text


def test_a_failed_assert_in_a_wasi_program_is_found_below_the_library(tmp_path: Path) -> None:
    wasm = built(lesson_with(tmp_path, ASSERTING, system="wasi")).read_bytes()
    engine = wasmtime.Engine()
    linker = wasmtime.Linker(engine)
    linker.define_wasi()
    store = wasmtime.Store(engine)
    store.set_wasi(wasmtime.WasiConfig())
    start: Any = linker.instantiate(store, wasmtime.Module(engine, wasm)).exports(store)["_start"]
    with pytest.raises(wasmtime.Trap) as caught:
        start(store)
    offsets = [frame.module_offset or 0 for frame in caught.value.frames]
    explanation = explain(read_table(wasm, tmp_path), offsets, "unreachable")
    assert explanation.reason == "abort"
    assert (explanation.place.where, explanation.source_line) == (
        "c/program.c:4:3",
        "  assert(even % 2 == 0);",
    )


@pytest.mark.parametrize(
    ("root", "folder", "name", "wanted"),
    [
        (".", "", "c/sum.c", "c/sum.c"),
        (".", "c", "sum.c", "c/sum.c"),
        ("/home/ann/lesson", "/home/ann/lesson/c", "sum.c", "c/sum.c"),
        ("/home/ann/lesson", "", "c/sum.c", "c/sum.c"),
        ("/home/ann/lesson", "/emsdk/system/lib", "malloc.c", "malloc.c"),
        ("/home/ann/lesson", "", "../secret/sum.c", "sum.c"),
        (".", "", "../../sum.c", "sum.c"),
        ("C:\\lesson", "C:\\lesson\\c", "sum.c", "c/sum.c"),
        ("C:\\lesson", "D:\\libc", "puts.c", "puts.c"),
    ],
)
def test_a_source_is_named_without_the_folders_of_who_compiled_it(
    root: str, folder: str, name: str, wanted: str
) -> None:
    assert source_name(root, folder, name) == wanted


def test_a_source_outside_the_lesson_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "lesson").mkdir()
    lesson = lesson_with(tmp_path / "lesson", '#line 1 "../secret.c"\nint run(int x) { return x + 1; }\n')
    (tmp_path / "secret.c").write_text("the answers\n", "utf-8")
    (tmp_path / "lesson" / "lesson.toml").write_text(
        lesson.manifest.read_text("utf-8") + 'exports = ["run"]\n', "utf-8"
    )
    wasm = built(load_lesson(lesson.root))
    write_trap_table(wasm)
    assert "answers" not in table_path(wasm).read_text("utf-8")


def test_a_source_under_a_name_that_no_file_can_have_is_built(tmp_path: Path) -> None:
    name = "x" * 5000
    lesson = lesson_with(tmp_path, f'#line 1 "{name}"\nint run(int x) {{ return x + 1; }}\n', exports=["run"])
    table = read_table(built(lesson).read_bytes(), lesson.root)
    assert (table.files[-1], table.source) == (name, {})


@pytest.fixture(scope="module")
def debug_module(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    source = "static int twice(int x) { return x * 2; }\nint run(int x) { return twice(x); }\n"
    root = tmp_path_factory.mktemp("whole")
    return built(lesson_with(root, source, exports=["run"])).read_bytes()


@settings(max_examples=60, deadline=None)
@given(at=st.integers(8), noise=st.binary(min_size=1, max_size=6))
def test_damaged_debug_information_is_refused_or_read_as_far_as_it_goes(
    at: int, noise: bytes, debug_module: bytes
) -> None:
    at %= len(debug_module)
    damaged = debug_module[:at] + noise + debug_module[at + len(noise) :]
    try:
        table = read_table(damaged)
    except ModuleUnreadable:
        return
    for offset in range(0, len(damaged), 7):
        assert table.places(offset)


def test_only_the_sources_that_are_asked_for_are_read_whole(tmp_path: Path) -> None:
    lesson = lesson_with(tmp_path, "int run(int x) { return x + 1; }\n", exports=["run", "walk"])
    (tmp_path / "c" / "walk.c").write_text("int walk(int x) { return x - 1; }\n", "utf-8")
    manifest = lesson.manifest.read_text("utf-8").replace('"c/program.c"', '"c/program.c", "c/walk.c"')
    lesson.manifest.write_text(manifest, "utf-8")
    wasm = built(load_lesson(tmp_path)).read_bytes()
    whole = read_table(wasm)
    assert len(whole.checks) == 2
    assert read_table(wasm, None, [whole.checks[1].start]).checks == whole.checks[1:]
    assert read_table(wasm, None, []).checks == ()
    assert read_table(wasm, None, []).lines == whole.lines


@pytest.mark.parametrize("kind", ["int", "long long"])
def test_the_words_of_an_overflow_are_true_for_every_width(kind: str, tmp_path: Path) -> None:
    wasm = built(lesson_with(tmp_path, f"{kind} run({kind} x) {{ return x + 1; }}\n", exports=["run"]))
    write_trap_table(wasm)
    _, why, attempt = json.loads(table_path(wasm).read_text("utf-8"))["words"]["signed-overflow"]
    assert "the type's largest value" in why
    assert attempt.startswith("test before you compute")
