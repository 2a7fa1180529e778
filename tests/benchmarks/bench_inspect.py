"""How long it takes to explain a trap and to take a module of a megabyte apart.

python tests/benchmarks/bench_inspect.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import wasmtime
from measure import Row, in_turn, print_rows

from wasmlab.build import build_lesson
from wasmlab.inspecting import inspect_file
from wasmlab.inspecting.report import text
from wasmlab.lesson import load_lesson
from wasmlab.traps import explain, read_table, write_trap_table

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
        title = f"inspect: {len(wasm) / 1e6:.2f} MB; explain: {len(small_wasm)} bytes"
        print_rows(
            title,
            [
                Row("inspect the big module", inspecting, "compiling it", compiling, "under 2000 ms"),
                Row("explain a trap from the bytes", explaining, "compiling them", opening, "under 50 ms"),
                Row("write the trap table", writing, "compiling them", opening, "under 10 ms"),
            ],
        )


if __name__ == "__main__":
    main()
