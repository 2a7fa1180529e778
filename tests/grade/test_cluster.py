"""A batch over two Dask workers, one of which is killed in the middle: the report is the local one."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest

_STARTING = 90


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Return the address of a scheduler, and its two workers, each with one thread."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
    words = ("--port", str(port), "--host", "127.0.0.1", "--no-dashboard", "--no-show")
    started = [subprocess.Popen([sys.executable, "-m", "distributed.cli.dask_scheduler", *words], **quiet)]
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path))
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, *options]
    started += [subprocess.Popen(worker, **quiet) for _ in range(2)]
    try:
        _wait_for_workers(address, 2)
        yield address, started[1:]
    finally:
        for process in started:
            _end(process)


def _wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    deadline = time.monotonic() + _STARTING
    while True:
        try:
            with Client(address, timeout=5, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                client.wait_for_workers(count, timeout=_STARTING)
                return
        except OSError:
            assert time.monotonic() < deadline


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        below = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for child in below:
            with suppress(psutil.NoSuchProcess):  # a compiler that has just ended
                child.kill()
    process.wait()


def test_the_report_is_the_local_one_though_a_worker_is_killed(
    grade_them: Callable[..., Any],
    handed_in: Callable[..., Path],
    tmp_path: Path,
    right: str,
    wrong: str,
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    address, workers = cluster
    texts = {f"s{n:02}": (right, wrong, "int x = ;")[n % 3] + f"// {n}\n" for n in range(16)}
    folder = handed_in(**texts)
    journal = tmp_path / "far" / "grades.jsonl"

    def kill_one() -> None:
        deadline = time.monotonic() + _STARTING
        while time.monotonic() < deadline:
            if journal.is_file() and len(journal.read_text(encoding="utf-8").splitlines()) > 3:
                break
            time.sleep(0.02)
        _end(workers[0])

    killer = threading.Thread(target=kill_one)
    killer.start()
    far = grade_them(folder, "--out", "far", "--scheduler", address, "--confinement", "none")
    killer.join()
    assert far.exit_code == 0, far.output
    assert grade_them(folder, "--out", "near", "--jobs", "2", "--confinement", "none").exit_code == 0
    reports = [(tmp_path / out / "report.json").read_text(encoding="utf-8") for out in ("far", "near")]
    far_text, near_text = (re.sub(r'("seconds": )[\d.]+', r"\1", text) for text in reports)
    assert far_text == near_text
    assert json.loads(reports[0])["counts"]["error"] == 0


def test_a_scheduler_that_is_not_there_is_said(
    grade_them: Callable[..., Any], handed_in: Callable[..., Path], right: str
) -> None:
    result = grade_them(handed_in(ann=right), "--scheduler", "nonsense://127.0.0.1:1")
    assert result.exit_code == 4
    assert "no Dask scheduler answers" in result.stderr
