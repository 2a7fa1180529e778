"""Our page in a browser that Playwright drives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from wasmlab.engines.browser.session import Lost
from wasmlab.errors import EngineLost

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from wasmlab.engines.browser.starting import Running

# As text both ways: the driver takes what is no text apart one by one, thousands of crossings for seconds.
_ORDER = "async sent => JSON.stringify(await wasmlab(JSON.parse(sent)))"


class PlaywrightTab:
    """A page in a context of its own."""

    def __init__(self, running: Running, address: str) -> None:
        self._running = running
        self._browser = running.browser
        self._name = running.name
        self._address = address
        self._page = self._open()

    def _open(self) -> Page:
        server = urljoin(self._address, "/")  # where it is cut off, nothing else brings it there
        context = self._browser.new_context(service_workers="block", proxy={"server": server})
        page = self._running.new_page(context)
        page.goto(self._address, wait_until="commit")  # the rest of it comes while others are at work
        self._is_loaded = False
        return page

    def order(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Let the page do something; see `Tab`."""
        from playwright.sync_api import Error

        try:
            if not self._is_loaded:  # to ask each time costs as much as an order
                self._page.wait_for_load_state()  # it has loaded when its modules have run
                self._is_loaded = True
            said = self._page.evaluate(_ORDER, json.dumps(sent))
            outcome: dict[str, Any] = json.loads(said)
        except Error as error:
            if self._browser.is_connected():
                raise EngineLost(
                    f"{self._name} gives no answer: {error.message}", "wasmlab doctor"
                ) from error
            raise Lost from error
        return outcome

    def stop_runaways(self) -> None:
        """Open the page anew in WebKit, the one browser whose workers go on; see `Tab`."""
        if self._name == "webkit":
            self.close()
            self._page = self._open()

    def close(self) -> None:
        """Close the page and its context."""
        from playwright.sync_api import Error

        try:
            self._page.context.close()
        except Error:
            return
