"""Saves that the operating system never tells of are found all the same."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from wasmlab import build
from wasmlab.course import load_course
from wasmlab.serve import ports, watch
from wasmlab.serve.app import App, make_server
from wasmlab.serve.reload import Pages
from wasmlab.serve.site import Site
from wasmlab.serve.terminal import Terminal


def test_a_save_that_nobody_told_of_is_found(course_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Listening is switched off: a network drive, a dropped event."""
    monkeypatch.setattr(watch.Watch, "_listen", lambda *_args: None)

    async def play() -> bytes:
        site = Site(load_course(course_copy), build.Options())
        output = course_copy / "minimal-demo" / "dist" / "add_and_log.wasm"
        await site.build_all()
        task = asyncio.create_task(watch.Watch(site, print).run())
        source = course_copy / "minimal-demo" / "c" / "add_and_log.c"
        text = source.read_text("utf-8") + '__attribute__((used)) const char mark[] = "unheard";\n'
        source.write_text(text, encoding="utf-8")
        async with asyncio.timeout(20):
            while b"unheard" not in output.read_bytes():
                await asyncio.sleep(0.05)
        task.cancel()
        site.close()
        return output.read_bytes()

    assert b"unheard" in asyncio.run(play())


def test_a_page_that_never_reads_is_let_go(course_copy: Path) -> None:
    """Its messages would wait in the server's memory for ever."""

    async def play() -> bool:
        site = Site(load_course(course_copy), build.Options())
        pages, listening = Pages(), ports.listen("", 0, strict=True)
        server = make_server(App(site, Terminal(), pages, listening.doors))
        server.add_sockets(listening.sockets)
        host = f"127.0.0.1:{listening.port}"
        reader, writer = await asyncio.open_connection("127.0.0.1", listening.port, limit=1024)
        writer.write(
            f"GET /livereload HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        await reader.readuntil(b"\r\n\r\n")
        writer.write(_frame(b'{"command": "info", "url": "x"}'))
        while not pages.open:
            await asyncio.sleep(0)
        for _ in range(20_000):  # far more than the two ends' kernels hold
            pages.changed("x" * 1000)
            await asyncio.sleep(0)
        left = not pages.open
        writer.close()
        server.stop()
        await server.close_all_connections()
        site.close()
        return left

    assert asyncio.run(play())


def _frame(text: bytes) -> bytes:
    """Return a masked text frame (the mask is zero)."""
    return bytes([0x81, 0x80 | len(text)]) + bytes(4) + text
