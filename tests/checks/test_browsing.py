"""A lesson's page reaches nothing but its lesson, and a page that spins costs only its time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Error

from wasmlab.checks import browsing
from wasmlab.checks.browsing import Browsers, open_lesson
from wasmlab.lesson import Lesson, load_lesson

REACH = """
const there = `127.0.0.1:${document.title}`;
await Promise.allSettled([
  fetch(`http://${there}/fetch`, { mode: "no-cors" }),
  new Promise((done) => {
    const socket = new WebSocket(`ws://${there}/socket`);
    socket.onopen = socket.onerror = done;
    setTimeout(done, 500);
  }),
  new Promise((done) => {
    const image = new Image();
    image.onload = image.onerror = done;
    image.src = `http://${there}/image`;
  }),
]);
document.body.textContent = "tried";
"""


@pytest.fixture
def other_server() -> Iterator[tuple[int, list[str]]]:
    """Run a second server and note what arrives there."""
    arrived: list[str] = []

    class Note(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            arrived.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Note) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], arrived
        server.shutdown()


@pytest.fixture
def lesson_with_script(tmp_path: Path) -> Callable[[str, str], Lesson]:
    """Return a function that makes a lesson whose page runs a script."""

    def make(script: str, title: str = "page") -> Lesson:
        (tmp_path / "lesson.toml").write_text(
            'format = 1\ntitle = "Page"\norder = 1\npage = "index.html"\n', encoding="utf-8"
        )
        (tmp_path / "index.html").write_text(
            f"<!doctype html><title>{title}</title><body><script type=module src=page.js></script>",
            encoding="utf-8",
        )
        (tmp_path / "page.js").write_text(script, encoding="utf-8")
        return load_lesson(tmp_path)

    return make


@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_a_page_reaches_no_other_server(
    name: str,
    browsers: Browsers,
    lesson_with_script: Callable[[str, str], Lesson],
    other_server: tuple[int, list[str]],
    tmp_path: Path,
) -> None:
    port, arrived = other_server
    with open_lesson(browsers, name, lesson_with_script(REACH, str(port)), tmp_path, lambda: False) as opened:
        opened.page.get_by_text("tried").wait_for()
    assert arrived == []


def test_a_page_that_spins_is_ended_and_the_next_one_opens(
    browsers: Browsers,
    lesson_with_script: Callable[..., Lesson],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(browsing, "PAGE_SECONDS", 2.0)
    spinning = lesson_with_script("setTimeout(() => { for (;;); }, 100)")
    with (
        pytest.raises(Error, match="closed"),
        open_lesson(browsers, "chromium", spinning, tmp_path, lambda: False) as opened,
    ):
        opened.page.evaluate("new Promise((done) => setTimeout(done, 5000))")
    monkeypatch.undo()
    with open_lesson(browsers, "chromium", lesson_with_script(""), tmp_path, lambda: False) as opened:
        assert opened.page.title() == "page"
