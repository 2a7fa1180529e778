"""The command's life: ports, browser, keys, and an end that leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

posix = pytest.mark.skipif(os.name != "posix", reason="signals and terminals of POSIX")


@pytest.fixture
def taken() -> Any:
    """Return a port that another server has, with the next one most likely free."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_taken_port_moves_to_the_next_and_says_so(start_server: Callable[..., Any], taken: int) -> None:
    server = start_server("--port", str(taken))
    assert server.port > taken
    assert f"port {taken} is in use" in server.output


def test_strict_port_refuses_another(
    start_process: Callable[..., Any], course_copy: Path, taken: int
) -> None:
    server = start_process(["--strict-port", "--port", str(taken), "--no-browser"], course_copy)
    assert server.process.wait(20) == 2
    server.until_said(f"error: port {taken} is in use\nhint: wasmlab serve --port")


def test_every_option_reads_its_variable(start_server: Callable[..., Any]) -> None:
    server = start_server(env={"WASMLAB_NO_RELOAD": "1"})
    assert b"client.js" not in server.get("minimal-demo/").body


def test_an_unknown_lesson_is_named(start_process: Callable[..., Any], course_copy: Path) -> None:
    server = start_process(["minimal-dem", "--no-browser"], course_copy)
    assert server.process.wait(20) == 2
    server.until_said("did you mean 'minimal-demo'?")


@pytest.mark.parametrize(("args", "env"), [(["--open"], {"CI": "1"}), ([], {"CI": ""})])
def test_the_browser_opens_the_lesson(
    start_process: Callable[..., Any], course_copy: Path, tmp_path: Path, args: list[str], env: dict[str, str]
) -> None:
    opened, browser = _browser(tmp_path)
    server = start_process(["minimal-demo", "--port", "0", *args], course_copy, {**env, "BROWSER": browser})
    server.until(opened.is_file)
    server.until(lambda: opened.read_text("utf-8") == f"http://localhost:{server.port}/minimal-demo/")
    assert server.stop() is not None


def test_the_browser_stays_closed_where_ci_is_set(
    start_process: Callable[..., Any], course_copy: Path, tmp_path: Path
) -> None:
    opened, browser = _browser(tmp_path)
    server = start_process(["--port", "0"], course_copy, {"CI": "1", "BROWSER": browser})
    server.until_said("Local:")
    assert server.get("minimal-demo/").status == 200
    server.stop()
    assert not opened.exists()


def _browser(folder: Path) -> tuple[Path, str]:
    """Return a browser that writes down what it is to open."""
    script, opened = folder / "browser.py", folder / "opened.txt"
    script.write_text(
        f"import pathlib, sys; pathlib.Path({str(opened)!r}).write_text(sys.argv[1])", encoding="utf-8"
    )
    return opened, f'"{sys.executable}" "{script}" %s'


def test_without_a_course_the_copy_is_served_and_said(
    start_server: Callable[..., Any], tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    cache = tmp_path / "cache"
    server = start_server(cwd=empty, env={"WASMLAB_CACHE": str(cache)})
    line = next(line for line in server.lines if "copy" in line)
    assert str(cache) in line
    assert "wasmlab new course" in line
    assert server.get("minimal-demo/").status == 200


def test_the_network_is_listened_to_only_when_asked(start_server: Callable[..., Any]) -> None:
    server = start_server("--host", "0.0.0.0")
    assert "Network:" in server.output or "Local:" in server.output
    quiet = start_server()
    assert "Network:" not in quiet.output
    address = _other_address()
    if address:
        assert re.search(r"Network: http://[\d.]+:\d+/", server.output)
        assert _answers(address, server.port)
        assert not _answers(address, quiet.port)


def _other_address() -> str:
    from wasmlab.serve.ports import lan_address

    return lan_address()


def _answers(address: str, port: int) -> bool:
    head = f"GET /minimal-demo/ HTTP/1.1\r\nHost: {address}:{port}\r\n\r\n".encode()
    try:
        with socket.create_connection((address, port), timeout=5) as connection:
            connection.sendall(head)
            return connection.recv(100).startswith(b"HTTP/1.1 200")
    except OSError:
        return False


@posix
@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_and_frees_the_port(start_server: Callable[..., Any], how: int, code: int) -> None:
    server = start_server()
    port = server.port
    assert server.stop(how) == code
    assert "Traceback" not in server.output
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.1", port)):
        pass


@posix
def test_a_shell_script_can_end_it_too(course_copy: Path) -> None:
    """A script's `&` has its command ignore SIGINT."""
    command = f'"{sys.executable}" -u -m wasmlab serve --no-browser --port 0'
    wait_for_it = "while read -r line; do case $line in Local:*) break; esac; done < out"
    script = f"mkfifo out; {command} > out & pid=$!; {wait_for_it}; kill -INT $pid; wait $pid"
    done = subprocess.run(
        ["sh", "-c", script], cwd=course_copy, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 130, done.stderr


@posix
def test_ctrl_c_during_a_build_leaves_no_compiler_behind(
    start_server: Callable[..., Any], lesson_copy: Path
) -> None:
    server = start_server()
    source = lesson_copy / "c" / "add_and_log.c"
    macro = "#define A x+x+x+x+x+x+x+x\n" + "".join(
        f"#define A{n} {' '.join([f'A{n - 1} +' if n else 'A +'] * 8)} 0\n" for n in range(7)
    )
    source.write_text(f"{macro}int add_and_log(int x, int y) {{ return A6; }}\n", encoding="utf-8")
    server.until(lambda: _children(server.process.pid))
    compilers = _children(server.process.pid)
    assert server.stop(signal.SIGINT) == 130
    server.until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in compilers))
    assert "Traceback" not in server.output


def _children(pid: int) -> list[int]:
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in listed.stdout.split()]


@posix
def test_keys_work_in_a_terminal_also_after_a_stop_and_it_is_restored(course_copy: Path) -> None:
    import pty
    import termios

    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    take_it = (
        "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
        "os.execv(sys.executable, [sys.executable, '-m', 'wasmlab', *sys.argv[1:]])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", take_it, "serve", "--no-browser", "--port", "0"],
        cwd=course_copy,
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    try:
        assert "Keys:" in _read_until(master, "Keys:")
        for key, answer in [("h", "rebuild everything"), ("u", "http://localhost:"), ("r", "built in")]:
            os.write(master, key.encode())
            assert answer in _read_until(master, answer)
        process.send_signal(signal.SIGSTOP)
        termios.tcsetattr(slave, termios.TCSANOW, before)  # as a shell does it while the command rests
        process.send_signal(signal.SIGCONT)
        _wait_until(lambda: termios.tcgetattr(slave) != before)
        os.write(master, b"u")
        assert "http://localhost:" in _read_until(master, "http://localhost:")
        os.write(master, b"q")
        assert process.wait(20) == 0
        assert termios.tcgetattr(slave) == before
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


def _wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _read_until(master: int, text: str) -> str:
    got = ""
    while text not in got:
        got += os.read(master, 4096).decode()
    return got
