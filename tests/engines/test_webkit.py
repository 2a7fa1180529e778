"""WebKit behind its own driver: nothing of it goes on, whether a module spins or the session ends."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from wasmlab.engines import engine, session
from wasmlab.engines.browser.places import own_build
from wasmlab.engines.contract import Limits
from wasmlab.errors import ToolMissing


def _system_webkit() -> bool:
    try:
        return own_build("webkit") is None and bool(engine("webkit").find())
    except ToolMissing:
        return False


pytestmark = pytest.mark.skipif(not _system_webkit(), reason="the system's WebKit is not here, or not used")

WAT = '(func (export "loop") (loop (br 0))) (func (export "f") (result i32) (i32.const 7))'


def _pages() -> set[int]:
    children = psutil.Process().children(recursive=True)
    return {child.pid for child in children if child.name() == "WebKitWebProcess"}


def test_a_spinning_worker_ends_with_its_process_and_nothing_outlives_the_session(
    module: Callable[[str], bytes],
) -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    others = _pages()
    with session("webkit", Limits(seconds=0.5)) as started:
        instance, other = started.open(module(WAT)), started.open(module(WAT))
        assert other.call("f", []).result == 7
        busy = _pages() - others
        trap = instance.call("loop", []).trap
        assert trap is not None
        assert trap.kind == "time limit"
        assert [instance.call("f", []).result, other.call("f", []).result] == [7, 7]
        assert busy - _pages()  # the process that went on is gone
        made = {child.pid for child in psutil.Process().children(recursive=True)} - before
    _, alive = psutil.wait_procs([psutil.Process(pid) for pid in made if psutil.pid_exists(pid)], timeout=10)
    assert alive == []


def test_without_a_screen_or_something_in_its_place_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver = shutil.which("WebKitWebDriver")
    assert driver is not None
    (tmp_path / "WebKitWebDriver").symlink_to(driver)
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ToolMissing, match="webkit needs a screen, or Xvfb in place of one"):
        engine("webkit").find()
