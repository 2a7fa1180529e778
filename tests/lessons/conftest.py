"""Real browsers and real servers for the lessons' pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright

from wasmlab.build import build_lesson
from wasmlab.lesson import load_lesson


@pytest.fixture(scope="session", params=["chromium", "firefox"])
def lesson_browser(request: pytest.FixtureRequest, playwright: Playwright) -> Iterator[Browser]:
    """Yield each browser in turn: Playwright's own build where it is installed, else the system's."""
    browser = _launch(playwright, request.param)
    yield browser
    browser.close()


def _launch(playwright: Playwright, name: str) -> Browser:
    kind = getattr(playwright, name)
    more: dict[str, Any] = {}
    if not Path(kind.executable_path).exists():
        names = {"chromium": ["chromium", "google-chrome"], "firefox": ["firefox-esr", "firefox"]}[name]
        found = next(filter(None, map(shutil.which, names)), None)
        if found is None:
            if os.environ.get("WASMLAB_REQUIRE_BROWSERS"):
                pytest.fail(f"{name} is not on this machine")
            pytest.skip(f"{name} is not on this machine")
        more = {"executable_path": found} | ({"channel": "moz-firefox"} if name == "firefox" else {})
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = ["--no-sandbox"] if name == "chromium" and is_root else []
    return kind.launch(args=arguments, timeout=90_000, **more)


@pytest.fixture
def new_page(lesson_browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an empty page; `page.said` collects the console, `page.wrong` errors."""
    contexts = []

    def make(**options: Any) -> Page:
        context = lesson_browser.new_context(
            **{"viewport": {"width": 1280, "height": 720}, "reduced_motion": "reduce", **options}
        )
        contexts.append(context)
        page = context.new_page()
        said: list[str] = []
        wrong: list[str] = []
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.said, page.wrong = said, wrong  # type: ignore[attr-defined]
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def built(lesson_copy: Path) -> Path:
    """Return the folder of a fresh copy of the hand-wired lesson, built."""
    results = build_lesson(load_lesson(lesson_copy))
    assert [result.error for result in results] == [None]
    return lesson_copy


@pytest.fixture
def plain_server() -> Iterator[Callable[[Path], str]]:
    """Return a function that serves a folder with `python -m http.server` and gives its address."""
    running: list[subprocess.Popen[str]] = []

    def start(folder: Path) -> str:
        command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
        server = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        running.append(server)
        assert server.stdout is not None
        line = server.stdout.readline()
        port = re.search(r"port (\d+)", line)
        assert port, line
        return f"http://127.0.0.1:{port[1]}"

    yield start
    for server in running:
        server.kill()
        server.wait()
        if server.stdout:
            server.stdout.close()
