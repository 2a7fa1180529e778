"""livereload's protocol 7 over a WebSocket: every page that is open hears of every change."""

from __future__ import annotations

import json
from collections import deque
from typing import Any

from livereload.handlers import LiveReloadHandler
from tornado import iostream, websocket

from wasmlab import build
from wasmlab.errors import WasmlabError

_MOST_UNREAD = 64
"""Messages that may wait for a page that does not read; then its connection is closed."""
_MOST_SAID = 1000
"""Messages that a page may send; a client of ours sends three."""


class Pages:
    """The open pages; a listener of the site."""

    def __init__(self) -> None:
        self.open: set[ReloadSocket] = set()

    def changed(self, path: str) -> None:
        """Tell every page to take `path` anew."""
        message = json.dumps({"command": "reload", "path": path, "liveCSS": True})
        for page in tuple(self.open):
            page.tell(message)

    def built(self, results: list[build.Result]) -> None:
        """Say nothing: `changed` has named what is new."""

    def failed(self, error: WasmlabError) -> None:
        """Say nothing: `changed` has named the status."""


class ReloadSocket(LiveReloadHandler):  # type: ignore[misc]
    """One page's connection: livereload's handshake, without livereload's watcher and its waiters."""

    def initialize(self, pages: Pages) -> None:
        """Take the circle of pages to join after the handshake."""
        self._pages = pages
        self._unread: deque[Any] = deque()
        self._said = 0

    def check_origin(self, origin: str) -> bool:
        """Leave the Origin to the gate, which has compared it with the Host already."""
        return bool(origin)

    def on_message(self, message: str | bytes) -> None:
        """Answer `hello`, join at `info`; whatever else a page says is passed over."""
        self._said += 1
        if self._said > _MOST_SAID:
            self.close(1008, "too many messages")
            return
        command = _command(message)
        if command == "hello":
            super().on_message(message)
        elif command == "info":
            self._pages.open.add(self)

    def on_close(self) -> None:
        """Leave the circle."""
        self._pages.open.discard(self)

    def tell(self, message: str) -> None:
        """Send a message; a page that has stopped reading is let go (it comes back when it wakes)."""
        while self._unread and self._unread[0].done():
            self._unread.popleft()
        if len(self._unread) >= _MOST_UNREAD:
            self._pages.open.discard(self)
            self.ws_connection.stream.close()  # a closing frame would only wait with the others
            return
        try:
            sent = self.write_message(message)
        except (websocket.WebSocketClosedError, iostream.StreamClosedError):
            self._pages.open.discard(self)
            return
        sent.add_done_callback(lambda done: done.exception())
        self._unread.append(sent)


def _command(message: str | bytes) -> str:
    try:
        said = json.loads(message)
    except (ValueError, RecursionError):
        return ""
    command = said.get("command") if isinstance(said, dict) else None
    return command if isinstance(command, str) else ""
