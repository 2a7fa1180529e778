"""The base of every handler: the headers that all answers carry, and how bytes are answered."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from tornado import iostream, web

from wasmlab.serve import content, mime
from wasmlab.serve.site import Site

STALL = timedelta(seconds=30)
"""How long a client may leave what it asked for unread."""
_SMALL = 2048

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "frame-ancestors 'self'",
    "Cache-Control": "no-cache",
}
ISOLATED = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}


class Handler(web.RequestHandler):
    """Answers with the site's headers; errors are one plain line."""

    @property
    def site(self) -> Site:
        """The site that is served."""
        site: Site = self.application.settings["site"]
        return site

    def set_default_headers(self) -> None:
        """Give every answer, errors too, the headers that keep other sites out."""
        self.clear_header("Server")
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        for name, value in {**ALWAYS, **(ISOLATED if self.site.isolated else {})}.items():
            self.set_header(name, value)

    def write_error(self, status_code: int, **_more: Any) -> None:
        """Answer an error with its name."""
        self.finish(f"{status_code} {self._reason}\n")

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Leave refusals and closed connections to the terminal's own line for the request."""
        if not isinstance(value, (web.HTTPError, iostream.StreamClosedError)):
            super().log_exception(typ, value, tb)

    async def answer(self, data: bytes, name: str, etag: str = "") -> None:
        """Answer `data`, the content of something called `name`."""
        etag = etag or content.tag(data)
        if self._pays(len(data), name):
            self.set_header("Content-Encoding", "gzip")
            etag = f'{etag[:-1]}-gz"'
            data = await _zipped(data)
        part = self._head(name, etag, len(data))
        if part is not None:
            await self._send(data[part.start : part.stop] if self.request.method != "HEAD" else b"")

    async def answer_file(self, path: Path) -> None:
        """Answer a file; a large one is streamed from what was open when the request came."""
        name, status = path.name, path.stat()
        if mime.is_html(name):
            await self.answer_page(path.read_bytes())
        elif beside := self._compressed(path):
            self.set_header("Vary", "Accept-Encoding")
            self.set_header("Content-Encoding", beside[1])
            await self._answer_open(beside[0], name)
        elif status.st_size > content.WHOLE:
            await self._answer_open(path, name)
        else:
            await self.answer(path.read_bytes(), name)

    async def answer_page(self, page: bytes) -> None:
        """Answer a page of HTML, with the client's script where pages reload."""
        if self.site.reloads and not page.startswith((b"\xff\xfe", b"\xfe\xff")):
            build = self.site.build
            shown = content.with_client(page, build)
            await self.answer(shown, "page.html", content.tag(page, "live", str(build)))
        else:
            await self.answer(page, "page.html")

    def _compressed(self, path: Path) -> tuple[Path, str] | None:
        if "Range" in self.request.headers:
            return None
        return content.compressed_beside(path, self.request.headers.get("Accept-Encoding", ""))

    async def _answer_open(self, path: Path, name: str) -> None:
        with path.open("rb") as file:
            part = self._head(name, content.tag_of_open(file), file.seek(0, 2))
            if part is None:
                return
            for data in content.chunks(file, part) if self.request.method != "HEAD" else ():
                self.write(data)
                await self._in_time(self.flush())
        await self._send(b"")

    def _pays(self, size: int, name: str) -> bool:
        """Compress text always and a module only for another machine: on this one it is a loss."""
        text = mime.is_text(name)
        if size < _SMALL or not (text or (name.endswith(".wasm") and not self._is_near())):
            return False
        self.set_header("Vary", "Accept-Encoding")
        wanted = content.accepts(self.request.headers.get("Accept-Encoding", ""), "gzip")
        return wanted and "Range" not in self.request.headers

    def _is_near(self) -> bool:
        return self.request.remote_ip in ("127.0.0.1", "::1")

    def _head(self, name: str, etag: str, size: int) -> content.Range | None:
        """Set the head of the answer; return the part to send, None where the head is all."""
        self.set_header("ETag", etag)
        if etag in self._known_tags():
            self.clear_header("Content-Encoding")
            self.set_status(304)
            return None
        self.set_header("Content-Type", mime.content_type(name))
        self.set_header("Accept-Ranges", "bytes")
        part = self._part(etag, size)
        if part is None:
            return None
        self.set_header("Content-Length", str(part.stop - part.start))
        return part

    def _known_tags(self) -> list[str]:
        header = self.request.headers.get("If-None-Match", "")
        return [known.strip().removeprefix("W/") for known in header.split(",")]

    def _part(self, etag: str, size: int) -> content.Range | None:
        everything = content.Range(0, size)
        if "Range" not in self.request.headers or self.request.headers.get("If-Range", etag) != etag:
            return everything
        try:
            part = content.parse_range(self.request.headers["Range"], size)
        except ValueError:
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{size}")
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish("416 Range Not Satisfiable\n")
            return None
        if part is None:
            return everything
        self.set_status(206)
        self.set_header("Content-Range", f"bytes {part.start}-{part.stop - 1}/{size}")
        return part

    async def _send(self, data: bytes) -> None:
        await self._in_time(self.finish(data))

    async def _in_time(self, sent: Any) -> None:
        try:
            await asyncio.wait_for(asyncio.shield(sent), STALL.total_seconds())
        except TimeoutError:
            self.request.connection.stream.close()  # type: ignore[union-attr]
            raise iostream.StreamClosedError from None

    def compute_etag(self) -> None:
        """Leave ETags to `answer`."""


async def _zipped(data: bytes) -> bytes:
    if len(data) < 64 * 1024:
        return content.gzipped(data)
    return await asyncio.get_running_loop().run_in_executor(None, content.gzipped, data)
