"""Fixtures that every room's tests share: a copy of the lesson, the command line, real browsers."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from wasmlab.checks.page.browsers import close_context
from wasmlab.checks.plugin import has_failed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from wasmlab.checks.page.browsers import Browsers

REPOSITORY = Path(__file__).parents[1]
ENGINES = REPOSITORY / "tests" / "engines"


_IN_A_BROWSER = {"browsers", "playwright", "engine_sessions"}


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Let the tests in browsers come last.

    They are the slow ones, and once Playwright is started its event loop stays with this thread,
    where a test could start none of its own. Where files run side by side, the two halves of one
    file are dealt out apart for the same reason; a lesson's checks stay together, since they build it,
    and the engines' tests too, since each process that has some starts every engine twice.
    """
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    yield
    if getattr(config.option, "loadgroup", False) and not all("@" in item.nodeid for item in items):
        raise pytest.UsageError("this pytest-xdist cannot group the tests of this pytest: see pyproject.toml")
    items.sort(key=lambda item: (_is_in_a_browser(item), not _is_a_check(item)))


def _group(item: pytest.Item) -> str:
    if _is_a_check(item) or item.path.parent == ENGINES:
        return str(item.path.parent.relative_to(REPOSITORY))
    half = "in browsers" if _is_in_a_browser(item) else "alone"
    return f"{item.path.relative_to(REPOSITORY)} {half}"


def _is_a_check(item: pytest.Item) -> bool:
    return item.path.parent.name == "checks" and "tests" not in item.path.relative_to(REPOSITORY).parts


def _is_in_a_browser(item: pytest.Item) -> bool:
    return _is_a_check(item) or bool(_IN_A_BROWSER & set(getattr(item, "fixturenames", ())))


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Name the test that leaves Playwright's loop running: those after it would only suffer from it."""
    if not _is_in_a_browser(item) and _a_loop_runs() and _LOOP_LEFT not in item.session.stash:
        item.session.stash[_LOOP_LEFT] = True
        pytest.fail("A test that is not in _IN_A_BROWSER left an event loop running in this thread.")


_LOOP_LEFT = pytest.StashKey[bool]()


def _a_loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def pytest_configure(config: pytest.Config) -> None:
    """Let Ctrl-C reach the programs under test where a shell's background job would ignore it."""
    config.addinivalue_line("markers", "in_chromium: every browser shows it alike, so one is looked at")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


_STATUS = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep the exit status for the hook below."""
    session.config.stash[_STATUS] = int(exitstatus)


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """End with pytest's own status and without the interpreter's last rites.

    After hundreds of engines in one process it takes native objects apart in no order, and has
    ended in a segmentation fault after the last line was printed.
    """
    if _STATUS in config.stash:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash[_STATUS])


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test out of the user's cache and away from the user's settings."""
    monkeypatch.setenv("WASMLAB_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
    for name in ("WASMLAB_COURSE", "WASMLAB_ENGINE", "WASMLAB_CLANG", "WASMLAB_JSON", "WASMLAB_RELEASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def course_copy(tmp_path: Path) -> Path:
    """Return a course folder that holds a fresh copy of the hand-wired lesson."""
    root = tmp_path / "course"
    shutil.copytree(
        REPOSITORY / "minimal-demo",
        root / "minimal-demo",
        ignore=shutil.ignore_patterns("dist", "__pycache__"),
    )
    return root


@pytest.fixture
def lesson_copy(course_copy: Path) -> Path:
    """Return the folder of a fresh copy of the hand-wired lesson."""
    return course_copy / "minimal-demo"


@pytest.fixture
def run_cli(course_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return a function that runs `wasmlab ARGS` in the course: `.exit_code`, `.stdout`, `.stderr`."""
    from wasmlab.cli import app

    monkeypatch.chdir(course_copy)

    def run(*args: str) -> Any:
        return CliRunner().invoke(app, [*args], catch_exceptions=False)

    return run


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what asks for `lesson_browser` in each, or where every browser shows it alike in Chromium alone."""
    if "lesson_browser" in metafunc.fixturenames:
        alike = metafunc.definition.get_closest_marker("in_chromium")
        names = ["chromium"] if alike else ["chromium", "firefox"]
        metafunc.parametrize("lesson_browser", names, indirect=True, scope="session")


@pytest.fixture(scope="session")
def lesson_browser(request: pytest.FixtureRequest, browsers: Browsers) -> Browser:
    """Return each browser in turn; see `pytest_generate_tests`."""
    return browsers.get(request.param)


@pytest.fixture
def new_page(lesson_browser: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Return a function that opens an empty page; `page.said` collects the console, `page.wrong` errors.

    A failed test leaves a picture of each of its pages in `test-results/`; with `--tracing=on` the trace
    too, which takes a browser as long again.
    """
    contexts = []
    traced = request.config.getoption("--tracing") != "off"

    def make(**options: Any) -> Page:
        context = lesson_browser.new_context(
            **{"viewport": {"width": 1280, "height": 720}, "reduced_motion": "reduce", **options}
        )
        if traced:
            context.tracing.start(screenshots=True, snapshots=True)
        contexts.append(context)
        page = context.new_page()
        said: list[str] = []
        wrong: list[str] = []
        page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.said, page.wrong = said, wrong  # type: ignore[attr-defined]
        return page

    yield make
    results = REPOSITORY / "test-results" / re.sub(r"[^\w-]+", "-", request.node.name)
    for number, context in enumerate(contexts):
        close_context(context, results / str(number) if has_failed(request.node) else None, traced=traced)


@pytest.fixture
def axe_finds_nothing() -> Callable[..., None]:
    """Return a function that has axe look at a page in light and in dark; `settled` waits for the change."""
    from axe_playwright_python.sync_playwright import Axe

    def look(page: Page, settled: Callable[[str], None] = lambda _scheme: None) -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            settled(scheme)
            results = Axe().run(page)
            assert results.violations_count == 0, f"{scheme}: {results.generate_report()}"

    return look
