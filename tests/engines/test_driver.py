"""The start of Playwright's driver."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

START = """
import os
from wasmlab.engines.browser.driver import start_driver
before = dict(os.environ)
start_driver().stop()
assert dict(os.environ) == before, "what is for the driver alone must not reach compilers"
"""


def _start(**more: str) -> None:
    subprocess.run([sys.executable, "-c", START], env={**os.environ, **more}, check=True, timeout=120)


def test_the_drivers_code_is_kept_as_compiled_in_the_users_cache(tmp_path: Path) -> None:
    _start(WASMLAB_CACHE=str(tmp_path / "cache"))
    assert [file for file in (tmp_path / "cache" / "driver").rglob("*") if file.stat().st_size > 100_000]


def test_a_cache_that_the_user_has_chosen_for_node_is_kept_to(tmp_path: Path) -> None:
    _start(WASMLAB_CACHE=str(tmp_path / "cache"), NODE_COMPILE_CACHE=str(tmp_path / "own"))
    assert not (tmp_path / "cache").exists()
    assert any((tmp_path / "own").iterdir())


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    _start(WASMLAB_CACHE=str(tmp_path / "file"))
