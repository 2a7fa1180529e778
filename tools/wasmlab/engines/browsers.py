"""Finds the browsers of this machine and starts them: quiet, headless, each with an empty profile."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wasmlab.engines.bounding import bounded
from wasmlab.engines.contract import Found
from wasmlab.errors import ToolBroken, ToolMissing, UsageError
from wasmlab.names import did_you_mean
from wasmlab.process import first_line

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

    from wasmlab.engines.playwright_tab import PlaywrightTab

VARIABLES = {"chromium": "WASMLAB_CHROMIUM", "firefox": "WASMLAB_FIREFOX"}

_ON_PATH = {
    "chromium": (
        # Without a window's own pages it opens one of ours for a sixth of the work.
        "chromium-headless-shell",
        "chrome-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
        "chrome",
        "microsoft-edge",
        "msedge",
    ),
    "firefox": ("firefox-esr", "firefox"),
}
_WINDOWS = {
    "chromium": (
        "Google/Chrome/Application/chrome.exe",
        "Chromium/Application/chrome.exe",
        "Microsoft/Edge/Application/msedge.exe",
    ),
    "firefox": ("Mozilla Firefox/firefox.exe",),
}
_MACOS = {
    "chromium": (
        "Google Chrome.app/Contents/MacOS/Google Chrome",
        "Chromium.app/Contents/MacOS/Chromium",
        "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
    "firefox": ("Firefox.app/Contents/MacOS/firefox", "Firefox ESR.app/Contents/MacOS/firefox"),
}
# The folder of Playwright's own build for headless use, and its name in Playwright's list of builds.
_OWN_BUILDS = {"chromium": "chromium-headless-shell", "firefox": "firefox", "webkit": "webkit"}
_OWN = "Playwright's build"

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


def find_browser(name: str) -> Found:
    """Return the browser to use as `name`: the one that the user names, Playwright's own, the system's.

    Nothing is started but `--version`, and that only where no file says it.

    Raises:
        ToolMissing: there is none; the hint is the command that gets it.
        UsageError: the variable names something that is no program.
    """
    found = _placed(name)
    return found if found.version else replace(found, version=browser_version(Path(found.path)))


def _placed(name: str) -> Found:
    """Return the browser as `find_browser` does, but start nothing: its version may be left out."""
    if name in VARIABLES and (named := os.environ.get(VARIABLES[name])):
        return _named(name, named)
    if own := own_build(name):
        return own
    if name not in VARIABLES:
        raise ToolMissing(
            f"Playwright's build of {name} is not on this machine", f"python -m playwright install {name}"
        )
    path = next((found for found in _candidates(name)), None)
    if path is None:
        raise ToolMissing(f"{name} is not on this machine", f"wasmlab setup {name}")
    return Found("", str(path), "the system's")


def _named(name: str, text: str) -> Found:
    variable = VARIABLES[name]
    path = Path(text).expanduser()
    if not path.is_file() or not os.access(path, os.X_OK):
        what = "is not there" if not path.exists() else "is not a program"
        raise UsageError(
            f"{variable} names {text}, which {what}", f"name the program of {name}, or unset {variable}"
        )
    return Found("", str(path), variable)


def _candidates(name: str) -> Iterator[Path]:
    for program in _ON_PATH[name]:
        if found := shutil.which(program):
            yield Path(found)
    for place in _usual_places(name):
        if place.is_file():
            yield place


def _usual_places(name: str) -> list[Path]:
    if sys.platform == "win32":
        roots = [os.environ.get(key) for key in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        return [Path(root, place) for root in roots if root for place in _WINDOWS[name]]
    if sys.platform == "darwin":
        roots_of_apps = (Path("/Applications"), Path.home() / "Applications")
        return [root / place for root in roots_of_apps for place in _MACOS[name]]
    return []


def own_build(name: str) -> Found | None:
    """Return Playwright's build of `name` where its installer has finished."""
    import playwright

    listed = Path(playwright.__file__).parent / "driver" / "package" / "browsers.json"
    try:
        builds = json.loads(listed.read_text(encoding="utf-8"))["browsers"]
    except (OSError, ValueError, KeyError):
        return None
    for build in builds:
        folder = builds_folder() / f"{build['name'].replace('-', '_')}-{build['revision']}"
        if build["name"] == _OWN_BUILDS[name] and (folder / "INSTALLATION_COMPLETE").is_file():
            return Found(build.get("browserVersion", build["revision"]), str(folder), _OWN)
    return None


