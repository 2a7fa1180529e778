"""Our page in a browser that Playwright drives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wasmlab.engines.browser import Lost
from wasmlab.errors import ToolBroken

if TYPE_CHECKING:
    from playwright.sync_api import Browser


class PlaywrightTab:
    """A page in a context of its own."""

    def __init__(self, browser: Browser, name: str, address: str) -> None:
        self._browser = browser
        self._name = name
        context = browser.new_context(service_workers="block")
        self._page = context.new_page()
        self._page.goto(address)
        self._page.wait_for_function("globalThis.wasmlab !== undefined")

    def order(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Let the page do something; see `Tab`."""
        from playwright.sync_api import Error

        try:
            outcome: dict[str, Any] = self._page.evaluate("sent => wasmlab(sent)", sent)
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
