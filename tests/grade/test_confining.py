"""Every confinement of this machine keeps a source from the host's files, and the report names it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import wasmtime

from wasmlab.errors import CompilerLimit, ConfinementMissing, ToolBroken, UsageError, WasmlabError
from wasmlab.grade.confining import WAYS, choose, compiler_path, landlock, sandbox
from wasmlab.grade.confining.limits import CompilerLimits, crashed, killed, over_output, over_time
from wasmlab.grade.confining.native import NativeGroup, _completed, _patience
from wasmlab.grade.template import make_template
from wasmlab.grade.workers.worker import compilers
from wasmlab.lesson import load_lesson
from wasmlab.process import Command, Group

HERE = [name for name, way in WAYS.items() if way.confines and way.find()]
SUM = Path(__file__).parents[1] / "hostile" / "lessons" / "sum"
_LIMITS = CompilerLimits(seconds=20)


@pytest.fixture(params=HERE or [pytest.param("-", marks=pytest.mark.skip(reason="nothing here confines"))])
def confined(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Group, tuple[str, ...], Path]]:
    """Return each confinement at work in a folder, and the words that compile there."""
    if request.param == "sandbox-compiler":
        monkeypatch.setenv(sandbox.VARIABLE, str(_PREPARED.parent))
    template = make_template(load_lesson(SUM), tmp_path / "template")
    with compilers(request.param, tmp_path / "room", template, _LIMITS) as (group, path):
        from wasmlab.toolchains.clang import find

        tool = find(path)
        driver = (str(tool.path), "clang") if path or tool.name == "zig" else (str(tool.path),)
        yield group, (*driver, "--target=wasm32", "-c", "a.c", "-o", "a.o"), tmp_path / "room"


def test_a_command_that_has_had_the_sandbox_ends_in_silence(tmp_path: Path) -> None:
    tiny = tmp_path / "tiny.cwasm"
    tiny.write_bytes(wasmtime.Module(sandbox.engine(), "(module)").serialize())
    program = f"""
import sys
from pathlib import Path
from wasmlab.cli import main
from wasmlab.grade.confining import sandbox
sandbox._loaded(Path({str(tiny)!r}))
sys.argv = ["wasmlab", "--version"]
main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


_PREPARED = sandbox.expected()  # before a test has a cache of its own


def test_a_source_reads_nothing_of_the_host(
    confined: tuple[Group, tuple[str, ...], Path], tmp_path: Path
) -> None:
    group, words, room = confined
    secret = tmp_path / "secret.h"
    secret.write_text("the_secret_itself is private\n", encoding="utf-8")
    reached = (str(secret), "../../secret.h", "/etc/passwd", "/proc/self/environ")
    for path in reached:
        (room / "a.c").write_text(f'#include "{path}"\n', encoding="utf-8")
        done = group.run(Command(words, room))
        assert not done.ok
        assert "the_secret_itself" not in done.stderr
        assert "not found" in done.stderr or "denied" in done.stderr or "not permitted" in done.stderr
    (room / "a.c").write_text(f'__asm__(".incbin \\"{secret.as_posix()}\\"");\n', encoding="utf-8")
    assert not group.run(Command(words, room)).ok


@pytest.mark.skipif(os.name != "posix", reason="links of Unix")
def test_a_link_in_the_room_leads_nowhere(
    confined: tuple[Group, tuple[str, ...], Path], tmp_path: Path
) -> None:
    group, words, room = confined
    (tmp_path / "secret.h").write_text("the_secret_itself is private\n", encoding="utf-8")
    (room / "link.h").symlink_to(tmp_path / "secret.h")
    (room / "a.c").write_text('#include "link.h"\n', encoding="utf-8")
    done = group.run(Command(words, room))
    assert not done.ok
    assert "the_secret_itself" not in done.stderr


def test_a_good_source_is_compiled(confined: tuple[Group, tuple[str, ...], Path]) -> None:
    group, words, room = confined
    (room / "a.c").write_text("int add(int a, int b) { return a + b; }\n", encoding="utf-8")
    assert group.run(Command(words, room)).ok
    assert (room / "a.o").read_bytes().startswith(b"\0asm")


def test_a_source_is_told_no_time(confined: tuple[Group, tuple[str, ...], Path]) -> None:
    group, words, room = confined
    (room / "a.c").write_text("const char at[] = __DATE__ __TIME__;\n", encoding="utf-8")
    assert group.run(Command(words, room)).ok
    assert b"Jan  1 197000:00:00" in (room / "a.o").read_bytes()


