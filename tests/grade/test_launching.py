"""The launcher of native compilers: what it takes from them, and that nothing of them stays."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from wasmlab.errors import CompilerLimit
from wasmlab.grade.confining import landlock
from wasmlab.grade.confining.limits import CompilerLimits, killed, over_output, over_time
from wasmlab.grade.confining.native import NativeGroup
from wasmlab.process import Command

_LIMITS = CompilerLimits(seconds=20)


@pytest.mark.skipif(os.name != "posix", reason="Windows tells no signal")
def test_a_compiler_that_was_killed_is_told_from_one_that_crashed(tmp_path: Path) -> None:
    group = NativeGroup("none", tmp_path, [], _LIMITS)
    with pytest.raises(CompilerLimit) as told:
        group.run(Command(("/bin/sh", "-c", "kill -9 $$"), tmp_path))
    group.close()
    assert told.value.what == killed().what


_DEEDS = {
    "reads its own tools": "open(tools + '/tool').read()",
    "writes in the room": "open('made', 'w').write('x')",
    "renames in the room": "os.rename('made', 'again')",
    "makes a folder in the room": "os.mkdir('folder')",
    "has given up what a program may gain": "1 / ctypes.CDLL(None).prctl(39, 0, 0, 0, 0)",
    "writes to its own tools": "open(tools + '/tool', 'r+')",
    "adds to its own tools": "open(tools + '/more', 'w')",
    "cuts its own tools": "os.truncate(tools + '/tool', 0)",
    "removes its own tools": "os.unlink(tools + '/tool')",
    "moves its own tools": "os.rename(tools + '/tool', tools + '/other')",
    "makes a folder among its own tools": "os.mkdir(tools + '/folder')",
    "reads beside the room": "open('../private').read()",
    "lists what is beside the room": "os.listdir('..')",
    "writes beside the room": "open('../private', 'r+')",
    "cuts what is beside the room": "os.truncate('../private', 0)",
    "removes what is beside the room": "os.unlink('../private')",
    "makes a file beside the room": "open('../made', 'w')",
    "starts what is beside the room": "os.execv('../program', ['program'])",
    "makes a link": "os.symlink('../private', 'link')",
    "makes a pipe": "os.mkfifo('pipe')",
    "makes a socket": "socket.socket(socket.AF_UNIX).bind('socket')",
    "makes a device": "os.mknod('device', 0o20666, os.makedev(1, 5))",
    "listens": "socket.socket().bind(('127.0.0.1', 0))",
    "calls out": "socket.create_connection(('127.0.0.1', 9))",
    "signals another process": "os.kill(pid, 0)",
}


_ALLOWED = list(_DEEDS)[:5]


@pytest.mark.skipif(landlock._version() < 6, reason="this kernel's Landlock cannot refuse all of that")
def test_landlock_takes_away_all_but_what_is_needed(tmp_path: Path) -> None:
    tools, room = tmp_path / "tools", tmp_path / "room"
    tools.mkdir()
    (tools / "tool").write_text("x")
    (tmp_path / "private").write_text("x")
    (tmp_path / "program").write_text("#!/bin/sh\n")
    (tmp_path / "program").chmod(0o755)
    python = Path(sys.executable).resolve()
    program = f"import ctypes, json, os, socket\ntools, pid, came = {str(tools)!r}, {os.getpid()}, {{}}\n"
    for name, deed in _DEEDS.items():
        program += f"try:\n {deed}\n came[{name!r}] = ''\n"
        program += f"except Exception as error:\n came[{name!r}] = type(error).__name__\n"
    readable = [Path(sys.base_prefix), Path("/usr"), Path("/lib64"), Path("/etc/ld.so.cache"), tools]
    group = NativeGroup("landlock", room, readable, _LIMITS)
    try:
        words = (str(python), "-I", "-S", "-c", program + "print(json.dumps(came))")
        done = group.run(Command(words, room))
    finally:
        group.close()
    assert done.ok, done.stderr
    assert json.loads(done.stdout) == {name: "" if name in _ALLOWED else "PermissionError" for name in _DEEDS}


@pytest.mark.skipif(not landlock.find(), reason="this kernel has no Landlock")
@pytest.mark.parametrize("call", ["_CREATE_RULESET", "_RESTRICT_SELF"])
def test_what_the_kernel_refuses_is_no_confinement(call: str) -> None:
    program = f"""
