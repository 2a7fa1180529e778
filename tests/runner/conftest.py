"""A page that has the runner, in each browser: opened once, since Python must be loaded in it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from wasmlab.assets import bundles, python

LESSON = Path(__file__).parents[2] / "pyodide-demo"
DEADLINE_MS = 180_000

PAGE = """<!doctype html><title>runner</title><body><script type="module">
import { Runner } from '/runner/runner.js';
window.Runner = Runner;
window.told = promise => Promise.race([
  promise.then(
    value => ({ value: value === undefined ? null : value }),
    error => ({ error: { name: error.name, message: error.message } })),
  new Promise(resolve => setTimeout(resolve, DEADLINE, { error: { name: 'Unsettled', message: '' } })),
]);
</script>""".replace("DEADLINE", str(DEADLINE_MS // 2))


class _Handler(SimpleHTTPRequestHandler):
    """Serves the lesson and one page of its own; notes every request."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        if self.path.startswith("/test"):
            self._say(PAGE, "text/html")
        elif self.path == "/secret":
            self._say("SECRET", "text/plain")
        else:
            super().do_GET()

    def do_POST(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        self._say("written", "text/plain")

    do_PUT = do_HEAD = do_OPTIONS = do_POST

    def _say(self, text: str, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def translate_path(self, path: str) -> str:
        if path.startswith("/dist/python/"):
            return str(self.server.parts / path.rpartition("/")[2])
        if path.startswith("/dist/languages/"):
            return str(bundles.VENDOR / path.removeprefix("/dist/"))
        return super().translate_path(path)

    def end_headers(self) -> None:
        if self.server.isolated:
            self.send_header("Cross-Origin-Opener-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        if self.server.for_others:
            self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def guess_type(self, path: Any) -> str:
        return "text/javascript" if str(path).endswith(".js") else super().guess_type(path)

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    """Serves the lesson in `/`, and `parts` in `/dist/python/`."""

    daemon_threads = True

    def __init__(self, parts: Path, *, isolated: bool, for_others: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(LESSON)))
        self.parts = parts
        self.isolated = isolated
        self.for_others = for_others
        self.asked: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: Any) -> None:
        pass


@dataclass
class Room:
    """A page with the runner, and what was asked of its server."""

    page: Page
    server: Server
    wrong: list[str] = field(default_factory=list)

    def do(self, script: str, argument: Any = None) -> Any:
        """Return what the body of an async function gives, or `{error}` where it throws."""
        return self.page.evaluate(f"argument => told((async () => {{ {script} }})())", argument)

    def value(self, script: str, argument: Any = None) -> Any:
        """Return what the body of an async function gives; it must not throw."""
        told = self.do(script, argument)
        assert "error" not in told, told
        return told["value"]

    def run(self, code: str, **options: Any) -> dict[str, Any]:
        """Run code in the page's shared runner: `{result, events}`."""
        told: dict[str, Any] = self.value(
            "const { result, events } = await window.shared.run(...argument); return { result, events }",
            [code, options],
        )
        return told


@pytest.fixture(scope="session")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the parts of Python, as a build publishes them."""
    if not python.is_prepared():
        pytest.fail("Python is not prepared for this harness: run `wasmlab setup assets`")
    folder = tmp_path_factory.mktemp("lesson") / "python"
    python.publish(folder)
    return folder


@pytest.fixture(scope="session")
def serve(parts: Path) -> Iterator[Callable[..., Server]]:
    """Return a function that starts a server; it sends the headers of isolation unless told not to."""
    with ExitStack() as stack:

        def start(*, isolated: bool = True, parts: Path = parts, for_others: bool = False) -> Server:
            return stack.enter_context(_running(Server(parts, isolated=isolated, for_others=for_others)))

        yield start


@contextmanager
def _running(server: Server) -> Iterator[Server]:
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def open_room(lesson_browser: Browser, serve: Callable[..., Server]) -> Iterator[Callable[..., Room]]:
    """Return a function that opens a page with the runner, not traced: a trace keeps every byte of Python."""
    with ExitStack() as stack:

        def make(*, isolated: bool = True, parts: Path | None = None, **context: Any) -> Room:
            server = serve(isolated=isolated, **({"parts": parts} if parts else {}))
            opened = lesson_browser.new_context(**context)
            stack.callback(opened.close)
            opened.set_default_timeout(DEADLINE_MS)
            page = opened.new_page()
            room = Room(page, server)
            page.on("pageerror", lambda error: room.wrong.append(str(error)))
            page.goto(f"{server.address}/test")
            page.wait_for_function("Boolean(window.Runner && window.told)")
            return room

        yield make


SHARED = """
window.shared = new Runner({ spare: false });
return (await window.shared.init()).interruptible;
"""


@pytest.fixture(scope="session")
def shared_room(open_room: Callable[..., Room]) -> Room:
    """Return an isolated page whose runner has Python loaded; tests share it."""
    room = open_room()
    assert room.value(SHARED) is True
    return room


@pytest.fixture
def room(shared_room: Room) -> Room:
    """Return the shared page with nothing left of earlier tests."""
    shared_room.value("await window.shared.reset()")
    return shared_room


def as_json(value: Any) -> str:
    """Return a value as a JavaScript literal."""
    return json.dumps(value)