def builds_folder() -> Path:
    """Return the folder where Playwright's installer puts its builds."""
    if named := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(named)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local")) / "ms-playwright"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "ms-playwright"
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "ms-playwright"


def browser_version(path: Path) -> str:
    """Return the version of the browser at `path`, or an empty text where nothing tells it.

    On Windows a browser opens a window when it is asked `--version`, so there only files are read.
    """
    real = path.resolve()
    for place in (real.parent, real.parent.parent / "Resources"):
        if (place / "application.ini").is_file():
            match = re.search(r"^Version=(.+)$", (place / "application.ini").read_text("utf-8"), re.MULTILINE)
            return match[1].strip() if match else ""
    if sys.platform == "win32":
        versions = [
            entry.name for entry in real.parent.iterdir() if re.fullmatch(r"\d+(\.\d+){3}", entry.name)
        ]
        return max(versions, default="")
    match = re.search(r"\d+(\.\d+)+", first_line([str(path), "--version"]))
    return match[0] if match else ""


def launch_options(name: str, found: Found, *, cut_off: bool = False) -> dict[str, Any]:
    """Return what Playwright's `launch` is given for `found`; see `launch` for `cut_off`."""
    options: dict[str, Any] = {"headless": True, "timeout": 120_000}
    if found.origin != _OWN:
        options["executable_path"] = found.path
    if name == "chromium":
        # Chromium refuses to start as root inside its sandbox.
        options["chromium_sandbox"] = not (hasattr(os, "geteuid") and os.geteuid() == 0)
        shell = found.origin == _OWN or "headless-shell" in Path(found.path).name
        options["args"] = [*_CHROMIUM_ARGUMENTS, *([_OF_THE_SHELL] if shell else [])]
    elif name == "firefox":
        options["firefox_user_prefs"] = _FIREFOX_PREFERENCES | (_FIREFOX_CUT_OFF if cut_off else {})
        if found.origin != _OWN:
            options["channel"] = "moz-firefox"  # drives an unpatched Firefox
    return options


@dataclass
class Running:
    """A started browser, and the ids of its processes' roots for the moment when it hangs."""

    name: str
    version: str
    browser: Browser
    roots: tuple[int, ...]
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
        """Whether it still answers."""
        return self.browser.is_connected()

    @property
    def has_died(self) -> bool:
        """Whether it is gone, and not by us: it crashed, or a system short of memory has ended it."""
        return not self.ended and not self.alive

    def open_tab(self, address: str) -> PlaywrightTab:
        """Open the engine's page in it."""
        from wasmlab.engines.playwright_tab import PlaywrightTab

        return PlaywrightTab(self.browser, self.name, address)

    def close(self) -> None:
        """Close the browser; one that does not answer within 10 s is ended."""
        from playwright.sync_api import Error

        self.ended = True
        try:
            with bounded(10, self.kill):
                self.browser.close()
        except Error:
            self.kill()


_launching = threading.Lock()


def launch(playwright: Playwright, name: str, *, cut_off: bool = False) -> Running:
    """Start the browser called `name` with an empty profile.

    One that is `cut_off` reaches nothing but by the proxy of a context, not even when that is closed.

    Raises:
        ToolMissing: it is not on this machine.
        ToolBroken: it does not start.
    """
    from playwright.sync_api import Error

    found = _placed(name)
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
    return Running(name, browser.version, browser, _roots(made))


def _descendants() -> set[int]:
    import psutil

    return {process.pid for process in psutil.Process().children(recursive=True)}


def _roots(pids: set[int]) -> tuple[int, ...]:
    """Return those whose parent is not among them, and which are children of a Playwright driver."""
    import psutil

    roots = []
    for pid in pids:
        try:
            parent = psutil.Process(pid).parent()
            if parent and parent.pid not in pids and "run-driver" in parent.cmdline():
                roots.append(pid)
        except psutil.NoSuchProcess:
            continue
    return tuple(roots)


def check_name(name: str) -> None:
    """Refuse what is not a browser.

    Raises:
        UsageError: no browser is called `name`.
    """
    if name not in VARIABLES:
        raise UsageError(f"no browser is called {name!r}", did_you_mean(name, VARIABLES))
