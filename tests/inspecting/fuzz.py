"""Damages valid modules in many ways and inspects them: read, or refused in one line, and never late.

python tests/inspecting/fuzz.py 100000
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import wasmtime

from wasmlab.build import build_lesson
from wasmlab.errors import ModuleUnreadable
from wasmlab.inspecting import inspect_file
from wasmlab.inspecting.report import text, to_json
from wasmlab.inspecting.writing import render
from wasmlab.lesson import load_lesson

LESSON = """format = 1
title = "Seeds"
order = 1
page = "index.html"
[[target]]
name = "seed"
toolchain = "clang"
sources = ["seed.c"]
exports = ["run"]
imports = ["env.log"]
output = "dist/seed.wasm"
"""
SEED = """__attribute__((import_module("env"), import_name("log"))) void log_it(const char *);
static int table[4] = {1, 2, 3, 4};
static inline __attribute__((always_inline)) int at(int i) { return table[i]; }
int run(int i) { log_it("hello"); return at(i) * 2; }
"""
TEXT = """(module (memory (export "m") 1 3) (table 2 funcref) (elem (i32.const 0) $a $b)
  (global $g (mut i64) (i64.const 7)) (data (i32.const 8) "some \\"text\\" \\00\\ff")
  (type $t (func (param i32) (result i32)))
  (func $a (type $t) (call_indirect (type $t) (local.get 0) (i32.const 1)))
  (func $b (type $t) (block (loop (br_if 1 (local.get 0)) (br 0))) (i32.const -1)))"""
EXTREMES = (
    b"\xff\xff\xff\xff\x0f",
    b"\x80\x80\x80\x80\x80\x80\x80",
    b"\0",
    b"\x7f",
    b"\xff" * 9,
    b"\xed\xa0\x80",
)


def seeds(folder: Path) -> list[bytes]:
    """Return valid modules: a compiled one with debug information, and one written by hand."""
    (folder / "seed.c").write_text(SEED, "utf-8")
    (folder / "lesson.toml").write_text(LESSON, "utf-8")
    (folder / "index.html").write_text("", "utf-8")
    for result in build_lesson(load_lesson(folder)):
        assert result.error is None, result.raw
    return [(folder / "dist" / "seed.wasm").read_bytes(), bytes(wasmtime.wat2wasm(TEXT))]


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """Return the module with one to three damages; the header is spared, or nothing else is tested."""
    data = bytearray(whole)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(8, len(data)) if len(data) > 8 else 8
        match chance.randrange(6):
            case 0:
                data[at:at] = chance.choice(EXTREMES)
            case 1:
                del data[at : at + chance.randint(1, 9)]
            case 2:
                data = data[: max(at, 9)]
            case 3:
                data[at:at] = data[at : at + chance.randint(1, 60)]
            case _:
                data[at : at + 1] = bytes([chance.randrange(256)])
    return bytes(data)


def inspect_all(path: Path) -> str:
    """Inspect in every form; the answer is `read` or `refused`.

    Raises:
        AssertionError: a refusal is not one line, or has no hint.
    """
    try:
        anatomy = inspect_file(path)
    except ModuleUnreadable as error:
        assert error.hint, error
        assert "\n" not in error.what, error
        return "refused"
    text(anatomy)
    to_json(anatomy)
    render([anatomy], [path.parent])
    return "read"


def main(count: int, seed: int) -> int:
    chance = random.Random(seed)
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        whole = seeds(folder)
        path = folder / "damaged.wasm"
        for number in range(count):
            path.write_bytes(damaged(chance.choice(whole), chance))
            start = time.perf_counter()
            try:
                outcomes[inspect_all(path)] += 1
            except Exception as error:  # whatever it is, it is what the fuzzing looks for
                outcomes["crashed"] += 1
                kept = Path(f"crash-{seed}-{number}.wasm")
                kept.write_bytes(path.read_bytes())
                print(f"{kept}: {type(error).__name__}: {error}", flush=True)
            slowest = max(slowest, time.perf_counter() - start)
            if number % 1000 == 999:
                print(f"{number + 1}: {dict(outcomes)}, slowest {slowest * 1000:.0f} ms", flush=True)
    print(f"{count}: {dict(outcomes)}, slowest {slowest * 1000:.0f} ms")
    return 1 if outcomes["crashed"] else 0


if __name__ == "__main__":
    sys.exit(
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    )
