"""`wasmlab learn` in a terminal: saves, keys and the end of it."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from wasmlab.course import load_course
from wasmlab.dev.release import release

SOURCE = "minimal-demo/c/add_and_log.c"
DEADLINE = 90.0


@pytest.fixture
def copy(course_copy: Path, tmp_path: Path) -> Path:
    release(load_course(course_copy), tmp_path / "copy", with_solutions=True)
    return tmp_path / "copy"


class Terminal:
    """A program in a terminal of its own: what it has shown since it was last asked, and its keys."""

    def __init__(self, folder: Path) -> None:
        import pty

        self._screen, inside = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", "COLUMNS": "110", "LINES": "40", "NO_COLOR": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "wasmlab", "learn"],
            cwd=folder,
            env=environment,
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(inside)
        self.total = 0

    def until(self, text: str) -> str:
        """Wait until `text` has been shown, and return all up to the end of that."""
        shown, end = "", time.monotonic() + DEADLINE
        while text not in shown:
            assert time.monotonic() < end, f"no {text!r} in: {shown[-2000:]}"
            if select.select([self._screen], [], [], 1)[0]:
                got = os.read(self._screen, 65536)
                self.total += len(got)
                shown += got.decode(errors="replace")
        return shown

    def press(self, key: str) -> None:
        os.write(self._screen, key.encode())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._screen)


def _take_terminal() -> None:
    """Make the terminal this session's own, so that its keys are heard."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def terminal(copy: Path) -> Iterator[Terminal]:
    if os.name == "nt":
        pytest.skip("a terminal of POSIX")
    opened = Terminal(copy)
    yield opened
    opened.close()


def test_an_evening(terminal: Terminal, copy: Path) -> None:
    """A failure, a hint, a save that passes, a reset that is asked for, and the end."""
    solution = (copy / ".wasmlab" / "solution" / SOURCE).read_text(encoding="utf-8")
    terminal.until("try:      what C never calls is no import")
    terminal.press("h")
    terminal.until("hint 1 of 3")
    (copy / SOURCE).write_text(solution.replace("a + b;", "a + b"), encoding="utf-8")
    terminal.until("expected ';'")
    (copy / SOURCE).write_text(solution, encoding="utf-8")
    terminal.until(".wasmlab/solution/minimal-demo/c/add_and_log.c")
    terminal.press("l")
    terminal.until("passed   minimal-demo")
    terminal.press("x")
    terminal.until("(y/n)")
    terminal.press("n")
    terminal.press("x")
    terminal.until("(y/n)")
    assert (copy / SOURCE).read_text(encoding="utf-8") == solution
    terminal.press("y")
    terminal.until("your files are kept in")
    assert (copy / SOURCE).read_text(encoding="utf-8") != solution
    terminal.press("q")
    terminal.until("until next time")
    assert terminal.process.wait(DEADLINE) == 0


def test_saves_during_a_check_are_not_lost_and_the_last_one_counts(terminal: Terminal, copy: Path) -> None:
    solution = (copy / ".wasmlab" / "solution" / SOURCE).read_text(encoding="utf-8")
    terminal.until("try:")
    for number in range(30):
        (copy / SOURCE).write_text(f"{solution}// {number}\nint broken(", encoding="utf-8")
    (copy / SOURCE).write_text(solution, encoding="utf-8")
    terminal.until("Hand-wired round trip passes")
    assert terminal.total < 200_000
    terminal.press("q")
    terminal.until("until next time")


def test_without_a_terminal_one_check_is_told_in_plain_lines(copy: Path) -> None:
    command = [sys.executable, "-m", "wasmlab", "learn", "--once"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "  failed   The module asks its host for env.js_log and for nothing else." in done.stdout
    assert "expected: env.js_log" in done.stdout
