"""The command line's own cost: `--help`, a build with nothing to do, a cold build, a check.

python tests/benchmarks/bench_cli.py [RUNS]
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from measure import Row, command, in_turn, print_rows

from wasmlab.build import Options, build_lesson, plan_target
from wasmlab.lesson import load_lesson

REPOSITORY = Path(__file__).parents[2]
BARE_APP = """
import typer
app = typer.Typer(add_completion=False, rich_markup_mode=None)

@app.command()
def hello(name: str = "you") -> None:
    print(f"hello {name}")

app()
"""
BARE_BROWSER = """
from playwright.sync_api import sync_playwright
from wasmlab.engines.browser.starting import launch
with sync_playwright() as playwright:
    browser = launch(playwright, "chromium")
    browser.browser.new_page().goto("about:blank")
    browser.close()
"""
# The least that a check of the page can be: open it, press Run, see the result, end.
BARE_PAGE = """
from pathlib import Path
from playwright.sync_api import expect, sync_playwright
from wasmlab.checks.page.serving import serve_folder
from wasmlab.engines.browser.starting import launch
with sync_playwright() as playwright, serve_folder(Path("minimal-demo")) as server:
    browser = launch(playwright, "chromium")
    page = browser.browser.new_page()
    page.goto(f"{server.address}/index.html")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("Result: 12")).to_be_visible()
    browser.close()
"""


def main() -> None:
    """Measure everything once and print one table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder)
        shutil.copytree(
            REPOSITORY / "minimal-demo",
            course / "minimal-demo",
            ignore=shutil.ignore_patterns("dist", "__pycache__"),
        )
        print_rows(
            "Command line (whole processes unless said)", [*_start(course, runs), *_builds(course, runs)]
        )


def _start(course: Path, runs: int) -> list[Row]:
    app = course / "bare_app.py"
    app.write_text(BARE_APP, encoding="utf-8")
    wasmlab = [sys.executable, "-m", "wasmlab"]
    command([*wasmlab, "build", "minimal-demo"], course)()
    browser = course / "bare_browser.py"
    browser.write_text(BARE_BROWSER, encoding="utf-8")
    page = course / "bare_page.py"
    page.write_text(BARE_PAGE, encoding="utf-8")
    bare_help, bare, help_, nothing, check, bare_browser, bare_page, page_check = in_turn(
        runs,
        command([sys.executable, str(app), "--help"], course),
        command([sys.executable, str(app), "--name", "peer"], course),
        command([*wasmlab, "--help"], course),
        command([*wasmlab, "build", "minimal-demo"], course),
        command([*wasmlab, "check", "minimal-demo", "--engine", "wasmtime"], course),
        command([sys.executable, str(browser)], course),
        command([sys.executable, str(page)], course),
        command([*wasmlab, "check", "minimal-demo", "--engine", "chromium"], course),
    )
    return [
        Row("wasmlab --help", help_, "a bare one-command Typer app's --help", bare_help, "at most 1.5"),
        Row("wasmlab build, nothing to do", nothing, "that app running its command", bare, "at most 2.2"),
        Row("wasmlab check, wasmtime only", check, "two seconds", [2000.0], "under 1.0"),
        Row("wasmlab check, Chromium", page_check, "starting Chromium alone", bare_browser, "+ 1000 ms"),
        Row("wasmlab check, Chromium", page_check, "Playwright alone: start, Run, result", bare_page, "-"),
    ]


def _builds(course: Path, runs: int) -> list[Row]:
    """Compare the work of a cold build with its compiler's two commands alone, both in a warm Python."""
    lesson = load_lesson(course / "minimal-demo")
    _tool, plan = plan_target(lesson, lesson.targets[0], Options())
    steps = [command(step.command.argv, lesson.root) for step in plan.steps]

    def cold() -> float:
        shutil.rmtree(lesson.root / "dist", ignore_errors=True)
        start = time.perf_counter()
        results = build_lesson(lesson)
        took = (time.perf_counter() - start) * 1000
        if any(result.error for result in results):
            sys.exit(f"the build failed: {results}")
        return took

    def bare() -> None:
        for step in steps:
            step()

    ours, peer = in_turn(runs, cold, bare)
    return [
        Row("cold build of the lesson (in process)", ours, "the bare compiler commands", peer, "at most 1.5")
    ]


if __name__ == "__main__":
    main()
