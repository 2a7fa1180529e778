"""WebKit: Playwright's build of it, or the system's WebKitGTK through its WebDriver."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from wasmlab.engines.browser.engine import BrowserEngine, ThreadedSession
from wasmlab.engines.browser.places import own_build
from wasmlab.engines.browser.session import BrowserSession, Lost
from wasmlab.engines.browser.webdriver import Driver, Gone, free_port
from wasmlab.engines.contract import Found, Limits
from wasmlab.errors import ToolBroken, ToolMissing
from wasmlab.process import Command, converse, end

_DRIVER = "WebKitWebDriver"
_BROWSER = "MiniBrowser"
# Debian's and Ubuntu's place, Fedora's, Arch's.
_PLACES = ("/usr/lib/*/webkit*gtk-*", "/usr/libexec/webkit*gtk-*", "/usr/lib/webkit*gtk-*")
_ORIGIN = "the system's WebKitGTK"
_NO_DISPLAY = "Xvfb"
_REMEDY = "wasmlab setup webkit"
_SCRIPT = "const done = arguments[1]; wasmlab(arguments[0]).then(done, e => done({failed: String(e)}))"
_READY = "arguments[0](typeof wasmlab !== 'undefined')"


class Webkit:
    """The engine's entry in the dict."""

    name = "webkit"

    def find(self) -> Found:
        """Return Playwright's build, else the system's; see the contract."""
        if own := own_build(self.name):
            return own
        programs = _programs()
        # The browser tells its version only to a screen; its folder has the interface's.
        return Found(programs.browser.parent.name, str(programs.browser), _ORIGIN)

    @contextmanager
    def start(self, limits: Limits) -> Iterator[BrowserSession | ThreadedSession]:
        """Start it; nothing of it outlives the `with` block."""
        if own_build(self.name):
            with BrowserEngine(self.name).start(limits) as threaded:
                yield threaded
            return
        started: list[SystemWebkit] = []

        def launch() -> SystemWebkit:
            started.append(SystemWebkit(limits.seconds))
            return started[-1]

        try:
            session = BrowserSession(launch, limits)
            try:
                yield session
            finally:
                session.close()
        finally:
            for running in started:
                running.kill()


class _Programs:
    """What the system's WebKit is made of here; `display` is empty where there is a screen."""

    def __init__(self, driver: str, browser: Path, display: str) -> None:
        self.driver = driver
        self.browser = browser
        self.display = display


def _programs() -> _Programs:
    """Return them.

    Raises:
        ToolMissing: one is not there.
    """
    driver = shutil.which(_DRIVER)
    places = [place for pattern in _PLACES for place in Path("/").glob(f"{pattern[1:]}/{_BROWSER}")]
    if sys.platform != "linux" or driver is None or not places:
        raise ToolMissing("webkit is not on this machine", _REMEDY)
    has_screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    display = "" if has_screen else shutil.which(_NO_DISPLAY)
    if display is None:
        raise ToolMissing(f"webkit needs a screen, or {_NO_DISPLAY} in place of one", _REMEDY)
    return _Programs(driver, max(places), display)


class SystemWebkit:
    """WebKitGTK's MiniBrowser, its driver, and a screen of their own where there is none."""

    name = "webkit"

    def __init__(self, seconds: float) -> None:
        programs = _programs()
        self._seconds = seconds
        self._children: list[subprocess.Popen[bytes]] = []
        try:
            self._driver = self._start(programs)
        except Gone as error:
            self.kill()
            raise ToolBroken(f"webkit ({programs.browser}) does not start", _REMEDY) from error
        except BaseException:  # Ctrl-C too: nothing of it may stay behind
            self.kill()
            raise
        self.version = self._driver.version

    def _start(self, programs: _Programs) -> Driver:
        screen = {"DISPLAY": self._screen(programs.display)} if programs.display else {}
        port = free_port()
        command = (programs.driver, f"--port={port}", "--host=127.0.0.1")
        self._children.append(converse(Command(command, Path.cwd(), screen), remedy=_REMEDY))
        driver = Driver(port)
        browser = {"binary": str(programs.browser), "args": ["--automation"]}
        driver.start({"webkitgtk:browserOptions": browser})
        return driver

    def _screen(self, program: str) -> str:
        """Start a screen that nobody sees, and return its name."""
        words = (program, "-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp")
        child = converse(Command(words, Path.cwd()), remedy=_REMEDY)
        self._children.insert(0, child)
        assert child.stdout is not None
        number = child.stdout.readline().strip().decode("ascii", "replace")
        if not number:
            raise ToolBroken(f"{program} does not start", _REMEDY)
        return f":{number}"

    @property
    def alive(self) -> bool:
        """Whether its driver still runs."""
        return all(child.poll() is None for child in self._children)

    def open_tab(self, address: str) -> WebdriverTab:
        """Open the engine's page in it."""
        return WebdriverTab(self, self._driver, address)

    def kill(self) -> None:
        """End every process of it."""
        for child in reversed(self._children):
            if child is self._children[0] and child.poll() is None and len(self._children) > 1:
                with suppress(OSError):
                    child.terminate()  # a screen takes its traces with it, if it is asked
                    child.wait(2)
            end(child)


class WebdriverTab:
    """A page in a browser behind a WebDriver."""

    def __init__(self, browser: SystemWebkit, driver: Driver, address: str) -> None:
        self._browser = browser
        self._driver = driver
        self._address = address
        try:
            driver.ask("POST", "/timeouts", {"script": 3_600_000, "pageLoad": 60_000})
            self._open()
        except Gone as error:
            raise Lost from error

    def _open(self) -> None:
        self._driver.ask("POST", "/url", {"url": self._address})
        while not self._driver.run(_READY):
            pass

    def order(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Let the page do something; see `Tab`."""
        try:
            outcome: dict[str, Any] = self._driver.run(_SCRIPT, sent)
        except Gone as error:
            raise Lost from error
        if "failed" in outcome:
            raise ToolBroken(f"webkit gives no answer: {outcome['failed']}", "wasmlab doctor")
        return outcome

    def stop_runaways(self) -> None:
        """Open the page in another window; with the old one its process ends. See `Tab`."""
        try:
            new = self._driver.ask("POST", "/window/new", {"type": "window"})["handle"]
            self._driver.ask("DELETE", "/window")
            self._driver.ask("POST", "/window", {"handle": new})
            self._open()
        except Gone as error:
            raise Lost from error

    def close(self) -> None:
        """Close the page; the browser is ended with it."""
        self._browser.kill()


ENGINE = Webkit()
