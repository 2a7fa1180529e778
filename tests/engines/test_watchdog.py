"""A browser that hangs or dies is ended and replaced; the caller gets an answer like every other."""

from __future__ import annotations

from collections.abc import Callable

import psutil
import pytest
from playwright.sync_api import sync_playwright

from wasmlab.engines.browser import session as browser
from wasmlab.engines.browser import starting as browsers
from wasmlab.engines.browser.session import BrowserSession
from wasmlab.engines.contract import Limits

WAT = '(func (export "f") (result i32) (i32.const 7))'


class _Owner:
    """Starts a browser when a session asks, and keeps what it has started."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.started: list[browsers.Running] = []

    def run(self, work: Callable[[_Owner, BrowserSession], None]) -> None:
        with sync_playwright() as driver:

            def start() -> browsers.Running:
                self.started.append(browsers.launch(driver, self.name))
                return self.started[-1]

            try:
                work(self, BrowserSession(start, Limits(seconds=0.3)))
            finally:
                for running in self.started:
                    running.close()


@pytest.fixture
def in_own_thread() -> Callable[[Callable[[], None]], None]:
    """Return a function that does work beside whatever drives a browser in this thread."""
    from concurrent.futures import ThreadPoolExecutor

    def do(work: Callable[[], None]) -> None:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(work).result()

    return do


@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_a_browser_that_hangs_is_ended_and_the_next_call_works(
    name: str,
    module: Callable[[str], bytes],
    in_own_thread: Callable[[Callable[[], None]], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(browser, "_GRACE", 3.0)

    def work(owner: _Owner, session: BrowserSession) -> None:
        instance = session.open(module(WAT))
        assert instance.call("f", []).result == 7
        for root in filter(psutil.pid_exists, owner.started[0].roots):  # a launcher may be gone by now
            for process in (psutil.Process(root), *psutil.Process(root).children(recursive=True)):
                process.suspend()
        trap = instance.call("f", []).trap
        assert trap is not None
        assert (trap.kind, trap.message) == ("time limit", f"{name} hung and was ended")
        assert instance.call("f", []).result == 7
        assert len(owner.started) == 2

    in_own_thread(lambda: _Owner(name).run(work))


def test_an_instance_outlives_a_browser_that_was_ended_between_two_calls(
    module: Callable[[str], bytes], in_own_thread: Callable[[Callable[[], None]], None]
) -> None:
    def work(owner: _Owner, session: BrowserSession) -> None:
        first, second = session.open(module(WAT)), session.open(module(WAT))
        owner.started[0].kill()
        owner.started[0].close()
        assert [second.call("f", []).result, first.call("f", []).result] == [7, 7]

    in_own_thread(lambda: _Owner("chromium").run(work))


def test_nothing_of_a_browser_outlives_its_session(
    in_own_thread: Callable[[Callable[[], None]], None],
) -> None:
    roots: list[int] = []
    in_own_thread(lambda: _Owner("chromium").run(lambda owner, _: roots.extend(owner.started[0].roots)))
    assert roots
    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in roots if psutil.pid_exists(pid)], timeout=10)
    assert alive == []
