"""From a saved file to what the eye sees: C sources against bare steps, an HTML page against Vite.

    python tests/benchmarks/bench_save.py [RUNS]

Needs Chromium, and npm for the peer of the second table (Vite is installed into a temporary folder).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from measure import Row, print_rows
from playwright.sync_api import Page, sync_playwright

from wasmlab.build import Options, build_lesson, plan_target
from wasmlab.engines.browser.starting import launch
from wasmlab.lesson import load_lesson
from wasmlab.toolchains.clang import find

REPOSITORY = Path(__file__).parents[2]
VITE = "vite@8"

# The moment at which a new text has been painted: after the frame that follows its coming. A text is
# seen when it comes and not at the next frame, or else a page that is watched would pay for one
# frame more than the bare page, which knows when it writes its own.
PAINTED = """
(() => {
  const painted = () => performance.timeOrigin + performance.now();
  window.whenShown = (selector, text) => new Promise((resolve) => {
    const isThere = () => document.querySelector(selector)?.textContent.includes(text);
    const finish = () => requestAnimationFrame(() => setTimeout(() => resolve(painted())));
    if (isThere()) return finish();
    const observer = new MutationObserver(() => {
      if (!isThere()) return;
      observer.disconnect();
      finish();
    });
    observer.observe(document, { childList: true, characterData: true, subtree: true });
  });
})();
"""
BARE_RUN = """
async (text) => {
  const start = performance.now();
  const { instance } = await WebAssembly.instantiateStreaming(
    fetch("bare.wasm", { cache: "no-store" }), { env: { js_log() {} } });
  document.querySelector("output").textContent = instance.exports.add_and_log(5, 7);
  await window.whenShown("output", text);
  return performance.now() - start;
}
"""


@contextmanager
def served(argv: list[str], cwd: Path) -> Iterator[str]:
    """Start a development server and yield the address that it prints."""
    process = subprocess.Popen(argv, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said = []
    try:
        for line in process.stdout:
            said.append(line)
            plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
            if address := re.search(r"http://(?:localhost|127\.0\.0\.1):\d+", plain):
                yield address[0]
                return
        sys.exit(f"{argv} ended early:\n{''.join(said)}")
    finally:
        process.terminate()
        process.communicate(timeout=10)


def saved_source(page: Page, source: Path, number: int) -> float:
    """Save a C source whose result is new, and return the milliseconds until it is painted."""
    text = re.sub(r"int sum = a \+ b.*;", f"int sum = a + b + {number};", source.read_text("utf-8"))
    start = time.time() * 1000
    source.write_text(text, encoding="utf-8")
    return float(page.evaluate("(text) => whenShown('#result', text)", f"Result: {12 + number}")) - start


def bare(page: Page, source: Path, made: Path, number: int) -> float:
    """Compile the same source with the bare compiler, then fetch, instantiate and paint."""
    text = re.sub(r"int sum = a \+ b.*;", f"int sum = a + b + {number};", source.read_text("utf-8"))
    source.write_text(text, encoding="utf-8")
    flags = ["-target", "wasm32-freestanding", "-g", "-O0", "-fsanitize-trap=undefined", "-nostdlib"]
    link = ["-Wl,--no-entry", "-Wl,--export=add_and_log"]
    start = time.perf_counter()
    subprocess.run([str(find().path), "cc", *flags, *link, str(source), "-o", str(made)], check=True)
    compiled = (time.perf_counter() - start) * 1000
    return compiled + float(page.evaluate(BARE_RUN, str(12 + number)))


def c_source(runs: int, folder: Path) -> Row:
    """Measure the edit of a C source on the lesson's page, and the bare steps, in turn."""
    lesson = folder / "minimal-demo"
    shutil.copytree(REPOSITORY / "minimal-demo", lesson, ignore=shutil.ignore_patterns("dist"))
    other = folder / "bare"
    other.mkdir()
    shutil.copy(lesson / "c" / "add_and_log.c", other)
    (other / "index.html").write_text("<!doctype html><output></output>", encoding="utf-8")
    bare_server = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    ours, peer = [], []
    with (
        served(
            [sys.executable, "-m", "wasmlab", "serve", "--no-browser", "--port", "8123"], folder
        ) as address,
        served(bare_server, other) as bare_address,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright, "chromium").browser
        page, bare_page = browser.new_page(), browser.new_page()
        for one in (page, bare_page):
            one.add_init_script(PAINTED)
        page.goto(f"{address}/minimal-demo/")
        bare_page.goto(bare_address)
        page.bring_to_front()
        page.get_by_role("button", name="Run").click()
        page.evaluate("() => whenShown('#result', 'Result: 12')")
        # The compiler keeps what it once made: numbers that it has not met keep both sides honest.
        first = random.randrange(1_000, 1_000_000)
        for number in range(first, first + runs + 1):
            page.bring_to_front()
            ours.append(saved_source(page, lesson / "c" / "add_and_log.c", number))
            bare_page.bring_to_front()
            peer.append(bare(bare_page, other / "add_and_log.c", other / "bare.wasm", number))
        browser.close()
    return Row("C save to new result", ours[1:], "zig cc + fetch + instantiate", peer[1:], "at most 1.6")


