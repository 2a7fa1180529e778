"""Raw probes over sockets: what a hostile page or a broken client sends, and the answer that is safe."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course with a lesson that builds nothing and holds what must not be served."""
    root = tmp_path_factory.mktemp("gate") / "course"
    lesson = root / "lesson"
    (lesson / ".git").mkdir(parents=True)
    manifest = 'format = 1\ntitle = "Lesson"\norder = 1\npage = "index.html"\n'
    (lesson / "lesson.toml").write_text(manifest, encoding="utf-8")
    (lesson / "index.html").write_text("<!doctype html><p>lesson</p>", encoding="utf-8")
    (lesson / "file.txt").write_text("text\n", encoding="utf-8")
    (lesson / ".env").write_text("SECRET=1", encoding="utf-8")
    (lesson / ".git" / "config").write_text("SECRET", encoding="utf-8")
    (root / ".env").write_text("SECRET=1", encoding="utf-8")
    (root / "private.txt").write_text("SECRET", encoding="utf-8")
    (root.parent / "outside.txt").write_text("SECRET", encoding="utf-8")
    (lesson / "link.txt").symlink_to(root.parent / "outside.txt")
    (lesson / "up").symlink_to(root.parent, target_is_directory=True)
    (lesson / "hidden.txt").symlink_to(lesson / ".env")
    return root


@pytest.fixture(scope="module")
def server(course: Path, start_process: Callable[..., Any]) -> Any:
    served = start_process(["--no-browser", "--port", "0"], course)
    served.until(lambda: "Local:" in served.output)
    yield served
    served.stop()


def _status(answer: bytes) -> int:
    """Return the status of a raw answer; 0 where the connection was closed without one."""
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0


