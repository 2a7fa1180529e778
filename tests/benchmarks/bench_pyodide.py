"""From a page's opening to Python's first answer, against bare Pyodide and PyScript; then the warm runner.

    python tests/benchmarks/bench_pyodide.py [RUNS]

Needs Chromium, and npm for the peers (they are installed into a temporary folder).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from measure import Row, print_rows
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from wasmlab.assets import fetch, python
from wasmlab.assets.node import get
from wasmlab.engines.browser.places import find_browser
from wasmlab.engines.browser.starting import launch_options
from wasmlab.process import run

LESSON = Path(__file__).parents[2] / "pyodide-demo"
PYSCRIPT = "@pyscript/core@0.7.31"
DONE = "document.title = 'done ' + performance.now();"

PAGES = {
    "ours.html": f"""<!doctype html><body><script type="module">
import {{ Runner }} from '/runner/runner.js';
window.runner = new Runner();
const {{ result }} = await runner.run('print(1 + 1)');
if (result.output === '2\\n') {DONE}
</script>""",
    "plain.html": """<!doctype html><body><script type="module">
import { Runner } from '/runner/runner.js';
window.runner = new Runner();
</script>""",
    "bare.html": f"""<!doctype html><body><script type="module">
const worker = new Worker('/bare.js', {{ type: 'module' }});
worker.onmessage = ({{ data }}) => {{ if (data === '2') {DONE} }};
</script>""",
    "bare.js": """
import { loadPyodide } from '/npm/pyodide/pyodide.mjs';
const pyodide = await loadPyodide({ indexURL: '/npm/pyodide/', stdout: text => postMessage(text) });
pyodide.runPython('print(1 + 1)');
""",
    "pyscript.html": """<!doctype html><html><head>
<script type="module" src="/npm/@pyscript/core/dist/core.js"></script></head><body>
<script type="py" config='{"interpreter": "/npm/pyodide/pyodide.mjs"}'>
import js
assert 1 + 1 == 2
js.document.title = f"done {js.performance.now()}"
</script></body></html>""",
}


class Handler(SimpleHTTPRequestHandler):
    """Serves the lesson, the parts that a build publishes, the peers and the pages above; all alike."""

    protocol_version = "HTTP/1.1"
    places: dict[str, Path]

    def translate_path(self, path: str) -> str:
        path = path.partition("?")[0]
        for start, folder in self.places.items():
            if path.startswith(start):
                return str(folder / path[len(start) :])
        return super().translate_path(path)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        if "plain" not in self.headers.get("Referer", self.path):
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def guess_type(self, path: Any) -> str:
        return "text/javascript" if str(path).endswith((".js", ".mjs")) else super().guess_type(path)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(work: Path) -> Iterator[str]:
    """Install the peers, publish Python, and yield the server's address."""
    pyodide = f"pyodide@{fetch.versions()['pyodide']}"
    install = ("install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", pyodide, PYSCRIPT)
    done = run(get().command("npm", install, work), seconds=600)
    if not done.ok:
        sys.exit(done.stderr)
    python.publish(work / "python")
    (work / "pages").mkdir()
    for name, text in PAGES.items():
        (work / "pages" / name).write_text(text, encoding="utf-8")
    pages = {f"/{name}": work / "pages" / name for name in PAGES}
    Handler.places = {"/npm/": work / "node_modules", "/dist/python/": work / "python", **pages}
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(LESSON)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


