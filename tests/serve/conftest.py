"""The real server in a process of its own, raw sockets to it, and a page's livereload connection."""

from __future__ import annotations

import asyncio
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

LESSON = Path(__file__).parents[2] / "minimal-demo"
PATIENCE = 20.0
PAGE = "<!doctype html><html lang='en'><head><title>t</title></head><body><p>first</p></body></html>"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Served:
    """A running `wasmlab serve`."""

    process: subprocess.Popen[str]
    root: Path
    lines: list[str] = field(default_factory=list)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    @property
    def port(self) -> int:
        line = next(line for line in self.lines if line.startswith("Local:"))
        return int(line.strip().split("/")[2].rpartition(":")[2])

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/"

    def get(self, path: str, headers: dict[str, str] | None = None, **more: Any) -> Answer:
        request = urllib.request.Request(self.url + path.lstrip("/"), headers=headers or {}, **more)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())

    def status(self) -> dict[str, Any]:
        status: dict[str, Any] = json.loads(self.get("_wasmlab/status.json").body)
        return status

    def raw(self, data: bytes, *, timeout: float = PATIENCE) -> bytes:
        """Send bytes as they are and return all that comes back until the server has nothing to add."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as connection:
            try:
                connection.sendall(data)
                return _whole_answer(connection)
            except (ConnectionResetError, BrokenPipeError):
                return b""

    def until(self, condition: Callable[[], Any]) -> Any:
        """Poll until `condition()` holds and return its value; show the output where it never does."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if value := condition():
                return value
            time.sleep(0.02)
        pytest.fail(f"it did not come to pass; the server said:\n{self.output}")

    def until_said(self, text: str) -> None:
        self.until(lambda: text in self.output)

    def stop(self, how: int = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            return self.process.wait(PATIENCE)
        finally:
            if self.process.poll() is None:
                self.process.kill()


def _whole_answer(connection: socket.socket) -> bytes:
    got = b""
    while b"\r\n\r\n" not in got:
        if not (data := connection.recv(65536)):
            return got
        got += data
    head, _, body = got.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    missing = int(lengths[0].partition(b":")[2]) - len(body) if lengths else 0
    while missing > 0 and (data := connection.recv(65536)):
        got += data
        missing -= len(data)
    return got


@pytest.fixture
def start_server(course_copy: Path) -> Iterator[Callable[..., Served]]:
    """Return a function that starts `wasmlab serve ARGS` in the course and waits until it serves."""
    servers: list[Served] = []

    def start(*args: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> Served:
        served = start_process(["--no-browser", "--port", "0", *args], cwd or course_copy, env or {})
        servers.append(served)
        served.until(lambda: served.process.poll() is not None or "Local:" in served.output)
        if served.process.poll() is not None:
            pytest.fail(f"the server ended with {served.process.returncode}\n{served.output}")
        return served

    yield start
    for served in servers:
        served.stop()


@pytest.fixture(scope="session", name="start_process")
def _start_process() -> Callable[..., Served]:
    """Return the function that starts `wasmlab serve ARGS` and does not wait for anything."""
    return start_process


def start_process(args: list[str], cwd: Path, env: dict[str, str] | None = None) -> Served:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "wasmlab", "serve", *args],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    served = Served(process, cwd)

    def read() -> None:
        assert process.stdout is not None
        with process.stdout:
            served.lines.extend(process.stdout)

    threading.Thread(target=read, daemon=True).start()
    return served


@pytest.fixture
def server(start_server: Callable[..., Served], course_copy: Path) -> Served:
    """Return a running server of a course whose lesson has a plain page of its own beside the real one."""
    (course_copy / "minimal-demo" / "plain.html").write_text(PAGE, encoding="utf-8")
    return start_server()


@pytest.fixture(scope="module")
def standing_lesson(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the lesson that the tests of one file share."""
    lesson = tmp_path_factory.mktemp("standing") / "course" / "minimal-demo"
    shutil.copytree(LESSON, lesson, ignore=shutil.ignore_patterns("dist", "__pycache__"))
    (lesson / "plain.html").write_text(PAGE, encoding="utf-8")
    return lesson


@pytest.fixture(scope="module")
def standing(standing_lesson: Path) -> Iterator[Served]:
    """Return a server of that copy, for tests that only look or add files of their own."""
    served = start_process(["--no-browser", "--port", "0"], standing_lesson.parent)
    served.until(lambda: "Local:" in served.output)
    yield served
    served.stop()


class Page:
    """A page's livereload connection, held by a thread, so that a test can wait for its messages."""

    def __init__(self, server: Served) -> None:
        self.server = server
        self.messages: queue.Queue[str] = queue.Queue()
        self._joined = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._joined.wait(PATIENCE), server.output

    def _run(self) -> None:
        self._loop.run_until_complete(self._listen())
        self._loop.close()

    async def _listen(self) -> None:
        self._stop = asyncio.Event()
        request = HTTPRequest(
            f"ws://{self.server.host}/livereload", headers={"Origin": f"http://{self.server.host}"}
        )
        self._socket = await websocket_connect(request)
        # The second answer says that the message between the two has been heard.
        for said in ({"command": "hello"}, {"command": "info", "url": self.server.url}, {"command": "hello"}):
            await self._socket.write_message(json.dumps(said))
        for _ in range(2):
            assert json.loads(await self._socket.read_message() or "{}")["command"] == "hello"
        self._joined.set()
        while (message := await self._socket.read_message()) is not None:
            self.messages.put(json.loads(message)["path"])

    def next(self) -> str:
        """Return the path that the next message names."""
        try:
            return self.messages.get(timeout=PATIENCE)
        except queue.Empty:
            pytest.fail(f"no message came\n{self.server.output}")

    def until(self, path: str) -> list[str]:
        """Return the paths of all messages up to the first that names `path`."""
        got = [self.next()]
        while got[-1] != path:
            got.append(self.next())
        return got

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._socket.close)
        self._thread.join(PATIENCE)


@pytest.fixture
def open_page() -> Iterator[Callable[[Served], Page]]:
    """Return a function that opens a page's livereload connection to a server."""
    pages: list[Page] = []

    def open_one(server: Served) -> Page:
        pages.append(Page(server))
        return pages[-1]

    yield open_one
    for page in pages:
        page.close()
