"""Stand-ins for what is not ours: a package manager on PATH, and the server that browsers come from."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest


@dataclass(frozen=True)
class FakeManager:
    """An `apt-get` that notes how it was called; `installed` is what its last call leaves."""

    log: Path
    installed: Path

    def calls(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., FakeManager]:
    """Return a function that puts a stand-in `apt-get`, and nothing else, on PATH."""
    if os.name == "nt":
        pytest.skip("the stand-in is a shell script, and Windows has no apt-get")

    def put(exit_code: int = 0) -> FakeManager:
        folder = tmp_path / "bin"
        folder.mkdir()
        made = FakeManager(tmp_path / "log", tmp_path / "installed")
        (folder / "apt-get").write_text(
            "#!/bin/sh\n"
            f'echo "$@" >> "{made.log}"\n'
            '[ "$1" = install ] || exit 0\n'
            f': > "{made.installed}"\n'
            f'echo "E: the mirror says no"\nexit {exit_code}\n',
            encoding="utf-8",
        )
        (folder / "apt-get").chmod(0o755)
        monkeypatch.setenv("PATH", str(folder))
        monkeypatch.setattr("os.geteuid", lambda: 0)
        return made

    return put


@pytest.fixture(params=["answers 404", "cuts the connection"])
def download_host(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[str]]:
    """Be the server that Playwright downloads from, and a bad one; yield the paths it was asked for."""
    asked: list[str] = []

    class Bad(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if request.param == "answers 404":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(b"PK" * 100)
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Bad)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield asked
    server.shutdown()
    server.server_close()


@pytest.fixture
def no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Name a server that refuses every connection."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("npm_config_fetch_retries", "0")


@pytest.fixture
def silent_host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Be a download server that takes a request and never answers; the event says that one came."""
    asked, over = threading.Event(), threading.Event()

    class Silent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.set()
            over.wait()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    yield asked
    over.set()
    server.shutdown()
    server.server_close()
