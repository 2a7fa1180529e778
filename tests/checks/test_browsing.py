"""A lesson's page reaches nothing else, finds nothing of the check before it, and spins only so long."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page

from wasmlab.checks.pages import NOT_OPEN, LessonPages
from wasmlab.checks.runs.running import check_built
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


# A page may write once more when it is closed; the check after it must not find that either.
STORE = """
const store = async (value) => {
  localStorage.setItem("kept", value);
  sessionStorage.setItem("kept", value);
  document.cookie = `kept=${value}`;
  window.name = value;
};
const stored = async () => [
  localStorage.length, sessionStorage.length, document.cookie, window.name,
  (await indexedDB.databases()).length, (await caches.keys()).length,
];
addEventListener("pagehide", () => store("at the end"));
Object.assign(globalThis, { stored, fill: async () => {
  await store("in the middle");
  await caches.open("kept");
  await new Promise((done) => { indexedDB.open("kept").onsuccess = done; });
} });
"""


def passed() -> bool:
    """Return that the check has not failed."""
    return False


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
    lesson_pages: LessonPages,
    lesson_with_script: Callable[[str, str], Lesson],
    other_server: tuple[int, list[str]],
    tmp_path: Path,
) -> None:
    port, arrived = other_server
    with lesson_pages.open(name, lesson_with_script(REACH, str(port)), tmp_path, passed) as opened:
        opened.page.get_by_text("tried").wait_for()
    assert arrived == []


@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_a_check_finds_nothing_that_the_one_before_has_stored(
    name: str, lesson_pages: LessonPages, lesson_with_script: Callable[..., Lesson], tmp_path: Path
) -> None:
    lesson = lesson_with_script(STORE)
    nothing = [0, 0, "", "", 0, 0]
    for _check in range(3):
        with lesson_pages.open(name, lesson, tmp_path, passed) as opened:
            assert opened.page.evaluate("stored()") == nothing
            opened.page.evaluate("fill()")
            assert opened.page.evaluate("stored()") != nothing


def test_checks_share_a_page_and_none_hears_what_another_said(
    lesson_pages: LessonPages, lesson_with_script: Callable[..., Lesson], tmp_path: Path
) -> None:
    lesson = lesson_with_script(
        "console.log('opened'); addEventListener('pagehide', () => console.log('left'));"
    )
    seen = []
    for _check in range(2):
        with lesson_pages.open("chromium", lesson, tmp_path, passed) as opened:
            opened.page.evaluate("document.title")
        seen.append(opened)
    assert seen[0].page is seen[1].page
    assert [opened.console for opened in seen] == [["opened"], ["opened"]]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda page: page.context.set_offline(True),
        lambda page: page.expose_function("there", lambda: 1),
        lambda page: page.route("**/*", lambda route: route.abort()),
    ],
)
def test_a_page_to_which_something_was_done_that_stays_is_used_once(
    spoil: Callable[[Page], None],
    lesson_pages: LessonPages,
    lesson_with_script: Callable[..., Lesson],
    tmp_path: Path,
) -> None:
    lesson = lesson_with_script("")
    with lesson_pages.open("chromium", lesson, tmp_path, passed) as opened:
        spoil(opened.page)
    with lesson_pages.open("chromium", lesson, tmp_path, passed) as again:
        assert again.page is not opened.page
        assert again.page.evaluate("[navigator.onLine, typeof there]") == [True, "undefined"]


def test_an_error_names_the_page_as_playwright_does(
    lesson_pages: LessonPages, lesson_with_script: Callable[..., Lesson], tmp_path: Path
) -> None:
    lesson = lesson_with_script("")
    with (
        lesson_pages.open("chromium", lesson, tmp_path, passed) as opened,
        pytest.raises(Error, match=r"^Page\.evaluate: TypeError: Cannot read properties of null"),
    ):
        opened.page.evaluate("null.value")


def test_a_window_that_a_page_opened_ends_with_its_check(
    lesson_pages: LessonPages, lesson_with_script: Callable[..., Lesson], tmp_path: Path
) -> None:
    lesson = lesson_with_script("")
    with lesson_pages.open("chromium", lesson, tmp_path, passed) as opened:
        opened.page.evaluate("new Promise((done) => { window.open('/').onload = done; })")
    with lesson_pages.open("chromium", lesson, tmp_path, passed) as again:
        assert again.page.context.pages == [again.page]


def test_what_a_page_stores_stays_when_it_is_loaded_again_in_one_check(
    lesson_pages: LessonPages, lesson_with_script: Callable[..., Lesson], tmp_path: Path
) -> None:
    with lesson_pages.open("chromium", lesson_with_script(STORE), tmp_path, passed) as opened:
        opened.page.evaluate("fill()")
        opened.page.reload()
        assert opened.page.evaluate("localStorage.getItem('kept')") == "at the end"


def test_after_a_failed_check_its_trace_is_kept_and_the_next_has_a_context_of_its_own(
    lesson_pages: LessonPages, lesson_with_script: Callable[..., Lesson], tmp_path: Path
) -> None:
    lesson = lesson_with_script("")
    with lesson_pages.open("chromium", lesson, tmp_path / "kept", lambda: True, traced=True) as opened:
        first = opened.page.context
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == ["page.png", "trace.zip"]
    with lesson_pages.open("chromium", lesson, tmp_path, passed) as opened:
        assert opened.page.context is not first


def test_a_page_whose_files_have_changed_shows_the_new_ones(
    lesson_pages: LessonPages, lesson_with_script: Callable[..., Lesson], tmp_path: Path
) -> None:
    """Within one run of checks a browser asks for each file once."""
    for said in ("first", "second"):
        lesson = lesson_with_script(f"document.body.textContent = '{said}';")
        lesson_pages.warm(lesson)
        for _check in range(2):
            with lesson_pages.open("chromium", lesson, tmp_path, passed) as opened:
                opened.page.get_by_text(said).wait_for()


def test_a_page_that_spins_is_ended_and_the_next_one_opens(
    lesson_pages: LessonPages,
    lesson_with_script: Callable[..., Lesson],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lesson_pages, "page_seconds", 2.0)
    spinning = lesson_with_script("setTimeout(() => { for (;;); }, 100)")
    with (
        pytest.raises(Error, match="closed"),
        lesson_pages.open("chromium", spinning, tmp_path, passed) as opened,
    ):
        opened.page.evaluate("new Promise((done) => setTimeout(done, 5000))")
    monkeypatch.undo()
    with lesson_pages.open("chromium", lesson_with_script(""), tmp_path, passed) as opened:
        assert opened.page.title() == "page"


def test_a_page_that_does_not_open_fails_its_check_and_no_other(
    lesson_pages: LessonPages,
    lesson_with_script: Callable[..., Lesson],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is the page that does not do what it should: nothing of ours is broken."""
    lesson = lesson_with_script("for (;;);")
    (lesson.root / "checks").mkdir()
    text = "def test_page(lesson_page):\n    assert lesson_page\n\n"
    text += "def test_other(lesson):\n    assert lesson.page\n"
    (lesson.root / "checks" / "test_page.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(lesson_pages, "step_seconds", 1.0)
    verdicts = check_built(lesson, lesson.root / "checks", ["chromium"], lambda _verdict: None, lesson_pages)
    assert [(each.verdict, each.message) for each in verdicts] == [("failed", NOT_OPEN), ("passed", "")]
    assert verdicts[0].try_this == "look for a loop that does not end before the page is there"
