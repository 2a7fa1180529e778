"""A page that lasts from one submission to the next brings nothing of the one along."""

from __future__ import annotations

from pathlib import Path

import pytest

from wasmlab.checks.pages import LessonPages
from wasmlab.lesson import Lesson, load_lesson

# Whatever a document can leave behind; `left` says what it finds, `leave` leaves all of it.
SCRIPT = """
const worker = () => new Promise((done) => {
  const shared = new SharedWorker("counts.js");
  shared.port.onmessage = ({ data }) => done(data);
  shared.port.postMessage("count");
});
const heard = [];
const channel = new BroadcastChannel("room");
channel.onmessage = ({ data }) => heard.push(data);
const entries = async () => (await Array.fromAsync((await navigator.storage.getDirectory()).keys())).length;
const made = async () => (await (await fetch("dist/made.txt")).text());
const write = (value) => {
  localStorage.setItem("kept", value);
  sessionStorage.setItem("kept", value);
  document.cookie = `kept=${value}; max-age=1000`;
  document.cookie = `elsewhere=${value}; path=/dist; max-age=1000`;
  window.name = value;
};
Object.assign(globalThis, {
  left: async () => ({
    stored: [localStorage.length, sessionStorage.length, document.cookie, window.name],
    cookies: (await cookieStore.getAll()).length,
    databases: (await indexedDB.databases()).length,
    caches: (await caches.keys()).length,
    files: await entries(),
    state: history.state,
    hash: location.hash,
    referrer: document.referrer,
    marked: ["mark" in globalThis, "mark" in Array.prototype, Array.prototype.map.name, document.title],
    shared: await worker(),
    heard,
    resources: performance.getEntriesByType("resource").filter(({ name }) => name.includes("/.")).length,
    made: await made(),
  }),
  leave: async () => {
    write("in the middle");
    await caches.open("kept");
    await new Promise((done) => { indexedDB.open("kept").onsuccess = done; });
    await (await navigator.storage.getDirectory()).getFileHandle("kept", { create: true });
    await worker();
    history.replaceState({ kept: 1 }, "", "#kept");
    globalThis.mark = Array.prototype.mark = 1;
    Array.prototype.map = function changed() { return ["changed"]; };
    document.title = "left";
    setInterval(() => channel.postMessage("still here"), 1);
  },
});
globalThis.mouse = new Promise((done) => {
  addEventListener("mouseover", (event) => done([event.clientX, event.clientY]), { once: true });
  const after = (frames) => requestAnimationFrame(() => (frames ? after(frames - 1) : done([0, 0])));
  after(30);
});
addEventListener("pagehide", () => { write("at the end"); console.log("gone"); });
console.log("opened");
"""
COUNTS = """
let count = 0;
onconnect = ({ ports: [port] }) => { port.onmessage = () => port.postMessage(++count); };
"""
FRESH = {
    "stored": [0, 0, "", ""],
    "cookies": 0,
    "databases": 0,
    "caches": 0,
    "files": 0,
    "state": None,
    "hash": "",
    "referrer": "",
    "marked": [False, False, "map", "page"],
    "shared": 1,
    "heard": [],
    "resources": 0,
}
FILES = {
    "lesson.toml": 'format = 1\ntitle = "Page"\norder = 1\npage = "index.html"\n',
    "index.html": "<!doctype html><title>page</title><link rel=icon href=data:>"
    "<body style=height:100vh><script type=module src=page.js></script>",
    "page.js": SCRIPT,
    "counts.js": COUNTS,
}


def passed() -> bool:
    """Return that the check has not failed."""
    return False


@pytest.fixture
def staying(tmp_path: Path) -> Path:
    """Return the folder with the teacher's files."""
    return _written(tmp_path / "staying")


@pytest.fixture
def lasting(tmp_path: Path, staying: Path, lesson_pages: LessonPages) -> Lesson:
    """Return a lesson whose page lasts."""
    lesson = load_lesson(_written(tmp_path / "lesson"))
    (lesson.root / "dist").mkdir()
    lesson_pages.end_submission()  # a browser in which another test has lost a page goes now
    lesson_pages.share(lesson, staying)
    return lesson


def _written(folder: Path) -> Path:
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_nothing_of_a_submission_reaches_the_next(
    lasting: Lesson, lesson_pages: LessonPages, tmp_path: Path
) -> None:
    contexts = []
    for made in ("first", "second", "third"):
        (lasting.root / "dist" / "made.txt").write_text(made, encoding="utf-8")
        lesson_pages.warm(lasting)
        for _check in range(2):
            with lesson_pages.open("chromium", lasting, tmp_path, passed) as opened:
                assert opened.page.evaluate("left()") == {**FRESH, "made": made}
                opened.page.evaluate("leave()")
            contexts.append(opened.page.context)
            assert (opened.console, opened.errors) == (["opened"], [])
        lesson_pages.end_submission()
    assert all(context is contexts[0] for context in contexts)