def saved_export(page: Page, source: Path, number: int) -> float:
    """Save the source of an example by emcc, and return the milliseconds until its new result is painted."""
    text = re.sub(r"return a \+ b.*;", f"return a + b + {number};", source.read_text("utf-8"))
    start = time.time() * 1000
    source.write_text(text, encoding="utf-8")
    shown = ["#hello_export .output", f"is {12 + number}"]
    return float(page.evaluate("([place, text]) => whenShown(place, text)", shown)) - start


def emcc_source(runs: int, folder: Path) -> Row:
    """Measure the edit of one example of the starter pack, and the bare emcc command, in turn."""
    root, other = folder / "course" / "pack", folder / "other" / "pack"
    for copy in (root, other):
        shutil.copytree(
            REPOSITORY / "emscripten-starter-pack", copy, ignore=shutil.ignore_patterns("dist", "__pycache__")
        )
        head, *targets = (copy / "lesson.toml").read_text(encoding="utf-8").split("[[target]]")
        kept = [text for text in targets if 'name = "hello_export"\n' in text]
        (copy / "lesson.toml").write_text("[[target]]".join([head, *kept]), encoding="utf-8")
    lesson = load_lesson(other)
    build_lesson(lesson)
    (step,) = plan_target(lesson, lesson.targets[0], Options())[1].steps
    ours, peer = [], []
    argv = [sys.executable, "-m", "wasmlab", "serve", "--no-browser", "--port", "8125"]
    with served(argv, root.parent) as address, sync_playwright() as playwright:
        browser = launch(playwright, "chromium").browser
        page = browser.new_page()
        page.add_init_script(PAINTED)
        page.goto(f"{address}/pack/")
        page.locator("#hello_export").get_by_role("button", name="Run").click()
        page.evaluate("() => whenShown('#hello_export .output', 'is 12')")
        for number in range(1, runs + 2):
            ours.append(saved_export(page, root / "c" / "hello_export.c", number))
            shutil.copy(root / "c" / "hello_export.c", other / "c")
            start = time.perf_counter()
            env = {**os.environ, **step.command.env}
            subprocess.run(step.command.argv, cwd=other, env=env, check=True, capture_output=True)
            peer.append((time.perf_counter() - start) * 1000)
        browser.close()
    return Row("the same by emcc", ours[1:], "the bare emcc command", peer[1:], "at most 250 ms more than")


def saved_page(page: Page, file: Path, number: int) -> float:
    """Save an HTML page and return the milliseconds until its new text is painted after the reload."""
    text = re.sub(r"version \d+", f"version {number}", file.read_text("utf-8"))
    start = time.time() * 1000
    file.write_text(text, encoding="utf-8")
    page.wait_for_function(
        "(text) => document.querySelector('h1')?.textContent === text", arg=f"version {number}"
    )
    return float(page.evaluate("(text) => whenShown('h1', text)", f"version {number}")) - start


def html_page(runs: int, folder: Path) -> Row:
    """Measure the edit of one and the same page under our server and under Vite's, in turn."""
    page_text = "<!doctype html><html lang='en'><title>page</title><h1>version 0</h1></html>"
    manifest = 'format = 1\ntitle = "Page"\norder = 1\npage = "index.html"\n'
    ours_root, peer_root = folder / "ours", folder / "peer"
    (ours_root / "page").mkdir(parents=True)
    peer_root.mkdir()
    (ours_root / "page" / "lesson.toml").write_text(manifest, encoding="utf-8")
    files = (ours_root / "page" / "index.html", peer_root / "index.html")
    for file in files:
        file.write_text(page_text, encoding="utf-8")
    npm = shutil.which("npm") or sys.exit("npm is missing: install Node.js to measure against Vite")
    subprocess.run([npm, "install", "--silent", "--no-audit", "--no-fund", VITE], cwd=peer_root, check=True)
    vite = str(peer_root / "node_modules" / "vite" / "bin" / "vite.js")
    times: tuple[list[float], list[float]] = ([], [])
    with (
        served(
            [sys.executable, "-m", "wasmlab", "serve", "--no-browser", "--port", "8124"], ours_root
        ) as ours,
        served(["node", vite, "--host", "127.0.0.1"], peer_root) as peer,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright, "chromium").browser
        pages = [browser.new_page(), browser.new_page()]
        for one, address in zip(pages, (f"{ours}/page/", peer), strict=True):
            one.add_init_script(PAINTED)
            one.goto(address, wait_until="networkidle")
        for number in range(1, runs + 2):
            for one, file, taken in zip(pages, files, times, strict=True):
                one.bring_to_front()
                taken.append(saved_page(one, file, number))
        browser.close()
    return Row("HTML save to reloaded page", times[0][1:], "Vite's server", times[1][1:], "at most 1.0")


def main() -> None:
    """Measure all and print one table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    rows = []
    for measured in (c_source, emcc_source, html_page):
        with tempfile.TemporaryDirectory() as folder:
            rows.append(measured(runs, Path(folder)))
    print_rows("From saving to seeing (headless Chromium)", rows)


if __name__ == "__main__":
    main()
