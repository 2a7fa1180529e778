"""Commands are run without a shell, bounded in time, and ended with all that they started."""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path

import pytest

from wasmlab.errors import TimeLimit, ToolBroken, ToolMissing
from wasmlab.process import Command, Group, first_line, run

PYTHON = sys.executable


def test_output_and_exit_code_come_back(tmp_path: Path) -> None:
    code = "import os, sys; print(os.getcwd()); print(os.environ['WORD'], file=sys.stderr); sys.exit(3)"
    done = run(Command((PYTHON, "-c", code), tmp_path, {"WORD": "grüße", "PYTHONUTF8": "1"}))
    assert (done.ok, done.code, done.stdout.strip(), done.stderr) == (False, 3, str(tmp_path), "grüße\n")


def test_no_shell_reads_the_arguments(tmp_path: Path) -> None:
    words = ("$HOME", "a b", "*", "; exit 1", '"')
    done = run(Command((PYTHON, "-c", "import sys; print(sys.argv[1:])", *words), tmp_path))
    assert done.stdout.strip() == str(list(words))


def test_a_missing_program_and_a_missing_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ToolMissing, match="nowhere is not on this machine"):
        run(Command(("nowhere",), tmp_path), remedy="get it")
    with pytest.raises(ToolMissing, match="is gone"):
        run(Command((PYTHON, "-V"), tmp_path / "gone"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no permission to execute")
def test_a_program_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    (tmp_path / "tool").write_text("", encoding="utf-8")
    with pytest.raises(ToolBroken, match="cannot be started"):
        run(Command((str(tmp_path / "tool"),), tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="a named pipe tells when the grandchild is gone")
def test_the_time_limit_ends_a_command_with_its_children(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    command = Command(("sh", "-c", f'tail -f /dev/null > "{pipe}" & tail -f /dev/null > "{pipe}"'), tmp_path)
    with pytest.raises(TimeLimit):
        run(command, seconds=0.3)
    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""  # the end: nobody holds the pipe open any more
    os.close(reader)


def test_a_stopped_group_starts_nothing(tmp_path: Path) -> None:
    group = Group()
    group.stop()
    with pytest.raises(KeyboardInterrupt):
        group.run(Command((PYTHON, "-V"), tmp_path))


def test_the_first_line_of_a_program_that_fails_is_empty() -> None:
    assert first_line([PYTHON, "--version"]).startswith("Python 3")
    assert first_line([PYTHON, "-c", "raise SystemExit(1)"]) == ""
    assert first_line(["nowhere"]) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="a named pipe tells when the command is gone")
def test_a_command_that_was_begun_and_is_not_wanted_is_ended(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    begun = Group().begin(Command(("sh", "-c", f'exec tail -f /dev/null > "{pipe}"'), tmp_path))
    reader = os.open(pipe, os.O_RDONLY)  # waits for the other side
    begun.end()
    begun.end()
    assert select.select([reader], [], [], 20)[0] == [reader]  # the end: nobody holds the pipe open
    os.close(reader)


def test_a_command_that_was_begun_is_finished_later(tmp_path: Path) -> None:
    group = Group()
    begun = [group.begin(Command((PYTHON, "-c", f"print({n})"), tmp_path)) for n in range(2)]
    assert [each.finish(20).stdout.strip() for each in reversed(begun)] == ["1", "0"]


def test_a_stopped_group_ends_what_was_begun(tmp_path: Path) -> None:
    group = Group()
    begun = group.begin(Command((PYTHON, "-c", "import time; time.sleep(600)"), tmp_path))
    group.stop()
    assert not begun.finish(20).ok
