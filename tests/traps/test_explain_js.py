"""The page's reader says of a browser's own error what Python says of the same offsets."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

import wasmlab.traps
from wasmlab.checks.page.browsers import Browsers
from wasmlab.engines import session
from wasmlab.roundtrip import StackFrame, Trap
from wasmlab.traps import explain_trap, read_table, write_trap_table

NAMES = sorted(path.stem for path in (Path(__file__).parent / "programs").glob("*.c"))
READER = Path(wasmlab.traps.__file__).with_name("explain.js")

NOT_IN_A_PAGE = {"endless_loop"}  # only a killed browser ends it

CALL = """async ([wasm, table, reader, args]) => {
  const bytes = Uint8Array.from(atob(wasm), (char) => char.charCodeAt(0));
  const { explain, stackLines } = await import("data:text/javascript;base64," + reader);
  const { instance } = await WebAssembly.instantiate(bytes, {});
  try {
    instance.exports.run(...args.map(([type, number]) => type === "i64" ? BigInt(number) : Number(number)));
  } catch (error) {
    const found = explain(error, table, bytes);
    return { ...found, lines: stackLines(found) };
  }
}"""


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def browser_page(request: pytest.FixtureRequest, browsers: Browsers) -> Iterator[Page]:
    page = browsers.get(request.param).new_page()
    yield page
    page.close()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_IN_A_PAGE])
def test_the_page_explains_as_the_terminal_does(
    name: str, browser_page: Page, programs: dict[str, Any]
) -> None:
    said, expected = _both(browser_page, programs[name])
    assert said == expected


@pytest.mark.parametrize("name", ["array_index_one_too_far", "null_member", "shift_too_far", "built_in_trap"])
def test_the_page_guesses_as_the_terminal_does(
    name: str, browser_page: Page, wordless_programs: dict[str, Any]
) -> None:
    said, expected = _both(browser_page, wordless_programs[name])
    assert said == expected


@pytest.mark.parametrize(
    "name", ["division_by_zero", "division_overflow", "remainder_by_zero", "wild_pointer"]
)
def test_the_page_tells_what_wasm_itself_has_seen(
    name: str, browser_page: Page, unchecked_programs: dict[str, Any]
) -> None:
    said, expected = _both(browser_page, unchecked_programs[name])
    assert said == expected
    assert (said["line"] > 0, said["sourceLine"] != "") == (True, True)


WITHOUT_OFFSET = """async ([table, reader]) => {
  const { explain } = await import("data:text/javascript;base64," + reader);
  const stack = "days_of@array.wasm:wasm-function[0]\\nrun@array.wasm:wasm-function[0]\\nload@main.js:3:1";
  const error = Object.assign(new WebAssembly.RuntimeError("Out of bounds memory access"), { stack });
  return explain(error, table);
}"""


def test_where_only_the_functions_are_told_they_are_named(
    browser_page: Page, programs: dict[str, Any]
) -> None:
    program = programs["wild_pointer"]
    table = json.loads(write_trap_table(program.wasm, program.root).read_text("utf-8"))
    reader = base64.b64encode(READER.read_bytes()).decode()
    said = browser_page.evaluate(WITHOUT_OFFSET, [table, reader])
    frames = (StackFrame(table["first"], 0),) * 2
    trap = Trap("memory access out of bounds", "Out of bounds memory access", frames)
    expected = explain_trap(read_table(program.wasm.read_bytes(), program.root), trap).to_json()
    assert said == expected
    assert [place["function"] for place in said["stack"]] == ["run", "run"]
    assert said["detail"] == "this browser does not tell the C line; others do"


def _both(page: Page, program: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the page says of the browser's error, and what Python says of wasmtime's trap."""
    wasm = program.wasm.read_bytes()
    written = write_trap_table(program.wasm, program.root)
    args = [[value.type, str(value.number)] for value in program.args]
    reader = base64.b64encode(READER.read_bytes()).decode()
    table = json.loads(written.read_text("utf-8"))
    said = page.evaluate(CALL, [base64.b64encode(wasm).decode(), table, reader, args])
    with session("wasmtime") as engine:
        trap = engine.open(wasm).call("run", program.args).trap
    assert trap is not None
    explanation = explain_trap(read_table(wasm, program.root), trap)
    lines = [line.strip() for line in str(explanation).splitlines() if line.startswith(("  in ", "  from "))]
    return _common(said), _common({**explanation.to_json(), "lines": lines})


def _common(explanation: dict[str, Any]) -> dict[str, Any]:
    """Leave out what an engine may not know: the address, and how deep a recursion had become."""
    return (
        {**explanation, "detail": "", "stack": explanation["stack"][:5], "lines": explanation["lines"][:1]}
        if (explanation["reason"] == "stack")
        else {**explanation, "detail": ""}
    )
