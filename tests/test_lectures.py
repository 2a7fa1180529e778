"""What the lectures claim about WebAssembly, tried: in wasmtime, and in a page in Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest
from playwright.sync_api import Page

from wasmlab.build import Options, build_lesson
from wasmlab.checks.page.browsers import Browsers
from wasmlab.engines import session
from wasmlab.lesson import load_lesson
from wasmlab.roundtrip import Value
from wasmlab.toolchains.plan import Profile

REPOSITORY = Path(__file__).parents[1]
INTRO = (REPOSITORY / "docs/intro_to_wasm.md").read_text(encoding="utf-8")
ROUND_TRIP = (REPOSITORY / "docs/round_trip_flow.md").read_text(encoding="utf-8")

MANIFEST = """
format = 1
title = "t"
order = 1
page = "index.html"
[[target]]
name = "t"
toolchain = "clang"
sources = ["t.c"]
exports = [{exports}]
imports = ["env.*"]
output = "dist/t.wasm"
"""

Builder = Callable[[str, Profile], bytes]


@pytest.fixture
def build(tmp_path: Path) -> Builder:
    """Return a function that makes a module of C text; every function in it is exported."""

    def make(source: str, profile: Profile) -> bytes:
        names = re.findall(r"^\w[\w ]*?\*?(\w+)\(.*\) \{", source, re.MULTILINE)
        (tmp_path / "t.c").write_text(source, encoding="utf-8")
        exports = ", ".join(f'"{name}"' for name in names)
        (tmp_path / "lesson.toml").write_text(MANIFEST.format(exports=exports), encoding="utf-8")
        (result,) = build_lesson(load_lesson(tmp_path), Options(profile))
        assert result.error is None, result.error.lines()
        return (tmp_path / "dist" / "t.wasm").read_bytes()

    return make


def outcome(wasm: bytes, function: str, *args: str) -> str:
    """Return what a call comes to in wasmtime: its result, or `trap`."""
    with session("wasmtime") as started:
        trip = started.open(wasm).call(function, [Value.of("i32", int(arg)) for arg in args])
        return "trap" if trip.trap else ", ".join(str(value) for value in trip.results)


# The module


def test_a_module_begins_with_the_eight_bytes(build: Builder) -> None:
    assert "`00 61 73 6d`" in INTRO
    assert "`01 00 00 00`" in INTRO
    assert build("int one(void) { return 1; }", "debug")[:8] == bytes.fromhex("0061736d 01000000")


def test_the_body_shown_byte_by_byte_is_in_the_release_module(lesson_copy: Path) -> None:
    listing = INTRO.split("byte by byte")[1].split("```text\n")[1].split("```")[0]
    shown = bytes.fromhex("".join(re.match(r"[0-9a-f ]{18}", line)[0] for line in listing.splitlines()))  # type: ignore[index]
    build_lesson(load_lesson(lesson_copy), Options("release"))
    module = (lesson_copy / "dist" / "add_and_log.wasm").read_bytes()
    assert len(shown) == 16
    assert module.endswith(shown)
    assert f"{len(module)} bytes" in INTRO


def test_the_c_stack_starts_at_65536_and_grows_down(build: Builder) -> None:
    here = "int here(void) { char *volatile p = __builtin_frame_address(0); return (int)p; }"
    address = int(outcome(build(here, "debug"), "here"))
    assert 65536 - 256 < address <= 65536


# Traps: one row of the lecture's table a test

OUTSIDE = "int read(unsigned at) { return *(volatile int *)at; }"
INDEX = "int numbers[4] = {1, 2, 3, 4}; int next = 5;\nint pick(int i) { return numbers[i]; }"
STORE = "int store(int *p, int value) { *p = value; return *p; }"
STORE_SEEN = "int store_seen(int value) { int *p = 0; *p = value; return *p; }"
DIVIDE = "int divide(int a, int b) { return a / b; }"
ADD = "int add(int a, int b) { return a + b; }"
DEEP = "int deep(int n) { volatile char pad[64]; pad[0] = n; return n ? deep(n - 1) + pad[0] : 0; }"
LOW = "-2147483648"


@pytest.mark.parametrize(
    ("source", "call", "debug", "release"),
    [
        (OUTSIDE, ["read", "4294967292"], "trap", "trap"),
        (INDEX, ["pick", "4"], "trap", None),
        (STORE, ["store", "0", "3"], "trap", "3"),
        (STORE_SEEN, ["store_seen", "3"], "trap", "trap"),
        (DIVIDE, ["divide", "1", "0"], "trap", "trap"),
        (DIVIDE, ["divide", LOW, "-1"], "trap", "trap"),
        (ADD, ["add", "2147483647", "1"], "trap", LOW),
        (DEEP, ["deep", "10000000"], "trap", "trap"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_traps(build: Builder, source: str, call: list[str], debug: str, release: str | None) -> None:
    assert outcome(build(source, "debug"), *call) == debug
    in_release = outcome(build(source, "release"), *call)
    assert in_release != "trap" if release is None else in_release == release


def test_after_a_trap_memory_stays_and_the_stack_pointer_is_not_put_back(build: Builder) -> None:
    source = """int kept;
