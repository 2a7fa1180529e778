"""Where a process of a browser is ended in the middle of a check, that is put down to no submission."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psutil
import pytest

from wasmlab.checks.pages import LessonPages
from wasmlab.engines.browser import starting as browsers
from wasmlab.engines.browser.driver import start_driver
from wasmlab.grade.batch import Options, grade
from wasmlab.grade.confining import choose
from wasmlab.grade.submission import Submission
from wasmlab.lesson import load_lesson

HOSTILE = Path(__file__).parents[1] / "hostile"
CHECK = '''"""A check under which a process ends, as often as a file has letters."""

from contextlib import suppress
from pathlib import Path

import psutil


def _end_one():
    left = Path(FLAG).read_text()
    if not left:
        return
    Path(FLAG).write_text(left[1:])
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # one that ends with the one before it
            words = " ".join(process.cmdline())
            if all(word in words for word in HAS) and not any(word in words for word in HAS_NOT):
                process.kill()


def test_doubles(lesson_page):
    """A press shows the double of the number."""
    page = lesson_page.page
    page.locator("#number").fill("21", timeout=4000)
    _end_one()
    page.locator("#double").click(timeout=4000)
    assert page.locator("#result").inner_text(timeout=4000) == "42"
'''
PROCESSES = {
    "renderer": ("chromium", ("--type=renderer",), ()),
    "browser": ("chromium", ("--headless",), ("--type=", "run-driver")),
    "driver": ("chromium", ("run-driver",), ()),
    "content": ("firefox", ("-contentproc", " tab"), ()),
    "parent": ("firefox", ("-headless",), ("-contentproc", "run-driver")),
}


def _lesson(tmp_path: Path, kind: str, times: int) -> Path:
    lesson = tmp_path / "course" / "page"
    shutil.copytree(HOSTILE / "lessons" / "page", lesson)
    shutil.rmtree(lesson / "checks")
    (lesson / "checks").mkdir()
    (tmp_path / "left").write_text("x" * times)
    _, has, has_not = PROCESSES[kind]
    names = {"FLAG": str(tmp_path / "left"), "HAS": list(has), "HAS_NOT": list(has_not)}
    text = "\n".join(f"{name} = {json.dumps(value)}" for name, value in names.items())
    (lesson / "checks" / "test_page.py").write_text(f"{CHECK}\n\n{text}\n")
    return lesson


def _graded(tmp_path: Path, kind: str, times: int) -> list[str]:
    text = (HOSTILE / "pages" / "passed" / "correct.js").read_bytes()
    handed_in = [Submission(name, {"web/page.js": text + name.encode()}) for name in ("//a", "//b")]
    options = Options((PROCESSES[kind][0],), choose())
    batch = grade(load_lesson(_lesson(tmp_path, kind, times)), handed_in, tmp_path, options)
    assert (tmp_path / "left").read_text() == ""
    outcomes = [graded.outcome for graded in batch.graded]
    print([verdict.message for graded in batch.graded for verdict in graded.verdicts])
    return outcomes


@pytest.mark.parametrize("kind", PROCESSES)
def test_a_process_that_is_ended_once_costs_nobody_a_point(tmp_path: Path, kind: str) -> None:
    assert _graded(tmp_path, kind, 1) == ["passed", "passed"]


def test_a_page_whose_process_ends_each_time_is_the_submissions(tmp_path: Path) -> None:
    assert _graded(tmp_path, "renderer", 2) == ["failed", "passed"]


def test_a_browser_that_has_lost_a_page_is_not_used_again() -> None:
    """Firefox ends as a whole a second after one of its processes; `closed` comes before Playwright knows."""

    class TargetClosedError(Exception):
        """What Playwright raises, and does not export."""

    ended: list[str] = []
    known = SimpleNamespace(started=["firefox"], end=ended.append)
    pages = LessonPages(cast("Any", known))
    pages.note_error(ValueError())
    pages.end_submission()
    assert not ended
    pages.note_error(TargetClosedError())
    assert pages.has_lost
    pages.end_submission()
    assert ended == ["firefox"]
    assert not pages.has_lost


def test_a_browser_that_ends_while_it_opens_a_page_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Playwright alone would wait for good."""
    monkeypatch.setattr(browsers, "_NEW_PAGE", 3.0)

    def work() -> None:
        driver = start_driver()
        running = browsers.launch(driver, "chromium")

        class Waiting:
            """A context that never gets its page."""

            def new_page(self) -> None:
                gone, _ = psutil.wait_procs([psutil.Process(running.driver)], timeout=60)
                raise ConnectionError(f"{len(gone)} gone")

        context: Any = Waiting()
        with pytest.raises(ConnectionError, match="1 gone"):
            running.new_page(context)
        assert running.has_died

    with ThreadPoolExecutor(1) as thread:  # whatever drives another browser in this one
        thread.submit(work).result()
