"""The handlers: the course page, the lessons, the docs, the client's files, the status, the console."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from tornado import web

from wasmlab import packages
from wasmlab.build.beside import PANEL
from wasmlab.lesson import Lesson
from wasmlab.serve import paths
from wasmlab.serve.answering import Handler
from wasmlab.serve.gate import Refusal
from wasmlab.serve.terminal import Said, Terminal

CLIENT = Path(__file__).parent / "client"
VENDOR = Path(__file__).parents[1] / "assets" / "vendor"
_LEVELS = {"log", "info", "warn", "error", "debug", "exception", "request"}
_MOST_MESSAGES = 200


@web.stream_request_body
class Refused(Handler):
    """Answers what the gate refused, before the body is read, and closes the connection."""

    def initialize(self, refusal: Refusal) -> None:
        """Take the gate's answer."""
        self._refusal = refusal

    def prepare(self) -> None:
        """Answer at once."""
        self.set_header("Connection", "close")
        self.set_status(self._refusal.status)
        self.finish(f"{self._refusal.status} {self._refusal.reason}\n")


class Status(Handler):
    """`/_wasmlab/status.json`: what is broken, and how many changes there were."""

    async def get(self) -> None:
        """Answer the status as it is now."""
        await self.answer(json.dumps(self.site.status()).encode(), "status.json")

    head = get


class Console(Handler):
    """`/_wasmlab/console`: what the pages say is printed in the terminal."""

    def initialize(self, terminal: Terminal) -> None:
        """Take the terminal to print to."""
        self._terminal = terminal

    def post(self) -> None:
        """Print the messages of the body."""
        try:
            items = json.loads(self.request.body)
            said = [_said(item) for item in items]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise web.HTTPError(400) from error
        self._terminal.page_says(said[:_MOST_MESSAGES])
        self.set_status(204)
        self.clear_header("Content-Type")


def _said(item: dict[str, Any]) -> Said:
    level = item["level"] if item["level"] in _LEVELS else "log"
    line, column = (number if isinstance(number := item.get(key), int) else 0 for key in ("line", "column"))
    return Said(level, str(item["text"]), str(item.get("url") or ""), line, column)


class Files(Handler):
    """Everything that is read: the course page at `/`, lessons, docs, and what the client loads."""

    async def get(self) -> None:
        """Answer the page or the file at the request's path."""
        try:
            parts = paths.split_path(self.request.path)
        except paths.PathRefused as refused:
            raise web.HTTPError(refused.status) from refused
        first, *rest = parts
        if first == "":
            await self._course()
        elif first == "_wasmlab":
            await self._asset(tuple(rest))
        elif first == "docs":
            await self._docs(tuple(rest))
        elif parts == ("favicon.ico",):
            self.set_status(204)
        elif self.site.has(first):
            await (self.site.finished(first) if parts[-1].endswith(PANEL) else self.site.settled(first))
            await self._lesson(first, tuple(rest))
        else:
            raise web.HTTPError(404)

    head = get

    def write_error(self, status_code: int, **more: Any) -> None:
        """Answer a browser that asked for a page that is not there with a page that names near ones."""
        if status_code != 404 or "text/html" not in self.request.headers.get("Accept", ""):
            super().write_error(status_code, **more)
            return
        from wasmlab.serve.pages import known_pages, not_found_page

        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(not_found_page(unquote(self.request.path), known_pages(self.site.course)))

    async def _course(self) -> None:
        from wasmlab.serve.pages import course_page

        await self.answer_page(course_page(self.site.course, self.site.status()).encode())

    async def _docs(self, parts: tuple[str, ...]) -> None:
        from wasmlab.serve.docs import docs_page

        if not parts:
            self._redirect("/docs/")
        elif (page := docs_page(self.site.course, "/".join(parts))) is not None:
            await self.answer_page(page)
        else:
            await self._file(self.site.root / "docs", parts, self.site.root)

    async def _asset(self, parts: tuple[str, ...]) -> None:
        if parts == ("livereload.js",):
            await self.answer(_livereload_client(), "livereload.js")
        elif parts[:1] == ("vendor",):
            await self._file(VENDOR, parts[1:], VENDOR)
        else:
            await self._file(CLIENT, parts, CLIENT)

    async def _lesson(self, name: str, parts: tuple[str, ...]) -> None:
        if not parts:
            self._redirect(f"/{name}/")
            return
        lesson = self.site.lesson(name)
        if lesson and "python" in lesson.assets and parts[:2] == ("dist", "packages") and len(parts) == 3:
            await self._package(lesson, parts[2])
            return
        page = lesson.page if lesson else "index.html"
        if parts == ("",) and "/" in page:
            self._redirect(f"/{name}/{page}")
            return
        await self._file(self.site.root / name, (page,) if parts == ("",) else parts, self.site.root)

    async def _package(self, lesson: Lesson, file: str) -> None:
        """Answer from the user's cache: what was fetched after the last build is there too."""
        if file == packages.INDEX:
            await self.answer(json.dumps(packages.index(lesson)).encode(), file)
        elif found := packages.find(lesson, file):
            await self.answer_file(found)
        else:
            raise web.HTTPError(404)

    async def _file(self, folder: Path, parts: tuple[str, ...], within: Path) -> None:
        found = paths.find_file(folder, parts, within)
        if found is not None and found.is_dir():
            if parts[-1:] != ("",):
                self._redirect(f"{self.request.path}/", quoted=True)
                return
            found = paths.find_file(folder, (*parts, "index.html"), within)
        elif parts[-1:] == ("",):
            found = None
        if found is None or not found.is_file():
            raise web.HTTPError(404)
        try:
            await self.answer_file(found)
        except FileNotFoundError as error:
            raise web.HTTPError(404) from error

    def _redirect(self, path: str, *, quoted: bool = False) -> None:
        query = f"?{self.request.query}" if self.request.query else ""
        self.redirect((path if quoted else quote(path)) + query, status=302)


def _livereload_client() -> bytes:
    """Read livereload's own client out of its package, without importing its server."""
    spec = find_spec("livereload")
    if spec is None or spec.origin is None:
        raise web.HTTPError(404)
    return Path(spec.origin).with_name("vendors").joinpath("livereload.js").read_bytes()
