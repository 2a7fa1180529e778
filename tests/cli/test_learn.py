"""`wasmlab learn` in a terminal: saves, keys and the end of it."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from wasmlab.course import load_course
from wasmlab.dev.release.releasing import release

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
        self.before = self.settings()
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

    def settings(self) -> list[object]:
        """Return how the terminal takes its keys."""
        import termios

        return termios.tcgetattr(self._screen)

    def resize(self, columns: int, rows: int) -> None:
        import fcntl
        import struct
        import termios

        fcntl.ioctl(self._screen, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

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
    terminal.press("hhh")
    terminal.until("there are no more hints")
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


class Pause:
    """A check of the lesson's that waits until it is told to go on."""

    def __init__(self, copy: Path, folder: Path) -> None:
        self._begun, self._on = folder / "begun", folder / "on"
        text = (
            "import pathlib\nimport time\n\n\n"
            "def test_waits():\n"
            f"    pathlib.Path({str(self._begun)!r}).touch()\n"
            f"    while not pathlib.Path({str(self._on)!r}).exists():\n"
            "        time.sleep(0.05)\n"
        )
        (copy / "minimal-demo" / "checks" / "test_a_pause.py").write_text(text, encoding="utf-8")

    def wait(self) -> None:
        end = time.monotonic() + DEADLINE
        while not self._begun.exists():
            assert time.monotonic() < end, "the check has not begun"
            time.sleep(0.05)

    def go_on(self) -> None:
        self._on.touch()


@pytest.fixture
def pause(copy: Path, tmp_path: Path) -> Pause:
    return Pause(copy, tmp_path)


def test_keys_are_heard_during_a_check_and_after_it(pause: Pause, terminal: Terminal) -> None:
    pause.wait()
    terminal.press("h")
    terminal.until("hint 1 of 3")
    pause.go_on()
    terminal.until("try:")
    terminal.press("l")
    terminal.until("open     minimal-demo")
    terminal.press("q")
    terminal.until("until next time")
    assert terminal.process.wait(DEADLINE) == 0
    assert terminal.settings() == terminal.before


def test_ctrl_c_during_a_check_gives_the_terminal_back(pause: Pause, terminal: Terminal) -> None:
    pause.wait()
    terminal.press("\x03")
    terminal.until("until next time")
    pause.go_on()
    shown = terminal.until("stopped")
    assert terminal.process.wait(DEADLINE) == 130
    assert "Traceback" not in shown
    assert terminal.settings() == terminal.before


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_during_a_check_gives_the_terminal_back(pause: Pause, terminal: Terminal, name: str) -> None:
    pause.wait()
    terminal.process.send_signal(getattr(signal, name))
    terminal.until("until next time")
    pause.go_on()
    assert terminal.process.wait(DEADLINE) == 143
    assert terminal.settings() == terminal.before


def test_a_window_of_another_size_is_filled_anew(terminal: Terminal) -> None:
    terminal.until("try:")
    terminal.resize(40, 30)
    terminal.until("c check all\x1b[K")  # the keys are in two lines now


def test_an_open_list_knows_what_has_passed(terminal: Terminal, copy: Path) -> None:
    terminal.until("try:")
    terminal.press("l")
    terminal.until("open     minimal-demo")
    solution = (copy / ".wasmlab" / "solution" / SOURCE).read_text(encoding="utf-8")
    (copy / SOURCE).write_text(solution, encoding="utf-8")
    terminal.until("passed   minimal-demo")


def test_without_a_terminal_one_check_is_told_in_plain_lines(copy: Path) -> None:
    command = [sys.executable, "-m", "wasmlab", "learn", "--once"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=DEADLINE)
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "  failed   The module asks its host for env.js_log and for nothing else." in done.stdout
    assert "expected: env.js_log" in done.stdout