def test_a_compiler_that_says_too_much_is_ended(confined: tuple[Group, tuple[str, ...], Path]) -> None:
    group, words, room = confined
    line = '#warning "a sentence that is said again and again, until nobody can hear it any more"\n'
    (room / "a.c").write_text(line * 4000, encoding="utf-8")
    with pytest.raises(CompilerLimit, match="says more"):
        group.run(Command(words, room))


@pytest.mark.skipif(os.name != "posix", reason="Windows tells no signal")
def test_a_compiler_that_was_killed_is_told_from_one_that_crashed(tmp_path: Path) -> None:
    group = NativeGroup("none", tmp_path, [], _LIMITS)
    with pytest.raises(CompilerLimit) as told:
        group.run(Command(("/bin/sh", "-c", "kill -9 $$"), tmp_path))
    group.close()
    assert told.value.what == killed().what


def test_an_object_that_is_too_large_is_not_made(confined: tuple[Group, tuple[str, ...], Path]) -> None:
    group, words, room = confined
    (room / "a.c").write_text("char all_of_it[33 << 20] = {1};\n", encoding="utf-8")
    with pytest.raises(CompilerLimit, match="room on the disk"):
        group.run(Command(words, room))
    assert not (room / "a.o").exists() or (room / "a.o").stat().st_size <= _LIMITS.file


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
    group = NativeGroup("none", tmp_path, [], CompilerLimits(seconds=1, output=1000))
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


SANDBOX, LANDLOCK, BUBBLEWRAP, NONE = WAYS