int here(void) { char *volatile p = __builtin_frame_address(0); return (int)p; }
int read_kept(void) { return kept; }
int stop(int n) { volatile int frame[8]; frame[0] = n; kept = frame[0]; here(); __builtin_trap(); }
"""
    with session("wasmtime") as started:
        instance = started.open(build(source, "debug"))
        before = instance.call("here", ()).results[0].number
        assert instance.call("stop", [Value.of("i32", 7)]).trap
        assert instance.call("read_kept", ()).results[0].number == 7
        assert instance.call("here", ()).results[0].number < before


# The border, in a page


@pytest.fixture(scope="module")
def blank_page(browsers: Browsers) -> Iterator[Page]:
    page = browsers.get("chromium").new_page()
    yield page
    page.close()


START = """
async ([bytes, js_log]) => {
  window.calls = [];
  window.load = imports => WebAssembly.instantiate(new Uint8Array(bytes), imports);
  const answer = { env: { js_log: value => { calls.push(value); if (window.thrown) throw window.thrown; } } };
  window.instance = (await load(answer)).instance;
  window.thrown = null;
}
"""


@pytest.fixture
def border(blank_page: Page, lesson_copy: Path) -> Page:
    """Return a page that holds an instance of the lesson's release module as `instance`."""
    build_lesson(load_lesson(lesson_copy), Options("release"))
    wasm = (lesson_copy / "dist" / "add_and_log.wasm").read_bytes()
    blank_page.goto("about:blank")
    blank_page.evaluate(START, [list(wasm), None])
    return blank_page


def rows_with_calls() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| `(add_and_log\(.*?\))` \| (.+?) \|", INTRO, re.MULTILINE)
    return [(call, result.strip("`")) for call, result in rows]


@pytest.mark.parametrize(("call", "result"), rows_with_calls())
def test_the_border_forgives_what_the_table_says(border: Page, call: str, result: str) -> None:
    script = f"() => {{ try {{ return String(instance.exports.{call}) }} catch (e) {{ return e.name }} }}"
    assert border.evaluate(script) == result


def test_the_table_of_calls_is_found() -> None:
    assert len(rows_with_calls()) == 4


@pytest.mark.parametrize(("imports", "name"), [("{}", "TypeError"), ("{ env: {} }", "LinkError")])
def test_a_missing_import_is_refused_before_anything_runs(border: Page, imports: str, name: str) -> None:
    assert f"`{name}`" in INTRO
    assert border.evaluate(f"() => load({imports}).then(() => 'loaded', e => e.name)") == name


def test_a_growing_memory_detaches_the_old_buffer(border: Page) -> None:
    script = """() => {
      const memory = instance.exports.memory, old = memory.buffer;
      memory.grow(1);
      return [old.byteLength, memory.buffer.byteLength % 65536, memory.buffer.byteLength > 0];
    }"""
    assert border.evaluate(script) == [0, 0, True]


def test_an_exception_of_the_host_reaches_the_caller_as_the_same_object(border: Page) -> None:
    script = """() => {
      thrown = new Error('no thanks');
      try { instance.exports.add_and_log(5, 7); return 'returned'; } catch (e) { return e === thrown; }
    }"""
    assert border.evaluate(script) is True


def test_the_callback_comes_before_the_return_on_one_stack(border: Page) -> None:
    script = """async () => {
      let stack = '';
      const env = { js_log: () => { stack = new Error().stack; } };
      const { instance } = await load({ env });
      (function clickHandler() { instance.exports.add_and_log(5, 7); })();
      const at = ['js_log', 'wasm', 'clickHandler'].map(name => stack.indexOf(name));
      return at.every(place => place >= 0) && at[0] < at[1] && at[1] < at[2];
    }"""
    assert border.evaluate(script) is True


def test_bigints_cross_as_i64_only(build: Builder, border: Page) -> None:
    wasm = build("long long next(long long n) { return n + 1; }", "release")
    script = """async bytes => {
      const { instance } = await WebAssembly.instantiate(new Uint8Array(bytes));
      const refused = (() => { try { instance.exports.next(1) } catch (e) { return e.name } })();
      return [String(instance.exports.next(2n ** 62n)), refused];
    }"""
    assert border.evaluate(script, list(wasm)) == ["4611686018427387905", "TypeError"]