def test_a_page_is_given_the_teachers_file_where_a_submission_has_changed_it(
    lasting: Lesson, lesson_pages: LessonPages, tmp_path: Path
) -> None:
    (lasting.root / "page.js").write_text("document.title = 'changed'", encoding="utf-8")
    with lesson_pages.open("chromium", lasting, tmp_path, passed) as opened:
        assert opened.page.evaluate("document.title") == "page"


@pytest.mark.parametrize("ending", ["a check fails", "a window stays open"])
def test_a_page_does_not_last_when(
    ending: str, lasting: Lesson, lesson_pages: LessonPages, tmp_path: Path
) -> None:
    with lesson_pages.open("chromium", lasting, tmp_path, lambda: ending == "a check fails") as first:
        if ending == "a window stays open":
            first.page.evaluate("new Promise((done) => { window.open('/').onload = done; })")
    lesson_pages.end_submission()
    with lesson_pages.open("chromium", lasting, tmp_path, passed) as second:
        assert second.page.context is not first.page.context


def test_a_page_that_spins_after_its_checks_is_none_for_the_next_submission(
    lasting: Lesson, lesson_pages: LessonPages, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lesson_pages, "page_seconds", 2.0)
    with lesson_pages.open("chromium", lasting, tmp_path, passed) as opened:
        opened.page.evaluate("void setTimeout(() => { for (;;); }, 0)")
    lesson_pages.end_submission()
    monkeypatch.undo()
    lesson_pages.warm(lasting)
    with lesson_pages.open("chromium", lasting, tmp_path, passed) as opened:
        assert opened.page.title() == "page"


def test_the_mouse_is_not_where_the_check_before_has_left_it(
    lasting: Lesson, lesson_pages: LessonPages, tmp_path: Path
) -> None:
    """A browser may tell a new document where the mouse is, within a few frames."""
    with lesson_pages.open("chromium", lasting, tmp_path, passed) as opened:
        opened.page.locator("html").hover(position={"x": 5, "y": 5})
    with lesson_pages.open("chromium", lasting, tmp_path, passed) as opened:
        assert opened.page.evaluate("mouse") == [0, 0]


@pytest.mark.parametrize(("name", "is_shared"), [("chromium", False), ("firefox", True)])
def test_pages_that_are_handed_in_do_not_last_and_none_in_firefox(
    name: str, is_shared: bool, staying: Path, tmp_path: Path, lesson_pages: LessonPages
) -> None:
    lesson = load_lesson(_written(tmp_path / "lesson"))
    if is_shared:
        lesson_pages.share(lesson, staying)
    contexts = []
    for _submission in range(2):
        with lesson_pages.open(name, lesson, tmp_path, passed) as opened:
            contexts.append(opened.page.context)
        lesson_pages.end_submission()
    assert contexts[0] is not contexts[1]


@pytest.mark.parametrize(
    ("name", "wary", "ends"), [("firefox", True, True), ("firefox", False, False), ("chromium", True, False)]
)
def test_firefox_ends_with_a_page_that_may_have_left_a_window(
    name: str,
    wary: bool,
    ends: bool,
    tmp_path: Path,
    lesson_pages: LessonPages,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that is opened as its page goes outlives the context, and would go on beside the next."""
    monkeypatch.setattr(lesson_pages, "is_wary", wary)
    with lesson_pages.open(name, load_lesson(_written(tmp_path / "lesson")), tmp_path, passed):
        running = lesson_pages.browsers.running(name)
    lesson_pages.end_submission()
    assert running.alive is not ends


@pytest.mark.parametrize("wary", [True, False])
def test_a_wary_page_forgets_by_a_page_of_ours(
    wary: bool, tmp_path: Path, lesson_pages: LessonPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lesson_pages, "is_wary", wary)
    lesson = load_lesson(_written(tmp_path / "lesson"))
    (lesson.root / "dist").mkdir()
    seen = []
    for _check in range(2):
        with lesson_pages.open("chromium", lesson, tmp_path, passed) as opened:
            seen.append(opened.page.evaluate("(async () => (await left()).stored)()"))
            opened.page.evaluate("leave()")
    assert seen == [[0, 0, "", ""]] * 2
