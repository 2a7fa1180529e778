"""What goes wrong at run time is explained on the page: each failure made to happen in real browsers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wasmlab.build import build_lesson
from wasmlab.checks.page.serving import serve_folder
from wasmlab.errors import ToolMissing
from wasmlab.lesson import load_lesson
from wasmlab.toolchains.emscripten_find import find_emscripten

PACK = Path(__file__).parents[2] / "emscripten-starter-pack"

# One program built three ways: with a memory that may grow, with one that may not, and ending after main.
_TARGET = """
[[target]]
name = "{name}"
toolchain = "emscripten"
sources = ["c/wrong.c"]
exports = ["good", "positive", "give_up", "deep", "allocate", "leave"{main}]
link_flags = ["-sENVIRONMENT=web,worker", "-sEXPORTED_RUNTIME_METHODS=ccall,HEAP32,FS", {flags}]
output = "dist/{name}.wasm"
also = ["dist/{name}.mjs"{also}]
"""
_MANIFEST = (
    'format = 1\ntitle = "Wrong"\norder = 1\npage = "web/blank.html"\n'
    + _TARGET.format(
        name="grows", main="", flags='"-sALLOW_MEMORY_GROWTH", "-sSTACK_OVERFLOW_CHECK=2"', also=""
    )
    + _TARGET.format(
        name="packed", main="", flags='"--preload-file", "c/wrong.c@/w.c"', also=', "dist/packed.data"'
    )
    + _TARGET.format(name="ends", main=', "main"', flags='"-sEXIT_RUNTIME=1"', also="")
)

Explain = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="session")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a lesson of programs that go wrong, built once, with the starter pack's own scripts."""
    try:
        find_emscripten()
    except ToolMissing as missing:
        pytest.skip(f"{missing.what}: {missing.hint}")
    root = tmp_path_factory.mktemp("wrong")
    shutil.copytree(PACK / "web", root / "web")
    (root / "c").mkdir()
    shutil.copy(Path(__file__).with_name("emscripten_wrong.c"), root / "c" / "wrong.c")
    (root / "lesson.toml").write_text(_MANIFEST, encoding="utf-8")
    (root / "web" / "blank.html").write_text("<!doctype html><title>blank</title>", encoding="utf-8")
    assert [result.error for result in build_lesson(load_lesson(root))] == [None, None, None]
    (root / "dist" / "packed.data").unlink()
    return root


@pytest.fixture
def explain(wrong: Path, new_page: Callable[..., Any]) -> Any:
    """Return a function that runs JavaScript (with `load` at hand) and returns how its error is explained."""
    with serve_folder(wrong) as server:
        page = new_page()
        page.goto(f"{server.address}/web/blank.html")

        def run(body: str, target: str = "grows") -> dict[str, Any]:
            script = """async ([body, target]) => {
                const { load } = await import('./glue.js');
                const { explain } = await import('./troubles.js');
                const { locate } = await import('./trap.js');
                const said = [];
                const options = { print: () => {}, printErr: text => said.push(text) };
                try {
                    const text = `return (async () => { ${body} })()`;
                    await new Function('load', 'options', 'target', text)(load, options, target);
                } catch (error) {
                    return { ...explain(error, said), place: await locate(error, target) };
                }
                return { name: 'nothing went wrong' };
            }"""
            found: dict[str, Any] = page.evaluate(script, [body, target])
            assert found["name"] != "unknown", found["detail"]
            return found

        yield run


@pytest.mark.in_chromium
def test_a_name_that_ccall_does_not_know(explain: Explain) -> None:
    found = explain("(await load(target, options)).ccall('_good', 'number', ['number'], [1]);")
    assert found["name"] == "ccall-name"


@pytest.mark.in_chromium
def test_a_call_before_the_runtime_is_ready(explain: Explain) -> None:
    # Who does not wait for the factory's promise has the object that the glue is still filling.
    body = """
        const factory = (await import(new URL(`../dist/${target}.mjs`, location.href).href)).default;
        const early = { ...options };
        const ready = factory(early);
        try { (early._good ?? options.notYet)(1); } finally { await ready.catch(() => {}); }
    """
    found = explain(body)
    assert found["name"] == "not-ready", found["detail"]


def test_a_view_that_is_used_after_memory_grew(explain: Explain) -> None:
    body = """
        const program = await load(target, options);
        const view = program.HEAP32;
        program._allocate(64);
        view.set([1, 2, 3], 100);
    """
    found = explain(body)
    assert found["name"] == "detached-view", found["detail"]


def test_memory_that_is_full_and_may_not_grow(explain: Callable[..., dict[str, Any]]) -> None:
    found = explain("(await load(target, { ...options, noInitialRun: true }))._allocate(64);", "ends")
    assert (found["name"], "-sALLOW_MEMORY_GROWTH" in found["todo"]) == ("memory-full", True)


def test_an_assert_that_does_not_hold_names_its_line(explain: Explain) -> None:
    found = explain("(await load(target, options))._positive(-1);")
    assert found["name"] == "assertion"
    assert "c/wrong.c,11,positive" in found["detail"].replace(" ", "")


def test_abort_names_the_c_line_that_called_it(explain: Explain) -> None:
    found = explain("(await load(target, options))._give_up();")
    assert found["name"] == "aborted"
    assert found["place"].startswith("c/wrong.c:16:")


def test_a_stack_that_overflows(explain: Explain) -> None:
    assert explain("(await load(target, options))._deep(1);")["name"] == "stack-overflow"


@pytest.mark.in_chromium
def test_a_call_after_the_program_has_ended(explain: Callable[..., dict[str, Any]]) -> None:
    assert explain("(await load(target, options))._good(1);", "ends")["name"] == "exited"


@pytest.mark.in_chromium
def test_a_program_that_exits_twice(explain: Callable[..., dict[str, Any]]) -> None:
    body = """
        const program = await load(target, options);
        try { program._leave(0); } catch { /* exit throws */ }
        program._leave(0);
    """
    assert explain(body, "ends")["name"] == "exited"


@pytest.mark.in_chromium
def test_a_preloaded_file_that_is_not_there(explain: Callable[..., dict[str, Any]]) -> None:
    found = explain("await load(target, options);", "packed")
    assert (found["name"], ".data" in found["todo"]) == ("file-missing", True)


@pytest.mark.in_chromium
def test_an_example_that_is_not_built(explain: Callable[..., dict[str, Any]]) -> None:
    found = explain("await load('nothing', options);")
    assert (found["name"], "wasmlab setup emscripten" in found["todo"]) == ("not-built", True)
