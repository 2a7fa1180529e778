"""A stand-in for the places that Emscripten comes from: files of the same names and form, and a bad line."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

VERSION = "6.0.8"
RELEASE = "9d70dbe8"
BINARIES = f"{RELEASE}-wasm-binaries.tar.xz"
NODE = "node-v24.19.0.tar.xz"

# What emsdk does, without what it is not asked for here.
_EMSDK = """
import pathlib, sys, tarfile
here = pathlib.Path(__file__).parent
verb, version = sys.argv[1:]
if verb == "install":
    if (here / "fails").exists():
        sys.exit("error: installation failed!")
    for name, place in (("9d70dbe8-wasm-binaries.tar.xz", "upstream"), ("node-v24.19.0.tar.xz", "node")):
        archive = here / "downloads" / name
        if not archive.exists():
            sys.exit(f"Error: Downloading URL '{name}'")
        print(f"File '{name}' already downloaded, skipping.")
        with tarfile.open(archive) as opened:
            opened.extractall(here / "unpacked")
        (here / "unpacked" / "install").rename(here / place)
else:
    (here / ".emscripten").write_text("LLVM_ROOT = '$CFGDIR/upstream/bin'\\n")
"""

_TABLES = {
    "emscripten-releases-tags.json": '{"releases": {"6.0.8": "9d70dbe8"}}',
    "emsdk_manifest.json": """{
      "sdks": [{"version": "releases-%releases-tag%", "bitness": 64,
                "deps": ["node-24.19.0-64bit", "releases-%releases-tag%-64bit"]}],
      "tools": [
        {"id": "llvm-git", "version": "main", "bitness": 64, "custom_install_script": "build_llvm"},
        {"id": "releases", "version": "%releases-tag%", "bitness": 64, "download_prefix": "%releases-tag%-",
         "url": "https://nowhere.invalid/%releases-tag%/wasm-binaries.tar.xz"},
        {"id": "node", "version": "18.20.3", "bitness": 64, "url": "node-v18.20.3.tar.xz"},
        {"id": "node", "version": "24.19.0", "bitness": 64, "url": "node-v24.19.0.tar.xz"}]}""",
}

_EMCC = "#!/bin/sh\necho 'emcc 6.0.8'\necho 'clang version 24.0.0'\n"


def files(*, fails: bool = False) -> dict[str, bytes]:
    """Return the files of a mirror by name; with `fails`, emsdk does not install."""
    emsdk = {"emsdk-6.0.8/emsdk.py": _EMSDK, **{f"emsdk-6.0.8/{n}": t for n, t in _TABLES.items()}}
    if fails:
        emsdk["emsdk-6.0.8/fails"] = ""
    inside = {"emcc": _EMCC, "emcc.py": "", "emscripten-version.txt": f'"{VERSION}"\n', "cache/x": ""}
    binaries = {"install/bin/clang": "", **{f"install/emscripten/{n}": t for n, t in inside.items()}}
    binaries["install/ballast"] = "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(250)) * 40
    return {
        f"emsdk-{VERSION}.tar.gz": _archive(emsdk, "gz"),
        BINARIES: _archive(binaries, "xz"),
        NODE: _archive({"install/bin/node": ""}, "xz"),
    }


def sums(given: dict[str, bytes]) -> bytes:
    """Return `SHA256SUMS` for some files."""
    return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in given.items()).encode()


def _archive(members: dict[str, str], kind: str) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode=f"w:{kind}") as archive:
        for name, text in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(text.encode()), 0o755
            archive.addfile(info, io.BytesIO(text.encode()))
    return made.getvalue()


@dataclass
class Mirror:
    """A server with the files; `asked` are the requests as `name` or `name from byte`.

    `cuts` counts how often a file's next answers end in the middle, `headers` are sent along.
    """

    files: dict[str, bytes]
    url: str = ""
    asked: list[str] = field(default_factory=list)
    cuts: dict[str, int] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200

    def times(self, name: str) -> int:
        """Return how often a file was asked for."""
        return sum(line.startswith(name) for line in self.asked)


@contextmanager
def served(mirror: Mirror, wrap: Any = None) -> Iterator[Mirror]:
    """Serve the mirror for the length of a `with` block; `wrap` may put TLS around its socket."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            data = mirror.files.get(name)
            start = int((re.match(r"bytes=(\d+)-", self.headers.get("Range", "")) or [0, 0])[1])
            mirror.asked.append(f"{name} from {start}" if start else name)
            if mirror.status != 200 or data is None:
                self.send_error(404 if mirror.status == 200 else mirror.status)
                return
            tag = f'"{hashlib.sha256(data).hexdigest()[:16]}"'
            if start and self.headers.get("If-Range", tag) != tag:
                start = 0
            self._send(name, data, start, tag)

        def _send(self, name: str, data: bytes, start: int, tag: str) -> None:
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(data) - start))
            self.send_header("ETag", tag)
            for key, value in mirror.headers.items():
                self.send_header(key, value)
            self.end_headers()
            part = data[start:]
            if mirror.cuts.get(name, 0) > 0:
                mirror.cuts[name] -= 1
                part = part[: len(part) // 2]
            self.wfile.write(part)

        def log_message(self, *_args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_args: object) -> None:
            """Say nothing of a client that does not trust us."""

    server = Server(("127.0.0.1", 0), Handler)
    if wrap:
        server.socket = wrap(server.socket)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    mirror.url = f"http{'s' if wrap else ''}://127.0.0.1:{server.server_port}"
    try:
        yield mirror
    finally:
        server.shutdown()
        server.server_close()
