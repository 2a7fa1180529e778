"""Starts the browsers of this machine: quiet, headless, each with an empty profile."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wasmlab.engines.bounding import bounded
from wasmlab.engines.browser.places import OWN, placed
from wasmlab.engines.contract import Found
from wasmlab.errors import ToolBroken

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright

    from wasmlab.engines.browser.playwright_tab import PlaywrightTab

_CHROMIUM_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    # A page is painted in four pieces, not in sixty: each is a message to the process that shows it.
    "--default-tile-width=1280",
    "--default-tile-height=720",
    # Else WebRTC passes by every route and proxy; the shell knows the first, the desktop the second.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
# The headless shell installs no handler for the signal by which V8 learns of an access outside of Wasm's
# memory (tried: Debian's 156), and the page dies of it; with the bounds checked in code it is a trap.
# The last list of features counts, so those that Playwright means for any page are named again. Without
# RenderDocument a new document of the same site gets no new frame, which costs more than a small page itself.
_OF_THE_SHELL = "--disable-features=" + ",".join(
    (
        "AvoidCorsURLLoaderRestartOnRedirect",
        "BlockOriginHeaderModificationOnRedirect",
        "PaintHolding",
        "RenderDocument",
        "ThirdPartyStoragePartitioning",
        "WebAssemblyTrapHandler",
    )
)
_FIREFOX_PREFERENCES: dict[str, str | float | bool] = {
    "app.update.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "media.peerconnection.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "network.proxy.allow_hijacking_localhost": True,  # else it reaches this machine beside any proxy
    "toolkit.telemetry.enabled": False,
}
# A context's proxy goes before what its pages send at their end: that would pass beside any proxy.
_FIREFOX_CUT_OFF: dict[str, str | float | bool] = {
    "network.proxy.failover_direct": False,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,  # where nobody listens
    "network.proxy.share_proxy_settings": True,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.type": 1,
}


def launch_options(name: str, found: Found, *, cut_off: bool = False) -> dict[str, Any]:
    """Return what Playwright's `launch` is given for `found`; see `launch` for `cut_off`."""
    options: dict[str, Any] = {"headless": True, "timeout": 120_000}
    if found.origin != OWN:
        options["executable_path"] = found.path
    if name == "chromium":
        # Chromium refuses to start as root inside its sandbox.
        options["chromium_sandbox"] = not (hasattr(os, "geteuid") and os.geteuid() == 0)
        shell = found.origin == OWN or "headless-shell" in Path(found.path).name
        options["args"] = [*_CHROMIUM_ARGUMENTS, *([_OF_THE_SHELL] if shell else [])]
    elif name == "firefox":
        options["firefox_user_prefs"] = _FIREFOX_PREFERENCES | (_FIREFOX_CUT_OFF if cut_off else {})
        if found.origin != OWN:
            options["channel"] = "moz-firefox"  # drives an unpatched Firefox
    return options


@dataclass
class Running:
    """A started browser, and the ids of its processes' roots for the moment when it hangs."""

    name: str
    version: str
    browser: Browser
    roots: tuple[int, ...]
    driver: int
    """The process of Playwright by which we speak to it."""
    ended: bool = False
    """Whether it is we who have ended it."""

    def kill(self) -> None:
        """End every process of the browser; safe from any thread, and when it is gone already."""
        import psutil

        self.ended = True
        for root in self.roots:
            try:
                process = psutil.Process(root)
                for child in (*process.children(recursive=True), process):
                    child.kill()
            except psutil.NoSuchProcess:
                continue

    @property
    def alive(self) -> bool:
        """Whether it still answers; Playwright hears a moment later than the system that it has ended."""
        return self.browser.is_connected() and all(map(_runs, self.roots))

    @property
    def has_died(self) -> bool:
        """Whether it is gone, and not by us: it crashed, or a system short of memory has ended it.

        Where its driver is gone, nobody tells us whether it still answers, and nothing does.
        """
        return not (self.ended or (self.alive and (not self.driver or _runs(self.driver))))

    def new_page(self, context: BrowserContext) -> Page:
        """Open a page in one of its contexts.

        A browser that ends meanwhile leaves Playwright waiting for good (tried: 1.64): its driver is ended.
        """
        with bounded(_NEW_PAGE, self._end_driver):
            return context.new_page()

    def _end_driver(self) -> None:
        import psutil

        self.kill()
        with suppress(psutil.Error):
            psutil.Process(self.driver).kill()
        self.ended = False  # it was lost before, and not by us

    def open_tab(self, address: str) -> PlaywrightTab:
        """Open the engine's page in it."""
        from wasmlab.engines.browser.playwright_tab import PlaywrightTab

        return PlaywrightTab(self, address)

    def close(self) -> None:
        """Close the browser; one that does not answer within 10 s is ended."""
        from playwright.sync_api import Error

        self.ended = True
        try:
            with bounded(10, self.kill):
                self.browser.close()
        except Error:
            self.kill()


_NEW_PAGE = 20.0
_launching = threading.Lock()


def launch(playwright: Playwright, name: str, *, cut_off: bool = False) -> Running:
    """Start the browser called `name` with an empty profile.

    One that is `cut_off` reaches nothing but by the proxy of a context, not even when that is closed.

    Raises:
        ToolMissing: it is not on this machine.
        ToolBroken: it does not start.
    """
    from playwright.sync_api import Error

    found = placed(name)
    with _launching:  # so that the processes that appear are this browser's
        before = _descendants()
        try:
            browser = getattr(playwright, name).launch(**launch_options(name, found, cut_off=cut_off))
        except Error as error:
            why = next((line.strip() for line in error.message.splitlines() if line.strip()), "no word why")
            raise ToolBroken(
                f"{name} ({found.path}) does not start: {why}",
                f"WASMLAB_{name.upper()}=PATH names another one, wasmlab setup {name} gets one",
            ) from error
        made = _descendants() - before
    return Running(name, browser.version, browser, *_roots(made))


def _runs(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _descendants() -> set[int]:
    import psutil

    return {process.pid for process in psutil.Process().children(recursive=True)}


def _roots(pids: set[int]) -> tuple[tuple[int, ...], int]:
    """Return those that are children of a Playwright driver, which is not among them, and that driver."""
    import psutil

    roots, driver = [], 0
    for pid in pids:
        try:
            parent = psutil.Process(pid).parent()
            if parent and parent.pid not in pids and "run-driver" in parent.cmdline():
                roots.append(pid)
                driver = parent.pid
        except psutil.NoSuchProcess:
            continue
    return tuple(roots), driver
