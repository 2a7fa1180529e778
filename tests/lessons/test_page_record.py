"""What the lesson's page records is what the engines record: one shape, one answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from wasmlab.build import build_lesson
from wasmlab.lesson import load_lesson
from wasmlab.roundtrip.agreement import differences
from wasmlab.roundtrip.saved import trip_from_json
from wasmlab.roundtrip.shape import complaints
from wasmlab.running import run_function

NewPage = Callable[..., Page]
Serve = Callable[[Path], str]
Run = Callable[..., Any]


def saved_trip(page: Page) -> dict[str, Any]:
    """Return what the page offers as a file."""
    expect(page.get_by_role("link", name="Save this round trip")).to_be_visible()
    text = page.evaluate("fetch(document.querySelector('#trip-file').href).then(file => file.text())")
    found: dict[str, Any] = json.loads(text)
    return found


def press(page: Page, *numbers: str) -> None:
    for field, number in zip(("#a", "#b"), numbers, strict=True):
        page.focus(field)
        page.keyboard.press("ControlOrMeta+A")
        page.keyboard.press("Delete")
        page.keyboard.type(number)
    page.click("button")


def test_the_page_records_what_an_engine_records(built: Path, plain_server: Serve, new_page: NewPage) -> None:
    page, address = new_page(), plain_server(built)
    for numbers in (("5", "7"), ("-2147483648", "2147483647"), ("2147483647", "1")):
        page.goto(address)
        press(page, *numbers)
        trip = saved_trip(page)["trip"]
        assert complaints(trip) == []
        (engine,) = run_function(load_lesson(built), "add_and_log", numbers, ["wasmtime"])
        assert differences(engine, trip_from_json(trip)) == []
        assert trip["memory_hash"] == engine.memory_hash != ""
        times = [crossing["microseconds"] for crossing in trip["crossings"]]
        assert times == sorted(times)


MANY = """
__attribute__((import_module("env"), import_name("js_log"))) void js_log(int value);
int add_and_log(int a, int b) {
  for (int i = 0; i < a; i++) js_log(i);
  return b;
}
"""


@pytest.mark.in_chromium
def test_a_long_trip_keeps_its_end_and_counts_what_is_left_out(
    built: Path, plain_server: Serve, new_page: NewPage
) -> None:
    (built / "c" / "add_and_log.c").write_text(MANY, encoding="utf-8")
    (result,) = build_lesson(load_lesson(built))
    assert result.error is None
    page = new_page()
    page.goto(plain_server(built))
    press(page, "600", "3")
    trip = saved_trip(page)["trip"]
    assert complaints(trip) == []
    assert (len(trip["crossings"]), trip["missed"]) == (1001, 201)
    assert trip["crossings"][-1]["kind"] == "return"
    assert trip["results"] == [{"type": "i32", "value": 3}]


@pytest.mark.in_chromium
def test_a_trip_saved_in_the_page_is_made_again_by_an_engine(
    built: Path, plain_server: Serve, new_page: NewPage, run_cli: Run, tmp_path: Path
) -> None:
    page = new_page()
    page.goto(f"{plain_server(built.parent)}/minimal-demo/")
    press(page, "5", "7")
    file = tmp_path / "round-trip.json"
    file.write_text(json.dumps(saved_trip(page)), encoding="utf-8")
    done = run_cli("replay", str(file))
    assert (done.exit_code, done.stderr) == (0, "")
    assert [line.split("  ")[0] for line in done.stdout.splitlines()[1:3]] == ["page, recorded", "wasmtime"]


# Of every type, to the bit

WAT = """(module
  (import "env" "f32" (func $f32 (param f32) (result f32)))
  (import "env" "i64" (func $i64 (param i64 f64) (result i64)))
  (memory (export "memory") 1)
  (func (export "all") (param f32 i64 f64) (result i64)
    (drop (call $f32 (local.get 0)))
    (call $i64 (local.get 1) (local.get 2))))"""

CALL = """async ([wasm, f32, i64, f64]) => {
  const { Recorder } = await import('./web/recorder.js');
  const { recordOf } = await import('./web/record.js');
  const { signaturesOf } = await import('./web/signatures.js');
  const bytes = Uint8Array.from(wasm);
  const recorder = new Recorder();
  const env = { f32: () => -0, i64: () => -1n };
  const { instance } = await WebAssembly.instantiate(bytes, recorder.wrapImports({ env }));
  recorder.clear();
  recorder.wrapExports(instance.exports).all(Number(f32), BigInt(i64), Number(f64));
  return recordOf(recorder, signaturesOf(bytes), undefined);
}"""


VALUES = [
    ("0.1", "-9223372036854775808", "-0"),
    ("1e-45", "9223372036854775807", "1e300"),
    ("-Infinity", "0", "0.00001"),
    ("16777216", "-1", "12345678901234567890"),
    ("1e10", "1", "NaN"),
]


def test_every_type_is_written_as_the_engines_write_it(
    built: Path, plain_server: Serve, new_page: NewPage
) -> None:
    from wasmtime import wat2wasm

    from wasmlab.engines import session
    from wasmlab.roundtrip import Value

    page = new_page()
    page.goto(plain_server(built))
    wasm = bytes(wat2wasm(WAT))
    hosts = {"env.f32": [-0.0], "env.i64": [-1]}
    for f32, i64, f64 in VALUES:
        recorded = page.evaluate(CALL, [list(wasm), f32, i64, f64])
        assert complaints(recorded) == []
        args = [Value.of("f32", float(f32)), Value.of("i64", int(i64)), Value.of("f64", float(f64))]
        with session("wasmtime") as started:
            trip = started.open(wasm, hosts).call("all", args).to_json()
        for each in (recorded, trip):
            for crossing in each["crossings"]:
                del crossing["microseconds"]
        assert recorded["crossings"] == trip["crossings"]
        assert recorded["results"] == trip["results"]
