"""Our page in a browser that Playwright drives; we answer its every request ourselves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from wasmlab.engines.browser import Lost, Reply
from wasmlab.engines.page_files import CONSULT, HEADERS, page_file
from wasmlab.errors import ToolBroken

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

_ADDRESS = "https://wasmlab.invalid/"


class PlaywrightTab:
    """A page in a context of its own, which reaches nothing but us."""

    def __init__(self, browser: Browser, name: str, reply: Reply) -> None:
        self._browser = browser
        self._name = name
        self._reply = reply
        context = browser.new_context(service_workers="block")
        context.route("**/*", self._answer)
        context.route_web_socket("**/*", lambda _socket: None)
        self._page = context.new_page()
        self._page.goto(_ADDRESS)
        self._page.wait_for_function("globalThis.wasmlab !== undefined")

    def order(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Let the page do something; see `Tab`."""
        from playwright.sync_api import Error

        try:
            # As text: the driver takes thousands of crossings apart one by one, for seconds.
            script = "async sent => JSON.stringify(await wasmlab(JSON.parse(sent)))"
            said = self._page.evaluate(script, json.dumps(sent))
            outcome: dict[str, Any] = json.loads(said)
        except Error as error:
            if self._browser.is_connected():
                raise ToolBroken(
                    f"{self._name} gives no answer: {error.message}", "wasmlab doctor"
                ) from error
            raise Lost from error
        return outcome

    def close(self) -> None:
        """Close the page and its context."""
        from playwright.sync_api import Error

        try:
            self._page.context.close()
        except Error:
            return

    def _answer(self, route: Route) -> None:
        """Give the page its own files and the answers of host functions, and refuse all else."""
        from playwright.sync_api import Error

        name = route.request.url.removeprefix(_ADDRESS)
        file = page_file(name)
        try:
            if name == CONSULT and route.request.method == "POST":
                body = json.dumps(self._reply(json.loads(route.request.post_data or "")))
                route.fulfill(status=200, headers={**HEADERS, "Content-Type": "application/json"}, body=body)
            elif file is not None:
                route.fulfill(status=200, headers={**HEADERS, "Content-Type": file[0]}, body=file[1])
            else:
                route.abort()
        except Error:
            return  # the page has gone meanwhile
