"""Serves the engine's page to a browser on this machine, and answers for host functions in Python.

An address that nobody can guess is the guard: whoever does not know it gets nothing. The page itself
may ask for nothing else (its content security policy), and is isolated, so that threads are there.
It is its page's proxy too, for a browser that else reaches nothing.
"""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

Reply = Callable[[dict[str, Any]], dict[str, Any]]
"""What answers a worker that calls a host function in Python."""

_FOLDER = Path(__file__).parent / "page"
_TYPES = {".html": "text/html", ".js": "text/javascript"}
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
# No other server has this address: each further worker takes its files from the browser's own cache.
_KEEP = "private, max-age=86400, immutable"
_CONSULT = "host"
_BIGGEST = 512 << 20


class PageServer:
    """A server on a free port of this machine's own address, until it is closed."""

    def __init__(self, reply: Reply) -> None:
        token = secrets.token_urlsafe(24)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.reply = reply
        self._server.host = f"127.0.0.1:{self._server.server_port}"
        self._server.prefix = f"/{token}/"
        self.address = f"http://{self._server.host}/{token}/"
        # The interval is what `close` waits for; the half second that it is by itself shows in every check.
        serving = partial(self._server.serve_forever, poll_interval=0.01)
        threading.Thread(target=serving, name="engine page", daemon=True).start()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    reply: Reply
    host: str
    prefix: str


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16  # headers and body in one packet

    def do_GET(self) -> None:
        name = self._name()
        file = None if name is None else page_file(name)
        if file is None:
            self._send(404, "text/plain", b"")
        else:
            self._send(200, *file, cache=_KEEP)

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        if self._name() != _CONSULT or not 0 < size <= _BIGGEST:
            self.close_connection = True
            self._send(404, "text/plain", b"")
            return
        said = self.server.reply(json.loads(self.rfile.read(size)))
        self._send(200, "application/json", json.dumps(said).encode())

    def _name(self) -> str | None:
        """Return what is asked for, or None where it is not ours to answer."""
        path = self.path.removeprefix(f"http://{self.server.host}")  # a proxy gets the whole address
        known = self.headers.get("Host") == self.server.host and path.startswith(self.server.prefix)
        return path.removeprefix(self.server.prefix) if known else None

    def _send(self, status: int, type: str, body: bytes, *, cache: str = "no-store") -> None:
        self.send_response(status)
        about = {"Cache-Control": cache, "Content-Type": type, "Content-Length": str(len(body))}
        for name, value in {**_HEADERS, **about}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def page_file(name: str) -> tuple[str, bytes] | None:
    """Return the type and the content of the page's file `name`, or None where it has none."""
    known = {entry.name: entry for entry in _FOLDER.iterdir() if entry.suffix in _TYPES}
    path = known.get(name or "index.html")
    return (_TYPES[path.suffix], path.read_bytes()) if path else None
