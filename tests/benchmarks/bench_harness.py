"""What the harness costs: a plain run, steps, watched variables, printed lines, against bare Python.

    python tests/benchmarks/bench_harness.py [RUNS]

A factor is the ratio column. With `all` every step is kept; with `limit` the program runs on after 1000.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from typing import Any

from measure import Row, in_turn, print_rows

from wasmlab.harness import Limits, Session, tracing

OWN_CODE = """
def collatz(n):
    steps = 0
    while n != 1:
        n = 3 * n + 1 if n % 2 else n // 2
        steps += 1
    return steps
longest = 0
for start in range(1, {count}):
    longest = max(longest, collatz(start))
"""
LIBRARY_CODE = """
import textwrap, string
text = string.ascii_letters * 20
for i in range({count}):
    lines = textwrap.wrap(text, 20 + i % 7)
"""
PRINTING = "for i in range({count}): print('line', i)"
ALL = Limits(steps=10**9, values=10**9)


def main() -> None:
    """Measure everything once and print one table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    rows = [
        *_against_bare("1 + 1", "1 + 1", runs, {}, ()),
        *_against_bare("printing 20,000 lines", PRINTING.format(count=20_000), runs, {}, ()),
        *_against_bare("own code", OWN_CODE.format(count=400), runs, {"watch": ["longest"]}, _ways()),
        *_against_bare("library code", LIBRARY_CODE.format(count=100), runs, {}, _ways()),
    ]
    print_rows(f"Harness on Python {sys.version.split()[0]}", rows)


def _ways() -> tuple[str, ...]:
    return ("settrace", "monitoring") if hasattr(sys, "monitoring") else ("settrace",)


def _against_bare(what: str, code: str, runs: int, watch: dict[str, Any], ways: tuple[str, ...]) -> list[Row]:
    names = [f"{what}, run", *([f"{what}, watched"] if watch else [])]
    actions = [_harness(code, {}), *([_harness(code, watch)] if watch else [])]
    for way in ways:
        names += [f"{what}, steps to the limit ({way})", f"{what}, all steps ({way})"]
        actions += [_traced(code, way, Limits()), _traced(code, way, ALL)]
    bare, *ours = in_turn(runs, _bare(code), *actions)
    return [Row(name, times, "bare exec", bare, "printed") for name, times in zip(names, ours, strict=True)]


def _bare(code: str) -> Callable[[], None]:
    def run() -> None:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(code, "<bare>", "exec"), {"__name__": "__main__"})

    return run


def _harness(code: str, options: dict[str, Any], limits: Limits | None = None) -> Callable[[], None]:
    def run() -> None:
        session = Session(lambda _event: None, limits=limits)
        result = session.run_blocking(code, options)
        session.close()
        if result.error:
            sys.exit(f"the program failed: {result.error}")

    return run


def _traced(code: str, way: str, limits: Limits) -> Callable[[], None]:
    action = _harness(code, {"trace": True}, limits)

    def run() -> None:
        kept = tracing._monitoring
        tracing._monitoring = kept if way == "monitoring" else None
        try:
            action()
        finally:
            tracing._monitoring = kept

    return run


if __name__ == "__main__":
    main()
