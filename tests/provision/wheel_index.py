"""A package index of a few made-up packages, which speaks pip's protocol."""

from __future__ import annotations

import hashlib
import json
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def make_wheel(
    folder: Path, name: str, version: str, files: Mapping[str, str], *requires: str, tag: str = "py3-none-any"
) -> Path:
    """Write a wheel, the same bytes every time."""
    info = f"{name}-{version}.dist-info"
    wanted = "".join(f"Requires-Dist: {each}\n" for each in requires)
    texts = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{wanted}",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/RECORD": "",
    }
    path = folder / f"{name}-{version}-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in texts.items():
            archive.writestr(zipfile.ZipInfo(file, (2020, 1, 1, 0, 0, 0)), text)
    return path


@dataclass
class WheelIndex:
    """The files in `folder`, under `/simple/NAME/`; `asked` notes which were taken, `broken` spoils them.

    With `speaks_json` it answers as PEP 691 says, else as PEP 503 does.
    """

    folder: Path
    asked: list[str] = field(default_factory=list)
    broken: bool = False
    speaks_json: bool = False
    port: int = 0

    @property
    def address(self) -> str:
        return f"{self.origin}/simple"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answer(self, path: str) -> bytes | None:
        first, *rest = path.strip("/").split("/")
        if first == "files":
            self.asked.append(rest[0])
            return b"spoiled" if self.broken else (self.folder / rest[0]).read_bytes()
        named = [
            file for file in self.folder.iterdir() if file.name.split("-")[0].replace("_", "-") == rest[0]
        ]
        if self.speaks_json and named:
            there = f"{self.origin}/files/"
            files = [{"filename": f.name, "url": there + f.name, "hashes": {}} for f in named]
            return json.dumps({"meta": {"api-version": "1.0"}, "name": rest[0], "files": files}).encode()
        links = "".join(f'<a href="/files/{file.name}{_hash(file)}">{file.name}</a>\n' for file in named)
        return f"<!DOCTYPE html><html><body>{links}</body></html>".encode() if named else None


def _hash(file: Path) -> str:
    return f"#sha256={hashlib.sha256(file.read_bytes()).hexdigest()}"


@contextmanager
def serving(index: WheelIndex) -> Iterator[WheelIndex]:
    """Answer for the index on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = index.answer(self.path)
            self.send_response(404 if body is None else 200)
            simple = "application/vnd.pypi.simple.v1+json" if index.speaks_json else "text/html"
            self.send_header("Content-Type", simple if "/simple/" in self.path else "application/zip")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    index.port = server.server_port
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield index
    finally:
        server.shutdown()
        server.server_close()