class Visitor:
    """A browser profile on disk: opened, closed, and opened again."""

    def __init__(self, playwright: Playwright, address: str) -> None:
        self._playwright = playwright
        self._address = address
        self._options = launch_options("chromium", find_browser("chromium"))

    @contextmanager
    def browser(self, profile: str) -> Iterator[BrowserContext]:
        context = self._playwright.chromium.launch_persistent_context(profile, **self._options)
        yield context
        context.close()

    def first_answer(self, context: BrowserContext, name: str) -> float:
        """Return the milliseconds from navigation to the answer."""
        page = context.new_page()
        page.goto(f"{self._address}/{name}.html")
        page.wait_for_function("document.title.startsWith('done')", timeout=120_000)
        took = float(page.title().split()[1])
        page.close()
        return took

    def three_visits(self, name: str) -> tuple[float, float, float]:
        """Visit with an empty profile, again, and after the browser was started anew."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            with self.browser(profile) as context:
                cold, second = self.first_answer(context, name), self.first_answer(context, name)
                context.new_page().wait_for_timeout(1500)  # the browser writes its code cache meanwhile
            with self.browser(profile) as context:
                return cold, second, self.first_answer(context, name)


WARM = """async () => {
  const painted = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const shown = document.body.appendChild(document.createElement('output'));
  const start = performance.now();
  const { events } = await runner.run('1 + 1');
  shown.textContent = events.find(({ type }) => type === 'execute_result').data['text/plain'];
  await painted();
  return performance.now() - start;
}"""
ANSWERED = """async () => {
  const start = performance.now();
  await runner.run('1 + 1');
  return performance.now() - start;
}"""
PAINTED = """async () => {
  const start = performance.now();
  await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - start;
}"""
STOP = """async () => {
  const run = runner.run('print(1)\\nwhile True: pass');
  let start = 0;
  for await (const { type } of run) if (type === 'stream') { start = performance.now(); runner.interrupt(); }
  await runner.run('1');
  return performance.now() - start;
}"""
LINES = """async () => {
  let longest = 0;
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
  }).observe({ type: 'longtask' });
  const start = performance.now();
  const { result } = await runner.run('for i in range(100_000): print(i)', { timeoutMs: 60_000 });
  await new Promise(done => setTimeout(done, 100));
  return [performance.now() - start, longest, result.output.split('\\n').length - 1];
}"""
TRACED = """async (trace) => {
  const program = 't = 0\\nfor i in range(300): t += i';
  return (await runner.run(program, { trace })).result.runtime;
}"""


def many(page: Page, script: str, runs: int, argument: Any = None) -> list[float]:
    page.evaluate(script, argument)
    return [float(page.evaluate(script, argument)) for _ in range(runs)]


def warm(visitor: Visitor, address: str, runs: int) -> None:
    """Print what a runner does that stands ready."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        visitor.browser(profile) as context,
    ):
        page = context.new_page()
        page.goto(f"{address}/ours.html")
        page.wait_for_function("document.title.startsWith('done')", timeout=120_000)
        page.wait_for_timeout(3000)  # the spare gets ready
        rows: list[tuple[str, list[float], str]] = [
            ("1 + 1, from call to result", many(page, ANSWERED, 5 * runs), ""),
            ("nothing, painted: a screen's turn", many(page, PAINTED, 5 * runs), ""),
            ("1 + 1, from call to painted", many(page, WARM, 5 * runs), "under 10 ms"),
            ("Stop to ready, interrupted", many(page, STOP, runs), "under 100 ms"),
        ]
        took, longest, lines = page.evaluate(LINES)
        bare_run, traced = many(page, TRACED, runs, False), many(page, TRACED, runs, True)
        plain = context.new_page()
        plain.goto(f"{address}/plain.html")
        plain.evaluate("async () => { await runner.init(); }")
        spare = []
        for _ in range(runs):
            plain.wait_for_timeout(4000)
            spare.append(float(plain.evaluate(STOP)))
        rows.append(("Stop to ready, the spare takes over", spare, "under 150 ms"))
    print(f"\nThe runner at work\n{'what':<46} {'median ms':>10} {'min-max':>16}  aim")
    for what, times, aim in rows:
        span = f"({min(times):.0f}-{max(times):.0f})"
        print(f"{what:<46} {statistics.median(times):>10.1f} {span:>16}  {aim}")
    print(f"{lines:,} printed lines in {took:.0f} ms; longest task: {longest:.0f} ms (aim: under 100)")
    print(f"tracing: {statistics.median(traced) / statistics.median(bare_run):.0f} times as long")


def main() -> None:
    """Print the tables."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    names = ("ours", "bare", "pyscript")
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place,
        served(Path(place)) as address,
        sync_playwright() as playwright,
    ):
        visitor = Visitor(playwright, address)
        visits = {name: [visitor.three_visits(name)] for name in names}  # warms up and is not counted
        visits = {name: [] for name in names}
        for _ in range(runs):
            for name in names:
                visits[name].append(visitor.three_visits(name))
        kinds = (
            ("cold profile", "at most 0.3"),
            ("second visit", "at most 0.3"),
            ("browser restarted", "at most 0.4"),
        )

        def column(name: str, kind: int) -> list[float]:
            return [row[kind] for row in visits[name]]

        rows = [
            Row(what, column("ours", kind), "bare Pyodide", column("bare", kind), aim)
            for kind, (what, aim) in enumerate(kinds)
        ]
        rows.append(Row("cold profile", column("ours", 0), "PyScript", column("pyscript", 0), "at most 0.33"))
        print_rows("From opening the page to the answer of print(1 + 1)", rows)
        warm(visitor, address, runs)


if __name__ == "__main__":
    main()
