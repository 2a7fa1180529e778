"""The pytest plugin: the fixtures `lesson`, `wasm` and `lesson_page`, and the option `--engine`.

It is loaded into every pytest of the environment, so nothing heavy is imported before it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wasmlab.checks.verdicts import NO_BROWSER
from wasmlab.errors import UsageError

pytest_plugins = ["wasmlab.checks.waiting", "wasmlab.checks.fixtures"]

if TYPE_CHECKING:
    from wasmlab.checks.page.browsers import Browsers
    from wasmlab.checks.pages import LessonPage, LessonPages
    from wasmlab.checks.parity import Parity
    from wasmlab.checks.subject import Subject
    from wasmlab.engines.contract import Limits, Session
    from wasmlab.lesson import Lesson

_NO_BROWSER = pytest.param("-", marks=pytest.mark.skip(reason=f"{NO_BROWSER}: --engine chromium"))

COMPARED = pytest.StashKey[tuple[str, Any, Any]]()
"""The comparison that failed in a check: operator, what came, what was expected."""
GIVEN_PAGES = pytest.StashKey["LessonPages | None"]()
"""Pages in browsers that were started before pytest."""
GIVEN_LESSON = pytest.StashKey["Lesson"]()
"""The lesson that all checks are about, built already."""
GIVEN_LIMITS: pytest.StashKey[Limits | None] = pytest.StashKey()
"""What a call may use, where it is not the usual."""
_CURRENT = pytest.StashKey[pytest.Item]()
_FAILED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--engine`."""
    group = parser.getgroup("wasmlab", "WebAssembly lessons")
    group.addoption(
        "--engine",
        action="append",
        metavar="NAME",
        help="run checks in this engine; may be given again (all of them without it)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Name our marks."""
    from wasmlab.checks.marks import MARKS

    for mark in MARKS:
        config.addinivalue_line("markers", mark)


def chosen_engines(config: pytest.Config) -> list[str]:
    """Return the engines that `--engine` names, or all.

    Raises:
        UsageError: one of the names is no engine.
    """
    from wasmlab.engines import ENGINES, refuse_unknown

    chosen: list[str] = config.getoption("--engine") or list(ENGINES)
    try:
        refuse_unknown(chosen)
    except UsageError as error:
        raise pytest.UsageError(f"{error.what}: {error.hint}") from error
    return chosen


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a check once in each engine: `wasm` in all of them, `lesson_page` in the browsers."""
    if "wasm_engine" in metafunc.fixturenames:
        metafunc.parametrize("wasm_engine", chosen_engines(metafunc.config), scope="session")
    if "page_engine" in metafunc.fixturenames:
        browsers = [name for name in chosen_engines(metafunc.config) if name != "wasmtime"]
        metafunc.parametrize("page_engine", browsers or [_NO_BROWSER], scope="session")


@pytest.fixture(scope="session")
def built_lessons() -> Callable[[Path], Lesson]:
    """Return a function that reads and builds the lesson in a folder, once a session."""
    from wasmlab.build import build_lesson
    from wasmlab.lesson import load_lesson

    ready: dict[Path, Lesson] = {}

    def get(root: Path) -> Lesson:
        if root not in ready:
            lesson = load_lesson(root)
            for result in build_lesson(lesson):
                if result.error is not None:
                    raise result.error
            ready[root] = lesson
        return ready[root]

    return get


@pytest.fixture
def lesson(request: pytest.FixtureRequest, built_lessons: Callable[[Path], Lesson]) -> Lesson:
    """Return the lesson that the check lies in, or is about, built."""
    if given := request.config.stash.get(GIVEN_LESSON, None):
        return given
    return built_lessons(lesson_folder(request.path))


def lesson_folder(path: Path) -> Path:
    """Return the nearest folder above `path` that has a manifest.

    Raises:
        LookupError: there is none.
    """
    for folder in path.parents:
        if (folder / "lesson.toml").is_file():
            return folder
    raise LookupError(f"{path} lies in no lesson: there is no lesson.toml above it")


@pytest.fixture(scope="session")
def engine_sessions(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Session]]:
    """Return a function that starts an engine once a session; a browser is the one that pages use too."""
    from wasmlab.engines import session
    from wasmlab.engines.contract import Limits

    started: dict[str, Session] = {}
    limits = request.config.stash.get(GIVEN_LIMITS, None) or Limits()
    with ExitStack() as stack:

        def start(name: str) -> Session:
            if name in ("wasmtime", "webkit"):  # WebKit may be one that Playwright cannot drive
                return stack.enter_context(session(name, limits))
            pages: LessonPages = request.getfixturevalue("lesson_pages")
            return pages.engine(name, limits)

        def get(name: str) -> Session:
            if name not in started:
                started[name] = start(name)
            return started[name]

        yield get


@pytest.fixture
def wasm(
    wasm_engine: str,
    lesson: Lesson,
    engine_sessions: Callable[[str], Session],
    parity: Parity,
    request: pytest.FixtureRequest,
) -> Iterator[Subject]:
    """Return the lesson's module, freshly instantiated in the engine at hand.

    A call that another engine answered otherwise is refused.
    """
    from wasmlab.checks.needing import marked, skip_without
    from wasmlab.checks.notes import NOTES
    from wasmlab.checks.subject import Subject
    from wasmlab.checks.waiting import wait_asked

    check = _without_engine(request.node)
    session = engine_sessions(wasm_engine)
    of_module = lesson.targets[0].needs if lesson.targets else ()
    skip_without(session, (*marked(request.node), *lesson.needs, *of_module))
    wait_asked(request.node)
    subject = Subject(lesson, session, compare=lambda target: parity.of(f"{check} {target.name}"))
    request.node.stash[NOTES] = subject.notes
    yield subject
    subject.close()


@pytest.fixture(scope="session")
def parity(engine_sessions: Callable[[str], Session]) -> Parity:
    """Return the answers of the engines so far, for comparing the next one's."""
    from wasmlab.checks.parity import Parity

    return Parity(engine_sessions)


def _without_engine(item: pytest.Item) -> str:
    """Return what tells a check from all others, the same in every engine."""
    from wasmlab.checks.marks import function_of

    callspec = getattr(item, "callspec", None)
    params = dict(callspec.params) if callspec else {}
    params.pop("wasm_engine", None)
    return f"{function_of(item)} {params!r}"


@pytest.fixture(scope="session")
def browsers(request: pytest.FixtureRequest) -> Iterator[Browsers]:
    """Start each browser once a session; shares its driver with pytest-playwright where that is there."""
    from wasmlab.checks.page.browsers import Browsers

    if given := request.config.stash.get(GIVEN_PAGES, None):
        yield given.browsers  # whoever has started them ends them
        return
    if request.config.pluginmanager.hasplugin("playwright"):
        own, driver = None, request.getfixturevalue("playwright")
    else:
        from wasmlab.engines.browser.driver import start_driver

        own = driver = start_driver()
    started = Browsers(driver)
    yield started
    # The driver may be gone already, by the same Ctrl-C: what it then says would hide that.
    with suppress(Exception):
        started.close()
    with suppress(Exception):
        if own is not None:
            own.stop()


@pytest.fixture(scope="session")
def lesson_pages(request: pytest.FixtureRequest, browsers: Browsers) -> Iterator[LessonPages]:
    """Return what opens the pages of lessons."""
    from wasmlab.checks.pages import LessonPages

    if given := request.config.stash.get(GIVEN_PAGES, None):
        yield given
        return
    pages = LessonPages(browsers)
    yield pages
    pages.close()


@pytest.fixture
def lesson_page(
    page_engine: str,
    lesson: Lesson,
    lesson_pages: LessonPages,
    engine_sessions: Callable[[str], Session],
    request: pytest.FixtureRequest,
) -> Iterator[LessonPage]:
    """Return the lesson's page, open in a browser that reaches nothing but the lesson."""
    from wasmlab.checks.needing import marked, skip_without
    from wasmlab.checks.page.browsers import PICTURE
    from wasmlab.checks.tracing import can_repeat, repeat
    from wasmlab.checks.waiting import wait_asked

    if needed := (*marked(request.node), *lesson.needs):
        skip_without(engine_sessions(page_engine), needed)
        wait_asked(request.node)
    item, browser = request.node, lesson_pages.browsers.running(page_engine)
    kept = Path.cwd() / "test-results" / lesson.name / item.name
    at_once = lesson_pages.keeps and not can_repeat(item)
    if at_once:
        with suppress(OSError):
            (kept / PICTURE).unlink(missing_ok=True)  # of an earlier run
    with lesson_pages.open(page_engine, lesson, kept, lambda: has_failed(item), traced=at_once) as page:
        yield page
    if has_failed(item) and lesson_pages.keeps and not at_once and browser.alive:
        with lesson_pages.open(page_engine, lesson, kept, lambda: True, traced=True) as page:
            repeat(item, page)


def has_failed(item: pytest.Item) -> bool:
    """Return whether a test has failed so far; for fixtures, after their yield."""
    return item.stash.get(_FAILED, False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Note that a check has failed, so that its page's trace is kept."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Any:
    """Remember which check runs: the hook below is not told."""
    item.config.stash[_CURRENT] = item
    return (yield)


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> None:
    """Note the two sides of a comparison that failed; pytest's own words stay as they are."""
    item = config.stash.get(_CURRENT, None)
    if item is not None:
        item.stash[COMPARED] = (op, left, right)
