"""The playground in real browsers: one page each, opened once, since Python must be loaded in it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from wasmlab.build import build_lesson
from wasmlab.checks.page.serving import serve_folder
from wasmlab.lesson import load_lesson

LESSON = Path(__file__).parents[2] / "pyodide-demo"
PATIENCE = 30_000


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a built copy of the lesson."""
    root = tmp_path_factory.mktemp("course") / "pyodide-demo"
    shutil.copytree(LESSON, root, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    assert [result.error for result in build_lesson(load_lesson(root))] == [None] * 3
    return root


@pytest.fixture(scope="module")
def address(lesson: Path) -> Iterator[str]:
    """Return the playground's address, served with the headers of isolation."""
    with serve_folder(lesson) as server:
        yield f"{server.address}/playground.html"


@pytest.fixture(scope="module")
def opened(lesson_browser: Browser, address: str) -> Iterator[Page]:
    context = lesson_browser.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


@pytest.fixture
def play(opened: Page) -> Page:
    """Return the page with Python chosen and ready; its storage is what earlier tests have left."""
    if opened.locator("body").get_attribute("data-state") == "running":  # what a failed test has left
        opened.get_by_role("button", name="Stop").click()
    expect(opened.locator("body")).to_have_attribute("data-state", "ready", timeout=PATIENCE)
    choose(opened, "python")
    return opened


def status(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.locator("#status")).to_contain_text(text, timeout=PATIENCE)


def choose(page: Page, language: str) -> None:
    if page.get_by_label("Language", exact=True).input_value() != language:
        page.get_by_label("Language", exact=True).select_option(language)
        status(page, re.compile("is ready|shows the page"))


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Program", exact=True)


def write(page: Page, code: str) -> None:
    editor(page).focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")  # Firefox would leave an empty line where all is replaced
    page.keyboard.insert_text(code)


def run(page: Page, code: str, ends: str = "Done") -> Locator:
    """Write a program, run it to its end, and return the output."""
    page.get_by_role("button", name="Clear").click()
    tab(page, "Output")
    write(page, code)
    page.get_by_role("button", name="Run", exact=True).click()
    status(page, ends)
    return page.get_by_role("log")


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def enter(page: Page, *lines: str) -> None:
    for line in lines:
        page.locator("#line").press_sequentially(line)
        page.keyboard.press("Enter")


CATCH = """() => {
  window.given = new Promise(resolve => document.addEventListener('click', (event) => {
    if (!event.target.download) return;
    event.preventDefault();
    fetch(event.target.href).then(file => file.text()).then(text => resolve([event.target.download, text]));
  }));
}"""


def handed_over(page: Page, button: str) -> tuple[str, str]:
    """Press a button and return the name and the text of the file that the page hands to the browser.

    Firefox's driver tells of no download, so the page's own link is asked.
    """
    page.evaluate(CATCH)
    page.get_by_role("button", name=button).click()
    name, text = page.evaluate("() => window.given")
    return str(name), str(text)


# Running


def test_results_stand_in_the_output_and_at_their_lines(play: Page) -> None:
    output = run(play, "print('a')\nx = 6\nx * 7")
    expect(output).to_contain_text("42")
    expect(output.locator("time").first).to_have_text(re.compile(r"\d\d:\d\d:\d\d\.\d{3}"))
    lines = play.locator(".cm-line").filter(has=play.locator(".cm-inline"))
    expect(lines).to_have_text(["print('a')a", "x * 7→ 42"])


@pytest.mark.in_chromium
def test_a_mistake_is_marked_at_its_line_and_explained(play: Page) -> None:
    output = run(play, "total = 1\nprint(totl)", "Ended by NameError")
    expect(output).to_contain_text("total")
    expect(play.locator(".cm-lintRange-error")).to_have_text("totl")


def test_the_keyboard_alone_runs_stops_and_leaves_the_editor(play: Page) -> None:
    play.get_by_label("Time limit").select_option("10 min")  # or a busy machine presses Stop too late
    write(play, "while True: pass")
    play.keyboard.press("ControlOrMeta+Enter")
    status(play, "Running")
    play.keyboard.press("Escape")
    expect(play.get_by_role("button", name="Stop")).to_be_focused()
    play.keyboard.press("Enter")
    status(play, "KeyboardInterrupt")
    write(play, "a = 1\nb = 2")
    play.keyboard.press("ControlOrMeta+Home")
    play.keyboard.press("Shift+End")
    play.keyboard.press("Shift+Enter")
    status(play, "Done")
    expect(play.get_by_role("log")).to_contain_text("Lines 1 to 1")


@pytest.mark.in_chromium
def test_completion_knows_the_names_of_the_program(play: Page) -> None:
    run(play, "prices_of_tea = {}\nimport math")
    write(play, "")
    editor(play).press_sequentially("prices_of", delay=30)
    expect(play.locator(".cm-tooltip-autocomplete")).to_contain_text("prices_of_tea")
    play.keyboard.press("Escape")
    play.locator("#line").fill("math.sq")
    play.keyboard.press("Tab")
    expect(play.locator("#line")).to_have_value("math.sqrt")
    play.locator("#line").fill("")


@pytest.mark.in_chromium
def test_the_console_takes_blocks_and_remembers_them(play: Page) -> None:
    play.get_by_role("button", name="Clear").click()
    enter(play, "for n in range(2):", "    print('n', n)", "")
    output = play.get_by_role("log")
    expect(output).to_contain_text("n 1")
    enter(play, "1 + 1")
    expect(output.locator(".value pre")).to_have_text("2")
    play.locator("#line").press("ArrowUp")
    expect(play.locator("#line")).to_have_value("1 + 1")
    play.locator("#line").press("ArrowUp")
    expect(play.locator("#line")).to_have_value("for n in range(2):\n    print('n', n)")
    play.locator("#line").fill("")


def test_input_is_asked_and_answered(play: Page) -> None:
    tab(play, "Output")
    write(play, "print('Hello', input('Name? '))")
    play.get_by_role("button", name="Run", exact=True).click()
    play.get_by_label("Name?").fill("Ada")
    play.keyboard.press("Enter")
    expect(play.get_by_role("log")).to_contain_text("Hello Ada")
    status(play, "Done")


# Panels


@pytest.mark.in_chromium
def test_variables_and_watched_expressions_follow_the_program(play: Page) -> None:
    run(play, "n = 1")
    tab(play, "Variables")
    play.get_by_label("Watch an expression").fill("n * 10")
    play.keyboard.press("Enter")
    row = play.get_by_role("row", name=re.compile(r"^n \* 10"))
    expect(row).to_contain_text("10")
    write(play, "n += 1")
    play.get_by_role("button", name="Run", exact=True).click()
    expect(row).to_contain_text("20 (changed)")
    play.get_by_role("button", name="Watch n * 10 no longer").click()


@pytest.mark.in_chromium
def test_steps_show_line_frames_and_output(play: Page) -> None:
    write(play, "def double(x):\n    return x * 2\nprint(double(4))")
    play.get_by_role("button", name="Step", exact=True).click()
    slider = play.get_by_role("slider")
    expect(slider).to_be_visible()
    slider.focus()
    for _ in range(20):
        if "double()" in play.locator("#frames").inner_text():
            break
        play.keyboard.press("ArrowRight")
    expect(play.locator("#frames")).to_contain_text("x")
    expect(play.locator(".cm-step")).to_have_text(re.compile("double|return"))
    play.keyboard.press("End")
    expect(play.locator("#step-output")).to_have_text("8")


@pytest.mark.in_chromium
def test_files_come_from_the_lesson_the_person_and_the_program(play: Page) -> None:
    tab(play, "Files")
    upload = {"name": "own.txt", "mimeType": "text/plain", "buffer": b"mine"}
    play.get_by_label("Upload").set_input_files(upload)  # type: ignore[arg-type]
    expect(play.locator("#files")).to_contain_text("own.txt")
    output = run(
        play,
        "print(open('own.txt').read(), len(open('planets.csv').readlines()))\n"
        "open('made.txt', 'w').write('x')",
    )
    expect(output).to_contain_text("mine 9")
    tab(play, "Files")
    expect(play.locator("#files")).to_contain_text("made.txt")
    assert handed_over(play, "Download own.txt") == ("own.txt", "mine")
    play.get_by_label("Language").select_option("JavaScript")
    output = run(play, "require('fs').readFileSync('made.txt', 'utf8') + '!'")
    expect(output).to_contain_text("'x!'")


@pytest.mark.in_chromium
def test_exports_can_be_opened_again(play: Page, tmp_path: Path) -> None:
    run(play, "print('saved')\n1 + 1")
    tab(play, "Share")
    notebook = json.loads(handed_over(play, "Notebook")[1])
    assert notebook["cells"][0]["outputs"][0] == {
        "output_type": "stream",
        "name": "stdout",
        "text": "saved\n",
    }
    assert handed_over(play, "Markdown")[1].startswith("```python\nprint('saved')\n1 + 1\n```")
    (tmp_path / "other.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    write(play, "")
    tab(play, "Files")
    play.get_by_label("Open .ipynb").set_input_files(tmp_path / "other.ipynb")
    status(play, "other.ipynb is open")
    expect(editor(play)).to_contain_text("print('saved')")


def test_all_is_there_after_a_reload_and_a_link_carries_the_program(play: Page) -> None:
    run(play, "open('kept.txt', 'w').write('kept')\nprint('a needle')")
    run(play, "print('before the reload')")
    play.reload()
    status(play, "is ready")
    expect(editor(play)).to_contain_text("before the reload")
    tab(play, "History")
    play.get_by_label("Search runs").fill("NEEDLE")
    expect(play.locator("#history > li")).to_have_count(1)
    play.get_by_role("button", name="Restore").click()
    expect(editor(play)).to_contain_text("a needle")
    expect(run(play, "print(open('kept.txt').read())")).to_contain_text("kept")
    tab(play, "Share")
    play.get_by_role("button", name="Copy a link").click()
    expect(play.locator("#link")).to_have_value(re.compile("#python"))
    other = play.context.new_page()
    other.goto(play.locator("#link").input_value())
    expect(editor(other)).to_contain_text("print(open('kept.txt').read())")
    other.close()


# Other languages


def test_sql_is_tables_and_a_database_that_stays(play: Page) -> None:
    choose(play, "sql")
    output = run(play, "create table t(a, b);\ninsert into t values (1, 'x'), (2, null);\nselect * from t;")
    expect(output.get_by_role("row")).to_have_text(["ab", "1x", "2NULL"])
    expect(output).to_contain_text("2 rows changed")
    run(play, "select 1;\nselect nope from t;", "Ended by")
    expect(play.locator(".cm-lintRange-error")).to_contain_text("nope")
    play.reload()
    status(play, "is ready")
    expect(run(play, "select count(*) as many from t")).to_contain_text("2")
    play.get_by_role("button", name="Reset").click()
    status(play, "empty")


@pytest.mark.in_chromium
def test_typescript_runs_and_a_page_is_shown(play: Page) -> None:
    choose(play, "typescript")
    output = run(play, "interface P { x: number }\nconst p: P = { x: 41 }\nconsole.log(p)\np.x + 1")
    expect(output).to_contain_text("{ x: 41 }")
    expect(output).to_contain_text("42")
    choose(play, "html")
    output = run(
        play,
        "<h1>Own page</h1><script>console.log('from the page', typeof parent.document)</script>",
        "shown",
    )
    expect(play.frame_locator("#preview iframe").get_by_role("heading")).to_have_text("Own page")
    expect(output).to_contain_text(re.compile("from the page|denied|cross-origin|Permission"))


# For everybody


@pytest.mark.in_chromium
def test_axe_finds_nothing_in_any_panel_light_or_dark(play: Page) -> None:
    run(play, "x = [1]\nprint(x)\nx.nope", "Ended by AttributeError")
    panels = ("Output", "Variables", "Steps", "Files", "History", "Share")
    for scheme, names in (("dark", ("Variables", "Output")), ("light", panels)):
        play.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for name in names:
            tab(play, name)
            found = Axe().run(play).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"]) for v in found] == [], (scheme, name)


@pytest.mark.in_chromium
def test_a_narrow_page_scrolls_down_only(play: Page) -> None:
    play.set_viewport_size({"width": 390, "height": 844})
    run(play, "print('x' * 300)")
    assert play.evaluate("document.documentElement.scrollWidth") <= 390
    play.set_viewport_size({"width": 1280, "height": 720})


@pytest.mark.in_chromium
def test_it_runs_under_the_plainest_server(
    lesson_browser: Browser, lesson: Path, plain_server: Callable[[Path], str]
) -> None:
    context = lesson_browser.new_context()
    page = context.new_page()
    page.goto(f"{plain_server(lesson)}/playground.html")
    status(page, "is ready")
    expect(run(page, "print(6 * 7)")).to_contain_text("42")
    context.close()
