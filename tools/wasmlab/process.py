"""The one door for subprocesses: shows the command, bounds its time, names a missing tool."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from wasmlab.errors import TimeLimit, ToolBroken, ToolMissing


@dataclass(frozen=True)
class Command:
    """One command line: `argv` run in `cwd`, with `env` laid over the caller's environment."""

    argv: tuple[str, ...]
    cwd: Path
    env: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """Return the command as one can paste it into a shell of this system."""
        if os.name == "nt":
            return subprocess.list2cmdline(self.argv)
        assignments = [f"{name}={shlex.quote(value)}" for name, value in self.env.items()]
        return " ".join([*assignments, shlex.join(self.argv)])


@dataclass(frozen=True)
class Completed:
    """What a finished command left: its exit code and both outputs as text."""

    command: Command
    code: int
    stdout: str
    stderr: str

    @property
    def ok(self) -> bool:
        """Whether the command exited with 0."""
        return self.code == 0


def run(command: Command, *, seconds: float = 120, remedy: str = "wasmlab doctor") -> Completed:
    """Run `command` to its end without a shell.

    Raises:
        ToolMissing: the program is not there; the hint is `remedy`.
        ToolBroken: the program is there but cannot be started.
        TimeLimit: it ran longer than `seconds`; it has been ended.
    """
    program = command.argv[0]
    try:
        done = subprocess.run(
            command.argv,
            cwd=command.cwd,
            env={**os.environ, **command.env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError as error:
        raise _missing(program, command.cwd, remedy) from error
    except OSError as error:
        raise ToolBroken(f"{program} cannot be started: {error.strerror}", remedy) from error
    except subprocess.TimeoutExpired as error:
        raise TimeLimit(f"{program} ran longer than {seconds:g} s", "try again with less") from error
    return Completed(command, done.returncode, _text(done.stdout), _text(done.stderr))


def _missing(program: str, cwd: Path, remedy: str) -> ToolMissing:
    if not cwd.is_dir():
        return ToolMissing(f"the folder {cwd} is gone", "restore it, then run the command again")
    return ToolMissing(f"{program} is not on this machine", remedy)


def _text(output: bytes) -> str:
    return output.decode("utf-8", errors="replace").replace("\r\n", "\n")


def first_line(argv: Sequence[str], *, seconds: float = 20) -> str:
    """Return the first line that `argv` prints, or an empty string where it fails."""
    try:
        done = run(Command(tuple(argv), Path.cwd()), seconds=seconds)
    except (ToolMissing, ToolBroken, TimeLimit):
        return ""
    return (done.stdout or done.stderr).partition("\n")[0].strip() if done.ok else ""
