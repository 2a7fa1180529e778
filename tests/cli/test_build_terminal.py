"""On a terminal a build has colours, and a bar when it takes long."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are POSIX", allow_module_level=True)

import pty


class OnTerminal:
    """`wasmlab ARGS` with a pseudo-terminal for both outputs."""

    def __init__(self, folder: Path, args: list[str], env: dict[str, str]) -> None:
        self.reader, writer = pty.openpty()
        command = [sys.executable, "-m", "wasmlab", *args]
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", **env}
        self.child = subprocess.Popen(command, cwd=folder, stdout=writer, stderr=writer, env=environment)
        os.close(writer)
        self.watchdog = threading.Timer(60, self.child.kill)
        self.watchdog.start()
        self.said = ""

    def read_until(self, words: str) -> str:
        """Read up to `words`, or to the end."""
        while words not in self.said:
            try:
                self.said += os.read(self.reader, 4096).decode("utf-8", errors="replace")
            except OSError:  # the other end is closed
                break
        return self.said

    def close(self) -> None:
        """End whatever is left."""
        self.watchdog.cancel()
        self.child.kill()
        self.child.wait()
        os.close(self.reader)


@pytest.fixture
def started() -> Iterator[list[OnTerminal]]:
    """Return a list for what a test has started; it is closed afterwards."""
    running: list[OnTerminal] = []
    yield running
    for one in running:
        one.close()


def _broken(lesson: Path) -> Path:
    (lesson / "c" / "add_and_log.c").write_text(
        "int add_and_log(int a, int b) { return a }", encoding="utf-8"
    )
    return lesson.parent


@pytest.mark.parametrize(("env", "coloured"), [({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False)])
def test_problems_are_coloured_unless_the_user_wants_plain_text(
    lesson_copy: Path, started: list[OnTerminal], env: dict[str, str], coloured: bool
) -> None:
    started.append(OnTerminal(_broken(lesson_copy), ["build"], env))
    said = started[0].read_until("nothing says this")
    assert "expected ';'" in said
    assert ("\x1b[" in said) is coloured
    assert "error:" in said  # never by colour alone


def test_a_bar_appears_when_a_build_takes_long(
    lesson_copy: Path, tmp_path: Path, started: list[OnTerminal]
) -> None:
    """The compiler is a script that waits until the bar has been seen."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    for name in ("clang", "wasm-ld"):
        (tmp_path / name).write_text(f'#!/bin/sh\ncat "{gate}"\nexit 1\n', encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    args = ["build", "--toolchain-path", str(tmp_path / "clang")]
    started.append(OnTerminal(lesson_copy.parent, args, {}))
    assert "0/2" in started[0].read_until("0/2")
    gate.write_text("", encoding="utf-8")
    assert "cannot compile c/add_and_log.c" in started[0].read_until("cannot compile")