def _request(server: Any, line: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [
        line,
        *(header.replace("{host}", server.host).replace("{port}", str(server.port)) for header in headers),
    ]
    return bytes(server.raw("\r\n".join([*lines, "", ""]).encode("latin-1") + body))


HOST = "Host: {host}"
CONSOLE = "POST /_wasmlab/console HTTP/1.1"
JSON = "Content-Type: application/json"
UPGRADE = (
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)

PROBES: list[tuple[str, tuple[str, ...], set[int]]] = [
    # The Host, to the letter.
    ("foreign host", ("GET / HTTP/1.1", "Host: evil.example"), {421}),
    ("foreign host at our port", ("GET / HTTP/1.1", "Host: evil.example:{port}"), {421}),
    ("a name that begins like ours", ("GET / HTTP/1.1", "Host: localhost.evil:{port}"), {421}),
    ("a name that resolves to loopback", ("GET / HTTP/1.1", "Host: 127.0.0.1.nip.io:{port}"), {421}),
    ("every address", ("GET / HTTP/1.1", "Host: 0.0.0.0:{port}"), {421}),
    ("upper case and trailing dot", ("GET / HTTP/1.1", "Host: LOCALHOST.:{port}"), {421}),
    ("upper case", ("GET / HTTP/1.1", "Host: LOCALHOST:{port}"), {421}),
    ("trailing dot", ("GET / HTTP/1.1", "Host: localhost.:{port}"), {421}),
    ("port left out", ("GET / HTTP/1.1", "Host: localhost"), {421}),
    ("another port", ("GET / HTTP/1.1", "Host: localhost:1"), {421}),
    ("user in the host", ("GET / HTTP/1.1", "Host: a@127.0.0.1:{port}"), {400, 421}),
    ("no host", ("GET / HTTP/1.1",), {400}),
    ("no host in HTTP/1.0", ("GET / HTTP/1.0",), {421}),
    ("two hosts", ("GET / HTTP/1.1", HOST, "Host: evil.example"), {400}),
    ("two hosts in one", ("GET / HTTP/1.1", "Host: 127.0.0.1:{port}, evil.example"), {400, 421}),
    ("absolute form, foreign", ("GET http://evil.example/ HTTP/1.1", HOST), {400}),
    ("absolute form, ours", ("GET http://{host}/ HTTP/1.1", HOST), {400}),
    # The Origin.
    ("foreign origin", ("GET / HTTP/1.1", HOST, "Origin: http://evil.example"), {403}),
    ("null origin", ("GET / HTTP/1.1", HOST, "Origin: null"), {403}),
    ("origin that begins like ours", ("GET / HTTP/1.1", HOST, "Origin: http://{host}.evil"), {403}),
    ("another of our names", ("GET / HTTP/1.1", HOST, "Origin: http://localhost:{port}"), {403}),
    ("two origins", ("GET / HTTP/1.1", HOST, "Origin: http://{host}", "Origin: http://evil.example"), {400}),
    ("cross-site fetch", ("GET / HTTP/1.1", HOST, "Sec-Fetch-Site: cross-site"), {403}),
    (
        "another port's frame",
        (
            "GET / HTTP/1.1",
            HOST,
            "Sec-Fetch-Site: same-site",
            "Sec-Fetch-Mode: navigate",
            "Sec-Fetch-Dest: iframe",
        ),
        {403},
    ),
    ("preflight", ("OPTIONS / HTTP/1.1", HOST, "Origin: http://evil.example"), {403}),
    ("preflight without origin", ("OPTIONS * HTTP/1.1", HOST), {400, 405}),
    # The console, the one thing that is written to.
    ("console as plain text", (CONSOLE, HOST, "Content-Type: text/plain", "Content-Length: 2"), {415}),
    ("console without a type", (CONSOLE, HOST, "Content-Length: 2"), {415}),
    ("console cross-site", (CONSOLE, HOST, JSON, "Sec-Fetch-Site: cross-site", "Content-Length: 2"), {403}),
    (
        "console, foreign origin",
        (CONSOLE, HOST, JSON, "Origin: http://evil.example", "Content-Length: 2"),
        {403},
    ),
    ("console too large", (CONSOLE, HOST, JSON, "Content-Length: 999999999"), {413}),
    ("console of no length", (CONSOLE, HOST, JSON, "Content-Length: two"), {400}),
    ("negative length", (CONSOLE, HOST, JSON, "Content-Length: -1"), {400}),
    ("two lengths", (CONSOLE, HOST, JSON, "Content-Length: 2", "Transfer-Encoding: chunked"), {400}),
    ("console read", ("GET /_wasmlab/console HTTP/1.1", HOST), {405}),
    ("posting elsewhere", ("POST / HTTP/1.1", HOST, JSON, "Content-Length: 0"), {405}),
    # The WebSocket.
    (
        "socket, foreign origin",
        ("GET /livereload HTTP/1.1", HOST, *UPGRADE, "Origin: http://evil.example"),
        {403},
    ),
    ("socket, no origin", ("GET /livereload HTTP/1.1", HOST, *UPGRADE), {403}),
    (
        "socket, rebound name",
        (
            "GET /livereload HTTP/1.1",
            "Host: evil.example:{port}",
            *UPGRADE,
            "Origin: http://evil.example:{port}",
        ),
        {421},
    ),
    # Paths.
    ("up", ("GET /../outside.txt HTTP/1.1", HOST), {400, 404}),
    ("up from the lesson", ("GET /lesson/../private.txt HTTP/1.1", HOST), {400, 404}),
    ("up, dots encoded", ("GET /lesson/%2e%2e/private.txt HTTP/1.1", HOST), {400, 404}),
    ("up, slash encoded", ("GET /lesson/..%2fprivate.txt HTTP/1.1", HOST), {400, 404}),
    ("up, encoded twice", ("GET /lesson/%252e%252e/private.txt HTTP/1.1", HOST), {400, 404}),
    ("up, backslash", ("GET /lesson/..%5cprivate.txt HTTP/1.1", HOST), {400, 404}),
    ("up, overlong UTF-8", ("GET /lesson/%c0%ae%c0%ae/private.txt HTTP/1.1", HOST), {400, 404}),
    ("two slashes", ("GET //etc/passwd HTTP/1.1", HOST), {400, 404}),
    ("absolute inside", ("GET /lesson//etc/passwd HTTP/1.1", HOST), {400, 404}),
    ("out of the assets", ("GET /_wasmlab/..%2fserver.py HTTP/1.1", HOST), {400, 404}),
    ("a file of the course itself", ("GET /private.txt HTTP/1.1", HOST), {404}),
    ("dotfile", ("GET /.env HTTP/1.1", HOST), {404}),
    ("dotfile of a lesson", ("GET /lesson/.env HTTP/1.1", HOST), {404}),
    ("dotfile, encoded", ("GET /lesson/%2eenv HTTP/1.1", HOST), {404}),
    ("git", ("GET /lesson/.git/config HTTP/1.1", HOST), {404}),
    ("the stage of builds", ("GET /lesson/dist/.wasmlab/x HTTP/1.1", HOST), {404}),
    ("link out of the course", ("GET /lesson/link.txt HTTP/1.1", HOST), {404}),
    ("linked folder out of the course", ("GET /lesson/up/outside.txt HTTP/1.1", HOST), {404}),
    ("link to something hidden", ("GET /lesson/hidden.txt HTTP/1.1", HOST), {404}),
    ("zero byte", ("GET /%00 HTTP/1.1", HOST), {400}),
    ("zero byte in a lesson", ("GET /lesson/file.txt%00.html HTTP/1.1", HOST), {400}),
    ("broken escape", ("GET /lesson/%zz HTTP/1.1", HOST), {400}),
    ("Windows device", ("GET /lesson/con HTTP/1.1", HOST), {404}),
    ("Windows device with an ending", ("GET /lesson/NUL.txt HTTP/1.1", HOST), {404}),
    ("Windows stream", ("GET /lesson/file.txt::$DATA HTTP/1.1", HOST), {404}),
    ("Windows drive", ("GET /lesson/C:/x HTTP/1.1", HOST), {404}),
    ("Windows trailing dot", ("GET /lesson/file.txt. HTTP/1.1", HOST), {404}),
    ("Windows trailing blank", ("GET /lesson/file.txt%20 HTTP/1.1", HOST), {404}),
    ("Windows short name", ("GET /lesson/ENV~1 HTTP/1.1", HOST), {404}),
    # Methods and sizes.
    ("TRACE", ("TRACE / HTTP/1.1", HOST), {405}),
    ("PUT", ("PUT /lesson/file.txt HTTP/1.1", HOST, "Content-Length: 0"), {405}),
    ("a head of 100 KB", ("GET / HTTP/1.1", HOST, "X: " + "x" * 100_000), {0, 400, 431}),
    ("not HTTP", ("hello",), {0, 400}),
]


@pytest.mark.parametrize(("lines", "safe"), [p[1:] for p in PROBES], ids=[p[0] for p in PROBES])
def test_a_probe_gets_the_safe_answer(server: Any, lines: tuple[str, ...], safe: set[int]) -> None:
    answer = _request(server, lines[0].replace("{host}", server.host), *lines[1:])
    assert _status(answer) in safe, answer[:300]
    assert b"SECRET" not in answer
    assert b"access-control-" not in answer.lower()


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "[::1]:{port}"])
def test_each_of_our_own_names_is_answered(server: Any, host: str) -> None:
    assert _status(_request(server, "GET /lesson/ HTTP/1.1", f"Host: {host}")) == 200


