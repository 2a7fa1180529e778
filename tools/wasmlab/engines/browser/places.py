"""Finds the browsers of this machine, and starts none of them."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from wasmlab.engines.contract import Found
from wasmlab.errors import ToolMissing, UsageError
from wasmlab.process import first_line

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
OWN = "Playwright's build"


def find_browser(name: str) -> Found:
    """Return the browser to use as `name`: the one that the user names, Playwright's own, the system's.

    Nothing is started but `--version`, and that only where no file says it.

    Raises:
        ToolMissing: there is none; the hint is the command that gets it.
        UsageError: the variable names something that is no program.
    """
    found = placed(name)
    return found if found.version else replace(found, version=browser_version(Path(found.path)))


def placed(name: str) -> Found:
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
            return Found(build.get("browserVersion", build["revision"]), str(folder), OWN)
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
