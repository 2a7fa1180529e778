"""The plainest HTTP server for one folder, with the types and the isolation that a lesson's page needs."""

from __future__ import annotations

import secrets
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
_IF_DUE = "/.forget-if-due"
_OURS = {
    BLANK: ("text/html", b""),
    FORGET: ("text/html", f'<script src="{_FORGETTING}"></script>'.encode()),
    _FORGETTING: ("text/javascript", b'window.name = ""; sessionStorage.clear();'),
}
_CLEARING = '"cookies", "storage"'
CLEARED = "Clear-Site-Data header on "
"""How the sentence begins that Chromium writes into a document's console when it has forgotten for it."""
FIRST_OF_ALL = f"""
if (window === top) {{
  const asked = new XMLHttpRequest();
  asked.open("GET", "{_IF_DUE}", false);
  asked.send();
  if (asked.status === 200) {{
    console.debug(asked.responseText);
    window.name = "";
    sessionStorage.clear();
    localStorage.clear();
  }}
  performance.clearResourceTimings();
}}
"""
"""What a document runs before its own scripts, to forget what others have stored where that is due.

The answer comes when the browser has forgotten, and is the first line in the document's console. It takes a
third of the work of a page that forgets, but a page could ask too early: it is for those that mean well.
"""

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
        if self.path in _OURS:
            self._answer(*_OURS[self.path], forgets=self.path == _FORGETTING)
        elif self.path == _IF_DUE:
            line = self.server.take_due()
            self._answer("text/plain", line.encode(), forgets=bool(line))
        else:
            super().do_GET()

    def _answer(self, type: str, body: bytes, *, forgets: bool) -> None:
        self.send_response(200 if body or self.path == BLANK else 204)
        if forgets:
            self.send_header("Clear-Site-Data", _CLEARING)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def translate_path(self, path: str) -> str:
        """Return the file for an address: of the files that stay, the one that no submission can change."""
        found = super().translate_path(path)
        staying = self.server.staying
        if staying is None:
            return found
        same = staying / Path(found).relative_to(self.directory)
        return str(same) if same.is_file() else found

    def end_headers(self) -> None:
        """Say how long a file may be kept; a file that may be another one soon, not at all."""
        self.send_header("Cache-Control", _KEPT if self._is_kept() else "no-store")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        super().end_headers()

    def _is_kept(self) -> bool:
        path = Path(self.translate_path(self.path)) if self.server.is_kept else None
        return bool(path and path.is_file() and path.is_relative_to(self.server.staying or self.directory))

    def log_message(self, *_args: Any) -> None:
        """Say nothing: a missing file is the page's to explain."""


class FolderServer(ThreadingHTTPServer):
    """A running server."""

    daemon_threads = True

    def __init__(self, root: Path, *, is_kept: bool, staying: Path | None) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(root)))
        self.is_kept = is_kept
        self.staying = staying
        self._due = ""

    def have_forget(self) -> str:
        """Have the next document that asks forget what others have stored; return what it says then."""
        self._due = secrets.token_hex(8)
        return self._due

    @property
    def is_due(self) -> bool:
        """Whether that document has not asked yet."""
        return bool(self._due)

    def take_due(self) -> str:
        """Return what the document says that is to forget, or nothing where that is not due."""
        due, self._due = self._due, ""
        return due

    @property
    def address(self) -> str:
        """The origin that a browser is told."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_args: Any) -> None:
        """Say nothing of a browser that went away in the middle of an answer."""


@contextmanager
def serve_folder(root: Path, *, is_kept: bool = False, staying: Path | None = None) -> Iterator[FolderServer]:
    """Serve `root` on a free loopback port for the length of a `with` block.

    With `is_kept` a browser asks for a file once, and must not be sent here when it has changed; where the
    folder `staying` is named, that goes for the files there, which are given in place of those of `root`.
    """
    with FolderServer(root, is_kept=is_kept, staying=staying) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
