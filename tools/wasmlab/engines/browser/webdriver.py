"""A small client of the WebDriver protocol (W3C), for browsers that Playwright cannot drive."""

from __future__ import annotations

import http.client
import json
import socket
import time
from typing import Any

from wasmlab.errors import ToolBroken

_STARTING = 60.0
_AGAIN = 0.05


class Gone(Exception):
    """The driver does not answer any more."""


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Driver:
    """A driver that listens on a port, and its one session."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._session = ""
        self.version = ""

    def start(self, options: dict[str, Any]) -> None:
        """Wait until the driver listens, and let it start its browser.

        Raises:
            Gone: it never listens.
            ToolBroken: the browser does not start.
        """
        deadline = time.monotonic() + _STARTING
        while not self._listens():
            if time.monotonic() > deadline:
                raise Gone
            time.sleep(_AGAIN)
        answer = self.ask("POST", "", {"capabilities": {"alwaysMatch": options}})
        self._session = answer["sessionId"]
        self.version = answer["capabilities"].get("browserVersion", "")

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self._port)) == 0

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the value that the driver answers for a command of the session.

        Raises:
            Gone: it has ended.
            ToolBroken: it refuses the command.
        """
        where = f"/session/{self._session}{path}" if self._session else "/session"
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, where, text, {"Content-Type": "application/json"})
            response = connection.getresponse()
            value = json.loads(response.read())["value"]
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Gone from error
        finally:
            connection.close()
        if response.status != 200:
            why = str(value.get("message", "")).partition("\n")[0] or value.get("error", "no reason given")
            raise ToolBroken(f"the browser's driver refuses: {why}", "wasmlab doctor")
        return value

    def run(self, script: str, *args: Any) -> Any:
        """Return what an asynchronous script in the page gives to its last argument."""
        return self.ask("POST", "/execute/async", {"script": script, "args": list(args)})
