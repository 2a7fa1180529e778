"""The Python lesson's page and a copy of it, in real browsers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from wasmlab.build import build_lesson
from wasmlab.checks.page.serving import serve_folder
from wasmlab.copying import files_under
from wasmlab.errors import FolderTaken
from wasmlab.lesson import load_lesson
from wasmlab.scaffold import new_copy

LESSON = Path(__file__).parents[2] / "pyodide-demo"
LOADING = 60_000
Open = Callable[..., Page]


@pytest.fixture
def open_page(lesson_browser: Browser) -> Iterator[Open]:
    """Return a function that opens a page without a trace of it: that would keep all of Python."""
    contexts = []

    def make(url: str, **options: Any) -> Page:
        context = lesson_browser.new_context(reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(url)
        return page

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the lesson's page, built and served with the headers of isolation."""
    root = tmp_path_factory.mktemp("course") / "pyodide-demo"
    shutil.copytree(LESSON, root, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    assert [result.error for result in build_lesson(load_lesson(root))] == [None] * 3
    with serve_folder(root) as server:
        yield f"{server.address}/"


def ready(page: Page) -> Page:
    expect(page.get_by_role("status")).to_contain_text("is ready", timeout=LOADING)
    return page


@pytest.mark.in_chromium
def test_axe_finds_nothing_before_and_after_a_mistake_light_or_dark(open_page: Open, address: str) -> None:
    page = open_page(address)
    assert violations(page) == {"light": [], "dark": []}
    ready(page).get_by_label("Example").select_option("A mistake")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("status")).to_contain_text("KeyError")
    assert violations(page) == {"light": [], "dark": []}


def violations(page: Page) -> dict[str, list[Any]]:
    """Return what axe finds in each scheme of colours."""
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found[scheme] = Axe().run(page).response["violations"]
    return found


def test_the_keyboard_alone_runs_a_program_and_answers_it(open_page: Open, address: str) -> None:
    page = ready(open_page(address))
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Python code")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("print('Hello', input('Name? '))")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Name?")).to_be_focused()
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Hello Ada")


@pytest.mark.in_chromium
def test_a_projector_shows_all_of_it_and_a_narrow_page_scrolls_down_only(
    open_page: Open, address: str
) -> None:
    page = ready(open_page(address, viewport={"width": 1280, "height": 720}))
    page.get_by_label("Example").select_option("A mistake")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("status")).to_contain_text("KeyError")
    assert page.evaluate("document.documentElement.scrollHeight") <= 720
    expect(page.locator("#output .name")).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_a_program_shows_is_no_part_of_the_page(open_page: Open, address: str) -> None:
    page = ready(open_page(address))
    html = "<img src=x onerror='parent.document.title=1'><script>parent.document.title=2</script>"
    page.get_by_label("Python code").fill(
        f"from IPython.display import display, HTML, SVG\ndisplay(HTML({html!r}))\n"
        'display(SVG(\'<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=3"/>\'))\n'
        f"print({html!r})\n'done'"
    )
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("log")).to_contain_text("done")
    assert page.title() == "Python in a worker"
    assert page.locator("#output script").count() == 0


@pytest.mark.in_chromium
def test_a_page_without_python_says_what_to_do(open_page: Open, tmp_path: Path) -> None:
    shutil.copytree(LESSON, tmp_path / "demo", ignore=shutil.ignore_patterns("dist"))
    with serve_folder(tmp_path / "demo") as server:
        status = open_page(f"{server.address}/").get_by_role("status")
        expect(status).to_contain_text("wasmlab build")


def test_a_page_opened_as_a_file_says_what_to_do(open_page: Open, tmp_path: Path) -> None:
    shutil.copytree(LESSON, tmp_path / "demo", ignore=shutil.ignore_patterns("dist"))
    page = open_page((tmp_path / "demo" / "index.html").as_uri())
    expect(page.get_by_role("status")).to_contain_text(re.compile("through a server|wasmlab serve"))


def test_a_copy_runs_alone_under_the_plainest_server(
    open_page: Open, tmp_path: Path, plain_server: Callable[[Path], str]
) -> None:
    new_copy(LESSON, tmp_path / "mein Kurs" / "demo")
    copied = load_lesson(tmp_path / "mein Kurs" / "demo")
    assert [result.error for result in build_lesson(copied)] == [None] * 3
    page = ready(open_page(plain_server(tmp_path / "mein Kurs" / "demo")))
    expect(page).to_have_title("Demo")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("log")).to_contain_text("45")
    page.get_by_label("Example").select_option("An endless loop, to be stopped")
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("log")).to_contain_text("started anew")


# Copies as files


def test_a_copy_is_the_lesson_itself_under_another_name(tmp_path: Path) -> None:
    new_copy(LESSON, tmp_path / "my-demo")
    here = {entry.path: entry.content for entry in files_under(tmp_path / "my-demo", "")}
    there = {entry.path: entry.content for entry in files_under(LESSON, "")}
    assert set(here) == set(there)
    different = {path for path in here if here[path] != there[path]}
    assert different == {"README.md", "index.html", "lesson.toml"}
    assert load_lesson(tmp_path / "my-demo").title == "My demo"
    text = here["README.md"].decode()
    assert "wasmlab serve my-demo" in text
    assert "wasmlab new pyodide-demo" in text


def test_a_copy_again_restores_what_is_gone_and_keeps_what_was_edited(tmp_path: Path) -> None:
    new_copy(LESSON, tmp_path / "demo")
    (tmp_path / "demo" / "runner" / "host.js").unlink()
    (tmp_path / "demo" / "README.md").write_text("mine", encoding="utf-8")
    laid = new_copy(LESSON, tmp_path / "demo")
    assert (laid.created, laid.updated, laid.kept) == (("runner/host.js",), (), ("README.md",))


def test_a_copy_over_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(FolderTaken):
        new_copy(LESSON, tmp_path / "demo")


def test_every_shipped_lesson_has_its_command(run_cli: Callable[..., Any], tmp_path: Path) -> None:
    done = run_cli("new", "pyodide-demo", str(tmp_path / "Übung 1"))
    assert (done.exit_code, (tmp_path / "Übung 1" / "lesson.toml").is_file()) == (0, True)
    assert "wasmlab serve 'Übung 1'" in done.stdout or 'wasmlab serve "Übung 1"' in done.stdout
