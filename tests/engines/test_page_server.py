"""The engine's page is served to who knows its address, and to nobody else."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from wasmlab.engines.browser.page_server import PageServer


@pytest.fixture
def server() -> Iterator[PageServer]:
    """Return a server whose every host function answers with nothing."""
    started = PageServer(lambda message: {"said": message})
    yield started
    started.close()


def _ask(
    server: PageServer, path: str, method: str = "GET", body: str = "", host: str = ""
) -> tuple[int, str]:
    parts = urlsplit(server.address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request(method, path, body, {"Host": host or parts.netloc})
    response = connection.getresponse()
    found = response.status, response.read().decode()
    connection.close()
    return found


def test_the_page_is_isolated_and_may_ask_for_nothing_else(server: PageServer) -> None:
    parts = urlsplit(server.address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", parts.path)
    response = connection.getresponse()
    assert response.status == 200
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    connection.close()


def test_a_host_function_is_asked_under_the_address(server: PageServer) -> None:
    path = urlsplit(server.address).path
    assert _ask(server, f"{path}host", "POST", '{"id": 1}') == (200, '{"said": {"id": 1}}')


@pytest.mark.parametrize(
    ("path", "method", "host"),
    [
        ("/", "GET", ""),
        ("/index.html", "GET", ""),
        ("/wrong/page.js", "GET", ""),
        ("{own}../page.js", "GET", ""),
        ("{own}nothing.js", "GET", ""),
        ("{own}page.js", "GET", "evil.example"),
        ("/host", "POST", ""),
        ("{own}host", "POST", "evil.example"),
        ("{own}other", "POST", ""),
    ],
)
def test_nothing_else_is_answered(server: PageServer, path: str, method: str, host: str) -> None:
    own = urlsplit(server.address).path
    assert _ask(server, path.format(own=own), method, '{"id": 1}', host) == (404, "")