from wasmlab.grade.confining import landlock
landlock._version = lambda: 1
landlock.{call} = 100_000  # no call has that number
landlock.restrict([], [])
print("confined")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert "OSError: [Errno 38]" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="bounds of Unix")
def test_a_compiler_has_bounds_and_nothing_of_our_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "the_secret_itself")
    group = NativeGroup("none", tmp_path, [], CompilerLimits(7, 1 << 30, 1 << 20, 1 << 16))
    try:
        done = group.run(
            Command(("/bin/sh", "-c", "ulimit -t; ulimit -d; ulimit -f; ulimit -c; env"), tmp_path)
        )
    finally:
        group.close()
    seconds, data, file, core, *environment = done.stdout.split("\n")
    assert (seconds, data, file, core) == ("8", str(1 << 20), str(1 << 11), "0")  # KiB, and blocks of 512
    assert "the_secret_itself" not in done.stdout
    assert f"HOME={tmp_path / 'tmp'}" in environment


def _wait_till_it_is_gone(pid: int) -> None:
    """Wait for the end of a process; whose parent has not looked yet, that one has ended too."""
    deadline = time.monotonic() + 20
    with suppress(psutil.NoSuchProcess):
        while psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
            if time.monotonic() > deadline:
                psutil.Process(pid).kill()
                raise AssertionError("it goes on")
            time.sleep(0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="others tell nobody of an orphan")
def test_what_a_script_of_emscripten_has_started_ends_with_it_whatever_its_session(tmp_path: Path) -> None:
    (tmp_path / "emcc").write_text("setsid sleep 600 >/dev/null 2>&1 &\necho $!\n")
    group = NativeGroup("none", tmp_path, [], _LIMITS)
    try:
        for _ in range(2):
            done = group.run(Command(("/bin/sh", "emcc"), tmp_path))
            _wait_till_it_is_gone(int(done.stdout))
    finally:
        group.close()


@pytest.mark.skipif(os.name != "posix", reason="a shell of Unix")
@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("sleep 600", over_time(1).what),
        ("exec >/dev/null 2>&1; sleep 600", over_time(1).what),
        ("while :; do echo; done", over_output().what),
        ("cat", ""),  # nobody answers it
    ],
)
def test_a_compiler_that_does_not_end_is_ended(tmp_path: Path, line: str, what: str) -> None:
    limits = CompilerLimits(seconds=1 if "sleep" in line else 20, output=1000)
    group = NativeGroup("none", tmp_path, [], limits)
    try:
        group.run(Command(("/bin/sh", "-c", line), tmp_path), seconds=30)
        came = ""
    except CompilerLimit as error:
        came = error.what
    finally:
        group.close()
    assert came == what


@pytest.mark.skipif(os.name != "posix", reason="groups of Unix")
def test_what_a_compiler_has_started_ends_with_it(tmp_path: Path) -> None:
    group = NativeGroup("none", tmp_path, [], _LIMITS)
    try:
        done = group.run(Command(("/bin/sh", "-c", "sleep 600 >/dev/null 2>&1 & echo $!"), tmp_path))
        _wait_till_it_is_gone(int(done.stdout))
    finally:
        group.close()


def test_commands_of_targets_built_side_by_side_get_their_own_answers(tmp_path: Path) -> None:
    """The compilers of one room share a launcher, and the targets of a lesson are built in threads."""
    from concurrent.futures import ThreadPoolExecutor

    group = NativeGroup("none", tmp_path, [], _LIMITS)
    commands = [Command((sys.executable, "-S", "-c", f"print({n})"), tmp_path) for n in range(40)]
    try:
        with ThreadPoolExecutor(4) as threads:
            said = [done.stdout.strip() for done in threads.map(group.run, commands)]
    finally:
        group.close()
    assert said == [str(n) for n in range(40)]
