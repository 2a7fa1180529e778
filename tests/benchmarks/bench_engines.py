"""What an engine costs: opening and calling the hand-wired module, many calls, recording, explaining a trap.

python tests/benchmarks/bench_engines.py [RUNS]
"""

from __future__ import annotations

import base64
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import wasmtime
from measure import Row, in_turn, print_rows
from playwright.sync_api import sync_playwright

from wasmlab.build import build_lesson
from wasmlab.engines import session
from wasmlab.engines.batches import call_each
from wasmlab.engines.browser.starting import launch
from wasmlab.engines.contract import Session
from wasmlab.lesson import load_lesson
from wasmlab.roundtrip import RoundTrip, Value
from wasmlab.traps import explain_trap, read_table

REPOSITORY = Path(__file__).parents[2]
CALLS = 100
BROWSERS = ("chromium", "firefox")

PLAIN = """(module (import "env" "js_log" (func $log (param i32)))
  (func (export "add_and_log") (param i32 i32) (result i32)
    (call $log (i32.add (local.get 0) (local.get 1))) (i32.add (local.get 0) (local.get 1))))"""

# What a page does for one call without any record, asked for one by one as the engine is.
BARE_PAGE = """wasm => {
  const bytes = Uint8Array.from(atob(wasm), char => char.charCodeAt(0));
  const module = new WebAssembly.Module(bytes);
  globalThis.instance = new WebAssembly.Instance(module, { env: { js_log() {} } });
}"""
BARE_CALL = "number => instance.exports.add_and_log(5, number)"


def module() -> bytes:
    """Build the hand-wired lesson and return its module."""
    (result,) = build_lesson(load_lesson(REPOSITORY / "minimal-demo"))
    assert result.error is None, result.raw
    return (REPOSITORY / "minimal-demo" / "dist" / "add_and_log.wasm").read_bytes()


def bare_wasmtime(wasm: bytes) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return what opens the module and calls it once, and what calls an open one, with nothing of ours."""
    engine = wasmtime.Engine()

    def opened() -> tuple[wasmtime.Store, wasmtime.Func]:
        store = wasmtime.Store(engine)
        type = wasmtime.FuncType([wasmtime.ValType.i32()], [])
        log = wasmtime.Func(store, type, lambda _: None)
        exports = wasmtime.Instance(store, wasmtime.Module(engine, wasm), [log]).exports(store)
        found = exports["add_and_log"]
        assert isinstance(found, wasmtime.Func)
        return store, found

    store, function = opened()

    def open_and_call() -> None:
        other, found = opened()
        found(other, 5, 7)

    def call() -> None:
        for number in range(CALLS):
            function(store, 5, number)

    return open_and_call, call


@contextmanager
def bare_browser(name: str, wasm: bytes) -> Iterator[Callable[[], None]]:
    """Yield what makes a hundred calls in a page, with nothing of ours."""
    with sync_playwright() as playwright:
        running = launch(playwright, name)
        page = running.browser.new_page()
        page.evaluate(BARE_PAGE, base64.b64encode(wasm).decode("ascii"))

        def call() -> None:
            for number in range(CALLS):
                page.evaluate(BARE_CALL, number)

        yield call
        running.close()


def two(number: int) -> list[Value]:
    """Return the arguments 5 and `number`."""
    return [Value("i32", 5), Value("i32", number)]


def opens(started: Session, wasm: bytes) -> Callable[[], None]:
    """Return what opens the module and calls it once."""

    def work() -> None:
        trip = started.open(wasm).call("add_and_log", two(7))
        assert trip.result == 12

    return work


def calls(started: Session, wasm: bytes) -> Callable[[], None]:
    """Return what makes a hundred recorded calls, one by one."""
    instance = started.open(wasm)

    def work() -> None:
        for number in range(CALLS):
            assert len(instance.call("add_and_log", two(number)).host_calls) == 1

    return work


def calls_at_once(started: Session, wasm: bytes) -> Callable[[], None]:
    """Return what makes a hundred recorded calls in one go."""
    instance = started.open(wasm)
    many = [("add_and_log", two(number)) for number in range(CALLS)]
    return lambda: None if len(call_each(instance, many)) == CALLS else sys.exit("calls are missing")


def explains(wasm: bytes, trip: RoundTrip) -> Callable[[], None]:
    """Return what finds the C line of a trap, the module's table being read already."""
    table = read_table(wasm, REPOSITORY / "minimal-demo")
    trap = trip.trap
    assert trap is not None
    return lambda: str(explain_trap(table, trap)) and None


def wasmtime_rows(runs: int, wasm: bytes) -> list[Row]:
    """Measure wasmtime beside itself without a record."""
    plain = bytes(wasmtime.wat2wasm(PLAIN))
    open_bare, call_bare = bare_wasmtime(wasm)
    with session("wasmtime") as started:
        trapped = started.open(wasm).call("add_and_log", [Value.of("i32", 2**31 - 1), Value("i32", 1)])
        opened, bare, called, hashed, called_bare, explained = in_turn(
            runs,
            opens(started, wasm),
            open_bare,
            calls(started, plain),
            calls(started, wasm),
            call_bare,
            explains(wasm, trapped),
        )
    return [
        Row("wasmtime: open, and one call", opened, "without a record", bare, "under 5 ms"),
        Row(f"wasmtime: {CALLS} calls", called, "without a record", called_bare, "at most 2 times"),
        Row("the same, and 64 KiB of memory hashed", hashed, "without a record", called_bare, "-"),
        Row("a trap's C line, the table read", explained, "opening", opened, "under 50 ms"),
    ]


def browser_rows(runs: int, wasm: bytes, name: str) -> list[Row]:
    """Measure a browser beside a page that does the same without a record."""
    with session(name) as started, bare_browser(name, wasm) as call_bare:
        opened, called, called_bare, at_once = in_turn(
            runs, opens(started, wasm), calls(started, wasm), call_bare, calls_at_once(started, wasm)
        )
    return [
        Row(
            f"{name}: {CALLS} calls",
            called,
            "without a record",
            called_bare,
            "under 1500 ms",
        ),
        Row(f"{name}: {CALLS} calls in one go", at_once, "without a record", called_bare, "-"),
        Row(f"{name}: open, and one call", opened, f"{CALLS} calls", called, "-"),
    ]


def main() -> None:
    """Print the table: each engine beside the same work without a record."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    wasm = module()
    rows = wasmtime_rows(runs, wasm)
    for name in BROWSERS:
        rows += browser_rows(runs, wasm, name)
    print_rows(f"engines: {len(wasm)} bytes, {runs} runs", rows)


if __name__ == "__main__":
    main()
