"""How long it takes to take a module apart, to explain a trap, and to keep a hostile module in bounds.

python tests/benchmarks/bench_inspect.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import wasmtime
from measure import Row, in_turn, print_rows

from wasmlab.build import build_lesson
from wasmlab.engines import session
from wasmlab.engines.vetting import is_harmless
from wasmlab.inspecting import inspect_file
from wasmlab.inspecting.report import text
from wasmlab.inspecting.writing import write_page
from wasmlab.lesson import load_lesson
from wasmlab.roundtrip import Value
from wasmlab.traps import explain, read_table, write_trap_table
from wasmlab.wasmfile import read_module

LESSON = """format = 1
title = "Sizes"
order = 1
page = "index.html"
[[target]]
name = "big"
toolchain = "clang"
sources = ["big.c"]
exports = ["f0"]
link_flags = ["--export-all"]
output = "dist/big.wasm"
[[target]]
name = "small"
toolchain = "clang"
sources = ["small.c"]
exports = ["f0"]
output = "dist/small.wasm"
"""
FUNCTION = """int f{n}(int *p, int n) {{
  int sum = {n};
  for (int k = 0; k < n; k++) sum += p[k] > {n} ? p[k] * 3 : p[k] / (k + 1);
  return sum;
}}
"""


def modules(root: Path) -> tuple[Path, Path]:
    """Return a debug module of about a megabyte, and one of a single function."""
    for name, count in (("big", 800), ("small", 1)):
        (root / f"{name}.c").write_text("".join(FUNCTION.format(n=n) for n in range(count)), "utf-8")
    (root / "lesson.toml").write_text(LESSON, "utf-8")
    (root / "index.html").write_text("", "utf-8")
    for result in build_lesson(load_lesson(root)):
        assert result.error is None, result.raw
    return root / "dist" / "big.wasm", root / "dist" / "small.wasm"


def _opening(wasm: bytes) -> list[list[float]]:
    """Measure a module that may run here, the same with so many functions that it may not, and telling."""
    apart = bytes(wasmtime.wat2wasm('(module (func (export "f0"))' + "(func)" * 300 + ")"))
    shape, nothing = read_module(wasm), [Value("i32", 0)] * 2
    with session("wasmtime") as started:

        def call(module: bytes, *args: Value) -> None:
            assert started.open(module).call("f0", args).trap is None

        return in_turn(
            20, lambda: call(wasm, *nothing), lambda: call(apart), lambda: is_harmless(wasm, shape) and None
        )


def main() -> None:
    """Print the table; the peer of inspecting is compiling the same bytes in wasmtime."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        big, small = modules(root)
        wasm, engine = big.read_bytes(), wasmtime.Engine()
        table = read_table(small.read_bytes(), root)
        offset = table.checks[0].start
        inspecting, compiling = in_turn(
            5, lambda: text(inspect_file(big)) and None, lambda: wasmtime.Module(engine, wasm) and None
        )
        small_wasm = small.read_bytes()
        writing, explaining, opening = in_turn(
            20,
            lambda: write_trap_table(small, root) and None,
            lambda: str(explain(read_table(small_wasm, root), [offset], "unreachable")) and None,
            lambda: wasmtime.Module(engine, small_wasm) and None,
        )
        opening_here, opening_apart, vetting = _opening(small_wasm)
        (paneling,) = in_turn(
            20, lambda: write_page([inspect_file(small, is_valid=True)], [root], root / "panel.html") and None
        )
        title = f"inspect: {len(wasm) / 1e6:.2f} MB; explain: {len(small_wasm)} bytes"
        print_rows(
            title,
            [
                Row("inspect the big module", inspecting, "compiling it", compiling, "under 2000 ms"),
                Row("explain a trap from the bytes", explaining, "compiling them", opening, "under 50 ms"),
                Row("write the trap table", writing, "compiling them", opening, "under 10 ms"),
                Row("write the lesson's panel", paneling, "compiling them", opening, "under 30 ms"),
                Row("vet the module", vetting, "compiling it", opening, "under 1 ms"),
                Row("open it and call once", opening_here, "compiling it", opening, "under 5 ms"),
                Row("... in a process of its own", opening_apart, "compiling it", opening, "under 50 ms"),
            ],
        )


if __name__ == "__main__":
    main()
