"""Getting a browser: Playwright's own first, the system's package manager where that cannot be."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from wasmlab.errors import DownloadFailed
from wasmlab.provision import browsers


def _get(name: str, works: Callable[[], bool]) -> list[str]:
    said: list[str] = []
    browsers.get(name, said.append, works)
    return said


def test_a_download_that_fails_falls_over_to_the_package_manager(apt: Any, download_host: list[str]) -> None:
    manager = apt()
    said = _get("chromium", manager.installed.exists)
    assert download_host, "Playwright never asked"
    assert manager.calls() == ["update", "install -y --no-install-recommends chromium-headless-shell"]
    assert any("trying the system's package manager" in line for line in said)
    assert any(line.startswith("$ ") and "apt-get install" in line for line in said)


@pytest.mark.usefixtures("no_network")
def test_without_a_network_playwright_is_asked_once(apt: Any) -> None:
    said = _get("firefox", apt().installed.exists)
    assert sum("ECONNREFUSED" in line for line in said) == 1


@pytest.mark.usefixtures("no_network")
def test_when_the_package_manager_fails_too_the_hint_is_what_to_type(apt: Any) -> None:
    manager = apt(exit_code=100)
    with pytest.raises(DownloadFailed) as caught:
        _get("firefox", lambda: False)
    assert caught.value.what == "apt-get failed: E: the mirror says no"
    assert caught.value.hint == "apt-get install -y --no-install-recommends firefox-esr"
    assert len(manager.calls()) == 2


@pytest.mark.usefixtures("no_network")
def test_who_may_not_install_is_told_the_command_with_sudo(apt: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    manager = apt()
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(DownloadFailed) as caught:
        _get("chromium", lambda: False)
    assert caught.value.hint == "sudo apt-get install -y --no-install-recommends chromium-headless-shell"
    assert manager.calls() == []


@pytest.mark.usefixtures("no_network")
def test_without_a_package_manager_the_hint_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DownloadFailed) as caught:
        _get("chromium", lambda: False)
    assert "WASMLAB_CHROMIUM" in caught.value.hint


def test_the_plan_names_every_command_that_changes_the_system(apt: Any) -> None:
    apt()
    assert "change this system: apt-get update && apt-get install" in browsers.plan("chromium")


def test_the_plan_of_who_may_not_install_stays_in_the_cache(
    apt: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    apt()
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert browsers.plan("chromium") == "download Playwright's chromium into the user's cache"


@pytest.mark.skipif(os.name == "nt", reason="SIGINT reaches one process on POSIX only")
def test_ctrl_c_during_a_download_ends_it_and_all_that_it_has_started(
    silent_host: threading.Event, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no browser of the system's
    argv = [sys.executable, "-m", "wasmlab", "setup", "chromium", "--yes"]
    started = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=tmp_path)
    assert silent_host.wait(60), "the download never began"
    family = psutil.Process(started.pid).children(recursive=True)
    started.send_signal(signal.SIGINT)
    said = started.communicate(timeout=30)[0].decode()
    assert (started.returncode, "stopped" in said) == (130, True), said
    assert family
    assert psutil.wait_procs(family, timeout=10)[1] == []
