"""The HTTP server: the gate before the routes, and limits for clients that are slow or greedy."""

from __future__ import annotations

from typing import Any

from tornado import httputil, web
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream

from wasmlab.serve import gate
from wasmlab.serve.handlers import Console, Files, Refused, Status
from wasmlab.serve.reload import Pages, ReloadSocket
from wasmlab.serve.site import Site
from wasmlab.serve.terminal import Terminal

SLOW = 8.0
"""A connection that has not sent its head, or then its body, within this is closed (seconds)."""
MOST_CONNECTIONS = 512
MOST_HEAD = 32 * 1024


class App(web.Application):
    """Tornado's application behind the gate."""

    def __init__(self, site: Site, terminal: Terminal, pages: Pages, doors: gate.Doors) -> None:
        socket = [(r"/livereload", ReloadSocket, {"pages": pages})] if site.reloads else []
        routes: list[Any] = [
            *socket,
            (r"/_wasmlab/console", Console, {"terminal": terminal}),
            (r"/_wasmlab/status\.json", Status),
            (r".*", Files),
        ]
        super().__init__(
            routes,
            site=site,
            log_function=self._log,
            websocket_max_message_size=64 * 1024,
            websocket_ping_interval=30,
            websocket_ping_timeout=20,
        )
        self._doors = doors
        self._terminal = terminal

    def find_handler(self, request: httputil.HTTPServerRequest, **kwargs: Any) -> Any:
        """Route a request that the gate lets in; refuse another one before its body is read."""
        refusal = gate.refuse(
            request.method or "", request.uri or "", request.headers, self._doors, _arrived_at(request)
        )
        if refusal is not None:
            return self.get_handler_delegate(request, Refused, {"refusal": refusal})
        return super().find_handler(request, **kwargs)

    def _log(self, handler: web.RequestHandler) -> None:
        if handler.get_status() >= 400:
            request = handler.request
            self._terminal.refused(request.method or "", request.uri or "", handler.get_status())


class Server(HTTPServer):
    """Takes so many connections and no more: what is left over is for builds and files."""

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Serve a new connection, or close it where there are too many."""
        if len(self._connections) >= MOST_CONNECTIONS:
            stream.close()
        else:
            super().handle_stream(stream, address)


def make_server(app: App) -> Server:
    """Return a server with limits on what a client may send and how long it may take."""
    return Server(
        app,
        idle_connection_timeout=SLOW,
        body_timeout=SLOW,
        max_header_size=MOST_HEAD,
        max_body_size=gate.MAX_BODY,
    )


def _arrived_at(request: httputil.HTTPServerRequest) -> str:
    """Return `address:port` of our end of the connection, as a Host would say it."""
    stream = getattr(request.connection, "stream", None)
    if stream is None or stream.socket is None:
        return ""
    address, port = stream.socket.getsockname()[:2]
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