@pytest.fixture
def only_here(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that makes this a machine with just these confinements."""

    def make(*names: str) -> None:
        for name in (SANDBOX, LANDLOCK, BUBBLEWRAP):
            found = "1" if name in names else ""
            monkeypatch.setitem(WAYS, name, replace(WAYS[name], find=lambda found=found: found))
        monkeypatch.setattr(landlock, "find", WAYS[LANDLOCK].find)

    return make


@pytest.mark.parametrize(
    ("here", "natively", "chosen"),
    [
        ((SANDBOX, LANDLOCK, BUBBLEWRAP), False, SANDBOX),
        ((LANDLOCK, BUBBLEWRAP), False, LANDLOCK),
        ((BUBBLEWRAP,), False, BUBBLEWRAP),
        ((), False, NONE),
        ((SANDBOX, LANDLOCK), True, SANDBOX),
        ((SANDBOX, BUBBLEWRAP), True, BUBBLEWRAP),
        ((SANDBOX,), True, NONE),
    ],
)
def test_the_strongest_is_chosen(
    only_here: Callable[..., None], here: tuple[str, ...], natively: bool, chosen: str
) -> None:
    only_here(*here)
    assert choose(natively=natively).name == chosen


def test_a_required_one_is_refused_where_there_is_none(only_here: Callable[..., None]) -> None:
    only_here(BUBBLEWRAP)
    assert choose(required=True).name == BUBBLEWRAP
    assert choose(NONE).name == NONE
    with pytest.raises(ConfinementMissing, match="--require-sandbox"):
        choose(NONE, required=True)
    only_here()
    with pytest.raises(ConfinementMissing, match="--require-sandbox"):
        choose(required=True)


def test_a_name_is_taken_at_its_word(only_here: Callable[..., None]) -> None:
    only_here(SANDBOX, LANDLOCK)
    assert choose(LANDLOCK).name == LANDLOCK
    with pytest.raises(ConfinementMissing, match=BUBBLEWRAP):
        choose(BUBBLEWRAP)
    with pytest.raises(UsageError, match="landlok"):
        choose("landlok")


def test_only_the_sandbox_has_a_compiler_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "compiler", lambda: Path("clang.cwasm"))
    assert compiler_path(SANDBOX) == Path("clang.cwasm")
    assert [compiler_path(way) for way in (LANDLOCK, BUBBLEWRAP, NONE)] == [None, None, None]


@pytest.mark.skipif(os.name != "posix", reason="owners of Unix")
def test_a_compiler_that_others_may_write_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(sandbox.VARIABLE, str(tmp_path))
    sandbox.expected().write_bytes(b"native code of somebody")
    sandbox.expected().chmod(0o666)
    assert sandbox.compiler() is None
    sandbox.expected().chmod(0o600)
    assert sandbox.compiler() == sandbox.expected()


def test_emscripten_is_confined_too(tmp_path: Path) -> None:
    from wasmlab.errors import ToolMissing
    from wasmlab.grade.confining.native import compiler_folders
    from wasmlab.toolchains import emscripten

    if not WAYS["landlock"].find():
        pytest.skip("this kernel has no Landlock")
    try:
        tool = emscripten.find(None)
    except ToolMissing as missing:
        pytest.skip(missing.what)
    room, secret = tmp_path / "room", tmp_path / "secret.h"
    secret.write_text("the_secret_itself is private\n", encoding="utf-8")
    group = NativeGroup("landlock", room, compiler_folders(["emscripten"]), _LIMITS)
    words = (str(tool.path), "-c", "a.c", "-o", "a.o")
    try:
        (room / "a.c").write_text("int add(int a, int b) { return a + b; }\n", encoding="utf-8")
        assert group.run(Command(words, room)).ok
        (room / "a.c").write_text(f'#include "{secret}"\n', encoding="utf-8")
        done = group.run(Command(words, room))
    finally:
        group.close()
    assert not done.ok
    assert "denied" in done.stderr
    assert "the_secret_itself" not in done.stderr


def _said(code: int = 0, why: str = "", stderr: str = "") -> dict[str, Any]:
    return {"code": code, "why": why, "stdout": "", "stderr": stderr}


@pytest.mark.parametrize(
    ("said", "kind", "what"),
    [
        ({"broken": "no such file"}, ToolBroken, "clang cannot be started: no such file"),
        (_said(1, stderr="bwrap: no namespaces\n"), ToolBroken, "bwrap: no namespaces"),
        (_said(-9, "time"), CompilerLimit, over_time(20).what),
        (_said(-24), CompilerLimit, over_time(20).what),
        (_said(-9, "output"), CompilerLimit, over_output().what),
        (_said(-9), CompilerLimit, killed().what),
        (_said(137), CompilerLimit, killed().what),
        *((_said(code), CompilerLimit, crashed().what) for code in (-11, -6, 134, 139, 153)),
    ],
)
def test_how_a_compiler_ended_says_whose_doing_it_is(
    said: dict[str, Any], kind: type[WasmlabError], what: str
) -> None:
    with pytest.raises(kind) as told:
        _completed(Command(("/bin/clang",), Path()), said, 20, "wasmlab doctor")
    assert told.value.what == what


_INNER = "em++: error: '/usr/bin/clang++ -c a.cpp -o a.o' failed ({})\n"
_KILLED = _INNER.format("received SIGKILL (-9)")


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (_said(1, stderr="a warning\n" + _KILLED), killed().what),
        (_said(1, stderr=_INNER.format("received SIGXCPU (-24)")), over_time(20).what),
        (_said(1, stderr=_INNER.format("received SIGSEGV (-11)")), crashed().what),
        (_said(1, stderr=_KILLED + _INNER.format("returned 1")), ""),
        (_said(0, stderr=_KILLED), ""),
    ],
)
def test_how_a_program_of_emscripten_ended_says_whose_doing_it_is(said: dict[str, Any], what: str) -> None:
    """It starts a dozen, and ends with 1 whatever has ended one of them."""
    try:
        came = _completed(Command(("/usr/bin/em++", "a.cpp"), Path()), said, 20, "wasmlab doctor").stdout
    except CompilerLimit as error:
        came = error.what
    assert came == what


@pytest.mark.parametrize(
    "said", [_said(), _said(1, stderr="a.c:1:1: error: no"), _said(0, stderr="bwrap: x")]
)
def test_a_compiler_that_ended_by_itself_is_heard(said: dict[str, Any]) -> None:
    done = _completed(Command(("/bin/clang",), Path()), said, 20, "wasmlab doctor")
    assert (done.code, done.stderr) == (said["code"], said["stderr"])


def test_emscripten_has_more_time_for_its_dozen_programs() -> None:
    words = [("emcc", "a.c"), ("/usr/bin/python3", "/opt/em++.py"), ("clang", "-c", "emcc.c"), ("wasm-ld",)]
    assert [_patience(Command(each, Path())) for each in words] == [6, 6, 1, 1]


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


def test_the_sandbox_compiler_alone_is_no_confinement_of_emscripten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "find", str)  # as on a system without it
    assert choose(natively=True).name != "sandbox-compiler"
    monkeypatch.setenv(sandbox.VARIABLE, str(_PREPARED.parent))
    if sandbox.find():
        with pytest.raises(ConfinementMissing, match="Emscripten"):
            choose("sandbox-compiler", natively=True)
