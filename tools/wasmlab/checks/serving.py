"""The plainest HTTP server for one folder, with the types and the isolation that a lesson's page needs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

BLANK = "/.blank"
"""An empty page of the same origin, to which nothing of the lesson belongs."""
FORGET = "/.forget"
"""A page that, once loaded, has made the browser forget all that the origin has stored."""
_FORGETTING = "/.forget.js"
_OURS = {
    BLANK: ("text/html", b""),
    FORGET: ("text/html", f'<script src="{_FORGETTING}"></script>'.encode()),
    _FORGETTING: ("text/javascript", b'window.name = ""; sessionStorage.clear();'),
}

# Each context of a browser has a cache of its own, and no other server has this one's address.
_KEPT = "private, max-age=86400, immutable"


class _Handler(SimpleHTTPRequestHandler):
    server: FolderServer
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body of an answer go out together
    # Set here because the registry of Windows may say something else.
    extensions_map = {  # noqa: RUF012  # the base class's own attribute
        **SimpleHTTPRequestHandler.extensions_map,
        ".wasm": "application/wasm",
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".css": "text/css",
        ".html": "text/html; charset=utf-8",
        ".json": "application/json",
        ".c": "text/plain; charset=utf-8",
    }

    def parse_request(self) -> bool:
        """Take the whole address from a browser that has us as its proxy; no other server is asked."""
        if not super().parse_request():
            return False
        own = f"{self.server.address}/"
        if self.path.startswith(own):
            self.path = self.path[len(own) - 1 :]
        if not self.path.startswith("/"):
            self.send_error(403)
            return False
        return True

    def do_GET(self) -> None:
        """Answer with the lesson's file, or with one of ours."""
        if self.path not in _OURS:
            super().do_GET()
            return
        type, body = _OURS[self.path]
        self.send_response(200)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(body)))
        if self.path == _FORGETTING:
            self.send_header("Clear-Site-Data", '"cookies", "storage"')
        self.end_headers()
        self.wfile.write(body)

    def end_headers(self) -> None:
        kept = self.server.is_kept and Path(self.translate_path(self.path)).is_file()
        self.send_header("Cache-Control", _KEPT if kept else "no-store")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def log_message(self, *_args: Any) -> None:
        """Say nothing: a missing file is the page's to explain."""


class FolderServer(ThreadingHTTPServer):
    """A running server."""

    daemon_threads = True

    def __init__(self, root: Path, *, is_kept: bool) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(root)))
        self.is_kept = is_kept

    @property
    def address(self) -> str:
        """The origin that a browser is told."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_args: Any) -> None:
        """Say nothing of a browser that went away in the middle of an answer."""


@contextmanager
def serve_folder(root: Path, *, is_kept: bool = False) -> Iterator[FolderServer]:
    """Serve `root` on a free loopback port for the length of a `with` block.

    With `is_kept` a browser asks for a file once, and must not be sent here when it has changed.
    """
    with FolderServer(root, is_kept=is_kept) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