def test_a_link_from_another_site_may_open_the_page(server: Any) -> None:
    opened = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
    assert _status(_request(server, "GET /lesson/ HTTP/1.1", HOST, *opened)) == 200


def test_our_own_page_gets_its_connection(server: Any) -> None:
    answer = _request(server, "GET /livereload HTTP/1.1", HOST, *UPGRADE, "Origin: http://{host}")
    assert _status(answer) == 101


@pytest.mark.parametrize(
    "path", ["/", "/lesson/", "/lesson/missing", "/_wasmlab/status.json", "/../x", "/%00"]
)
def test_every_answer_carries_the_headers_that_keep_others_out(server: Any, path: str) -> None:
    head = _request(server, f"GET {path} HTTP/1.1", HOST).partition(b"\r\n\r\n")[0].lower()
    for header in (
        b"x-content-type-options: nosniff",
        b"referrer-policy: no-referrer",
        b"cross-origin-opener-policy: same-origin",
        b"cross-origin-embedder-policy: require-corp",
        b"cross-origin-resource-policy: same-origin",
        b"frame-ancestors 'self'",
    ):
        assert header in head
    assert b"access-control-" not in head
    assert b"\r\nserver:" not in head


def test_a_chunked_body_beyond_the_limit_is_cut(server: Any) -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    answer = _request(
        server, CONSOLE, HOST, JSON, "Transfer-Encoding: chunked", body=chunk * 8 + b"0\r\n\r\n"
    )
    assert _status(answer) in {0, 400, 413}


def test_a_thousand_headers_do_no_harm(server: Any) -> None:
    answer = _request(server, "GET /lesson/ HTTP/1.1", HOST, *(f"X-{n}: y" for n in range(1000)))
    assert _status(answer) in {0, 200, 400, 431}
    assert server.get("lesson/").status == 200


def test_slow_and_silent_connections_are_closed(server: Any) -> None:
    starts = [
        b"",
        b"GET / HTTP/1.1\r\nHost: ",
        b"POST /_wasmlab/console HTTP/1.1\r\n" + _body_head(server) + b"[",
    ]
    begun = time.monotonic()
    slow = [socket.create_connection(("127.0.0.1", server.port), timeout=12) for _ in starts]
    for connection, start in zip(slow, starts, strict=True):
        connection.sendall(start)
    assert server.get("lesson/").status == 200
    for connection in slow:
        with connection:
            assert _status(connection.recv(4096)) in {0, 400, 408}
    assert time.monotonic() - begun < 10


def _body_head(server: Any) -> bytes:
    return f"Host: {server.host}\r\n{JSON}\r\nContent-Length: 100\r\n\r\n".encode()