def test_what_an_int_import_returns_is_made_a_number(build: Builder, border: Page) -> None:
    source = 'int ask(void) __attribute__((import_module("env"), import_name("ask")));\n'
    wasm = build(source + "int answer(void) { return ask(); }", "release")
    script = """async bytes => Promise.all([undefined, '7', 7.9].map(async value => {
      const env = { ask: () => value };
      const { instance } = await WebAssembly.instantiate(new Uint8Array(bytes), { env });
      return instance.exports.answer();
    }))"""
    assert border.evaluate(script, list(wasm)) == [0, 7, 7]


def test_the_wrapper_of_the_lecture_takes_notes(border: Page) -> None:
    code = ROUND_TRIP.split("```js\n")[1].split("```")[0]
    script = f"""() => {{
      {code}
      const notes = [];
      wrap('add_and_log', instance.exports.add_and_log, notes)(5, 7);
      return notes;
    }}"""
    assert border.evaluate(script) == ["add_and_log(5,7)", "add_and_log returns 12"]


# The hand-wired hello


def files_of(page: str) -> dict[str, str]:
    """Return the files that a page shows, by name."""
    return dict(re.findall(r"^```\w+ file=(\S+)\n(.*?)^```", page, re.MULTILINE | re.DOTALL))


@pytest.fixture
def hello(tmp_path: Path) -> Path:
    """Return the lecture's lesson `hello`, built."""
    for name, text in files_of(INTRO).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (result,) = build_lesson(load_lesson(tmp_path / "hello"), Options("release"))
    assert result.error is None, result.error.lines()
    return tmp_path / "hello"


class Quiet(SimpleHTTPRequestHandler):
    extensions_map: ClassVar[dict[str, str]] = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".wasm": "application/wasm",
    }

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_hello_prints_in_the_console_of_a_page(hello: Path, blank_page: Page) -> None:
    with served(hello) as url, blank_page.expect_console_message() as message:
        blank_page.goto(f"{url}/index.html")
    assert message.value.text == "hello\n"


def test_hello_prints_on_standard_output_under_a_wasi_engine(hello: Path, tmp_path: Path) -> None:
    import wasmtime

    engine = wasmtime.Engine()
    store, linker = wasmtime.Store(engine), wasmtime.Linker(engine)
    config = wasmtime.WasiConfig()
    config.stdout_file = str(tmp_path / "out.txt")
    store.set_wasi(config)
    linker.define_wasi()
    module = wasmtime.Module(engine, (hello / "dist" / "hello.wasm").read_bytes())
    start: Any = linker.instantiate(store, module).exports(store)["_start"]
    start(store)
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "hello\n"


# Diagrams


def test_every_diagram_is_one_that_mermaid_can_draw(blank_page: Page) -> None:
    from wasmlab.assets.fetch import VENDOR

    pages = [page.read_text(encoding="utf-8") for page in sorted((REPOSITORY / "docs").rglob("*.md"))]
    diagrams = [text for page in pages for text in re.findall(r"^```mermaid\n(.*?)^```", page, re.M | re.S)]
    assert len(diagrams) >= 7
    script = """async diagrams => {
      const { default: mermaid } = await import('/mermaid.esm.min.mjs');
      const tried = diagrams.map(text => mermaid.parse(text).then(() => '', error => error.message));
      return (await Promise.all(tried)).filter(Boolean);
    }"""
    with served(VENDOR / "mermaid") as url:
        blank_page.goto(url)
        assert blank_page.evaluate(script, diagrams) == []
        assert blank_page.evaluate(script, ["flowchart LR\n  a --"]) != []


def test_the_diagram_of_one_press_is_the_trip_that_was_recorded(lesson_copy: Path) -> None:
    from wasmlab.running import run_function

    (trip,) = run_function(load_lesson(lesson_copy), "add_and_log", ["5", "7"], ["wasmtime"])
    diagram = ROUND_TRIP.split("```mermaid\n")[1].split("```")[0]
    drawn = re.findall(r"^  (\w+)-?->>(\w+): (.+)$", diagram, re.MULTILINE)
    for (source, target, text), crossing in zip(drawn, trip.crossings, strict=True):
        assert (source, target) == (("JS", "W") if crossing.into_wasm else ("W", "JS"))
        values = ", ".join(str(value) for value in crossing.values)
        returns = f"returns {values or 'nothing'}"
        assert text == (returns if "return" in crossing.kind else f"{crossing.name}({values})")
