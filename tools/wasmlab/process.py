"""The one door for subprocesses: shows the command, bounds its time, names a missing tool."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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


class Group:
    """The commands that one caller has running side by side, so that all can be ended at once."""

    def __init__(self) -> None:
        self.stopped = False
        self._running: set[subprocess.Popen[bytes]] = set()

    def stop(self) -> None:
        """End what is running, with all that it has started; nothing further starts in this group."""
        self.stopped = True
        for child in list(self._running):
            _end(child)

    def run(
        self,
        command: Command,
        *,
        seconds: float = 120,
        remedy: str = "wasmlab doctor",
        on_line: Callable[[str], None] | None = None,
    ) -> Completed:
        """Run `command` to its end without a shell; the errors are those of `run`.

        `on_line` hears each line of its standard error as it comes, in a thread of its own.
        """
        return self.begin(command, remedy=remedy).finish(seconds, on_line)

    def begin(self, command: Command, *, remedy: str = "wasmlab doctor") -> Begun:
        """Start `command` and return at once.

        Raises:
            ToolMissing, ToolBroken: as `run`.
        """
        if self.stopped:
            raise KeyboardInterrupt
        child = _start(command, remedy)
        self._running.add(child)
        if self.stopped:  # while it was being started
            _end(child)
        return Begun(command, child, self._running)


class Begun:
    """A command that runs while its caller does something else; whoever began it finishes or ends it."""

    def __init__(
        self, command: Command, child: subprocess.Popen[bytes], running: set[subprocess.Popen[bytes]]
    ) -> None:
        self._command, self._child, self._running = command, child, running

    def finish(self, seconds: float, on_line: Callable[[str], None] | None = None) -> Completed:
        """Wait for its end, `seconds` from now at the most.

        Raises:
            TimeLimit: as `run`.
        """
        heard = _listen(self._child, on_line) if on_line else None
        try:
            out, err = self._child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired as error:
            what = f"{Path(self._command.argv[0]).name} ran longer than {seconds:g} s"
            raise TimeLimit(what, "try again with less") from error
        finally:
            self.end()
        return Completed(self._command, self._child.returncode, _text(out), _text(heard() if heard else err))

    def end(self) -> None:
        """End it with all that it has started; nothing happens where it has ended."""
        self._running.discard(self._child)
        if self._child.returncode is None:  # the time is up, or Ctrl-C, or nobody wants it any more
            _end(self._child)
            self._child.communicate()


def _listen(child: subprocess.Popen[bytes], on_line: Callable[[str], None]) -> Callable[[], bytes]:
    """Read standard error in a thread; return a function that waits for its end and gives all of it."""
    assert child.stderr is not None
    pipe, child.stderr = child.stderr, None  # `communicate` leaves it to us
    lines: list[bytes] = []

    def read() -> None:
        with pipe:
            for line in pipe:
                lines.append(line)
                on_line(_text(line).rstrip())

    thread = threading.Thread(target=read, daemon=True)
    thread.start()

    def all_of_it() -> bytes:
        thread.join()
        return b"".join(lines)

    return all_of_it


def run(command: Command, *, seconds: float = 120, remedy: str = "wasmlab doctor") -> Completed:
    """Run `command` to its end without a shell.

    Raises:
        ToolMissing: the program is not there; the hint is `remedy`.
        ToolBroken: the program is there but cannot be started.
        TimeLimit: it ran longer than `seconds`; it has been ended.
    """
    return Group().run(command, seconds=seconds, remedy=remedy)


def stream(command: Command, on_line: Callable[[str], None], *, seconds: float, remedy: str) -> int:
    """Run `command`, hand each line of its output to `on_line` as it comes, return its exit code.

    Raises:
        ToolMissing, ToolBroken, TimeLimit: as `run`.
    """
    child = _start(command, remedy, stderr=subprocess.STDOUT)
    late = threading.Event()

    def stop() -> None:
        late.set()
        _end(child)

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        assert child.stdout is not None
        with io.TextIOWrapper(child.stdout, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                on_line(line.rstrip())
        code = child.wait()
    finally:
        timer.cancel()
        if child.poll() is None:  # Ctrl-C, or `on_line` has had enough
            _end(child)
            child.wait()
    if late.is_set():
        raise TimeLimit(f"{Path(command.argv[0]).name} ran longer than {seconds:g} s", remedy)
    return code


def converse(command: Command, *, remedy: str = "wasmlab doctor") -> subprocess.Popen[bytes]:
    """Start `command` with pipes to its stdin and from its stdout; whoever starts it ends it with `end`.

    Raises:
        ToolMissing, ToolBroken: as `run`.
    """
    return _start(command, remedy, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)


def end(child: subprocess.Popen[bytes]) -> None:
    """End what `converse` started, and close its pipes; nothing happens where it has ended."""
    if child.poll() is None:
        _end(child)
        child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe:
            with contextlib.suppress(OSError):
                pipe.close()


def _start(
    command: Command, remedy: str, *, stdin: int = subprocess.DEVNULL, stderr: int = subprocess.PIPE
) -> subprocess.Popen[bytes]:
    # A group of its own: Ctrl-C reaches us alone, and we end the command with its children.
    own_group: dict[str, Any] = (
        {"process_group": 0} if os.name == "posix" else {"creationflags": 0x200}  # CREATE_NEW_PROCESS_GROUP
    )
    program = command.argv[0]
    try:
        return subprocess.Popen(
            command.argv,
            cwd=command.cwd,
            env={**os.environ, **command.env} if command.env else None,  # None: as it is, and copied nowhere
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            **own_group,
        )
    except FileNotFoundError as error:
        raise _missing(program, command.cwd, remedy) from error
    except OSError as error:
        raise ToolBroken(f"{program} cannot be started: {error.strerror}", remedy) from error


def _end(child: subprocess.Popen[bytes]) -> None:
    """End `child` and whatever it has started."""
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGKILL)
        else:
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(child.pid)], capture_output=True, check=False)


def quoted(word: str) -> str:
    """Return `word` as one types it into a shell of this system."""
    return subprocess.list2cmdline([word]) if os.name == "nt" else shlex.quote(word)


def hand_over(command: Command, *, remedy: str = "wasmlab doctor") -> int:
    """Run `command` on this terminal, as if the user had typed it, and return its exit code.

    Raises:
        ToolMissing: the program is not there; the hint is `remedy`.
    """
    try:
        return subprocess.call(command.argv, cwd=command.cwd, env={**os.environ, **command.env})
    except FileNotFoundError as error:
        raise _missing(command.argv[0], command.cwd, remedy) from error


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
