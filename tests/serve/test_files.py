"""What comes with a file: its type, its tag, the part asked for, compression, and the client."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from wasmlab.serve import content

CLIENT = b'<script type="module" src="/_wasmlab/client.js"></script>'


def test_a_page_carries_the_client_and_the_file_on_disk_does_not(
    standing: Any, standing_lesson: Path
) -> None:
    plain = (standing_lesson / "plain.html").read_bytes()
    shown = standing.get("minimal-demo/plain.html")
    assert CLIENT in shown.body
    assert CLIENT not in plain
    assert (standing_lesson / "plain.html").read_bytes() == plain


def test_without_reload_pages_are_as_on_disk_and_have_another_tag(
    standing: Any, start_server: Any, standing_lesson: Path
) -> None:
    still = start_server("--no-reload", cwd=standing_lesson.parent)
    answer = still.get("minimal-demo/plain.html")
    assert answer.body == (standing_lesson / "plain.html").read_bytes()
    assert answer.headers["Etag"] != standing.get("minimal-demo/plain.html").headers["Etag"]
    assert still.get("livereload", {"Origin": f"http://{still.host}"}).status == 404


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("page.html", "text/html; charset=utf-8"),
        ("code.js", "text/javascript; charset=utf-8"),
        ("code.mjs", "text/javascript; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("source.c", "text/plain; charset=utf-8"),
        ("text.wat", "text/plain; charset=utf-8"),
        ("code.js.map", "application/json; charset=utf-8"),
        ("memory.data", "application/octet-stream"),
        ("module.wasm", "application/wasm"),
        ("picture.svg", "image/svg+xml; charset=utf-8"),
        ("unknown.xyz", "application/octet-stream"),
    ],
)
def test_the_type_is_set_by_the_name(name: str, kind: str) -> None:
    from wasmlab.serve.mime import content_type

    assert content_type(name) == kind


def test_the_built_module_has_its_type(standing: Any) -> None:
    answer = standing.get("minimal-demo/dist/add_and_log.wasm")
    assert answer.headers["Content-Type"] == "application/wasm"
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["minimal-demo/plain.html", "minimal-demo/dist/add_and_log.wasm", ""])
def test_what_a_browser_has_is_not_sent_again(standing: Any, path: str) -> None:
    first = standing.get(path)
    again = standing.get(path, {"If-None-Match": f'"other", W/{first.headers["Etag"]}'})
    assert (again.status, again.body) == (304, b"")


def test_a_changed_file_has_another_tag(standing: Any, standing_lesson: Path) -> None:
    (standing_lesson / "a.txt").write_text("one", encoding="utf-8")
    first = standing.get("minimal-demo/a.txt")
    (standing_lesson / "a.txt").write_text("two", encoding="utf-8")
    again = standing.get("minimal-demo/a.txt", {"If-None-Match": first.headers["Etag"]})
    assert (again.status, again.body) == (200, b"two")


@pytest.mark.parametrize("size", [100, 3 * content.WHOLE])
def test_a_range_gives_its_bytes(standing: Any, standing_lesson: Path, size: int) -> None:
    data = bytes(n * 7 % 251 for n in range(size))
    (standing_lesson / "big.bin").write_bytes(data)
    for asked, part in [
        ("5-9", data[5:10]),
        ("-3", data[-3:]),
        ("90-", data[90:]),
        (f"98-{size}", data[98:]),
    ]:
        answer = standing.get("minimal-demo/big.bin", {"Range": f"bytes={asked}"})
        assert answer.status == 206
        assert answer.body == part
        assert answer.headers["Content-Range"].endswith(f"/{size}")
    assert standing.get("minimal-demo/big.bin").body == data
    beyond = standing.get("minimal-demo/big.bin", {"Range": f"bytes={size}-"})
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    stale = standing.get("minimal-demo/big.bin", {"Range": "bytes=0-1", "If-Range": '"old"'})
    assert (stale.status, len(stale.body)) == (200, size)


@pytest.mark.parametrize("header", ["bytes=5-2", "bytes=-", "bytes=0-1,3-4", "items=0-1", "bytes=a-b", ""])
def test_a_range_that_makes_no_sense_is_passed_over(header: str) -> None:
    assert content.parse_range(header, 100) is None


def test_a_large_text_is_compressed_for_whom_it_may(standing: Any, standing_lesson: Path) -> None:
    text = "many words " * 2000
    (standing_lesson / "long.txt").write_text(text, encoding="utf-8")
    plain = standing.get("minimal-demo/long.txt", {"Accept-Encoding": "gzip;q=0"})
    packed = standing.get("minimal-demo/long.txt", {"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Etag"] != plain.headers["Etag"]
    assert gzip.decompress(packed.body) == plain.body == text.encode()
    assert len(packed.body) < len(plain.body) / 10


def test_a_file_that_is_compressed_already_is_taken(standing: Any, standing_lesson: Path) -> None:
    (standing_lesson / "big.wasm").write_bytes(b"\0asm" + bytes(5000))
    (standing_lesson / "big.wasm.gz").write_bytes(gzip.compress(b"\0asm" + bytes(5000)))
    answer = standing.get("minimal-demo/big.wasm", {"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "application/wasm"
    assert gzip.decompress(answer.body) == b"\0asm" + bytes(5000)


def test_head_is_get_without_the_body(standing: Any) -> None:
    for path in ("minimal-demo/plain.html", "minimal-demo/dist/add_and_log.wasm"):
        answer = standing.get(path, method="HEAD")
        assert (answer.status, answer.body) == (200, b"")
        assert answer.headers["Content-Length"] == str(len(standing.get(path).body))


def test_isolation_can_be_left_out(start_server: Any) -> None:
    headers = start_server("--no-isolation").get("minimal-demo/").headers
    assert "Cross-Origin-Opener-Policy" not in headers
    assert "Cross-Origin-Embedder-Policy" not in headers


def test_a_folder_without_its_slash_is_redirected_with_its_query(standing: Any) -> None:
    head = standing.raw(f"GET /minimal-demo?a=1 HTTP/1.1\r\nHost: {standing.host}\r\n\r\n".encode())
    assert b" 302 " in head
    assert b"\r\nLocation: /minimal-demo/?a=1\r\n" in head


def test_the_page_that_the_manifest_names_is_shown(server: Any, lesson_copy: Path) -> None:
    (lesson_copy / "web").mkdir(exist_ok=True)
    (lesson_copy / "web" / "start.html").write_text("<p>start</p>", encoding="utf-8")
    manifest = lesson_copy / "lesson.toml"
    text = manifest.read_text("utf-8").replace('page = "index.html"', 'page = "web/start.html"')
    manifest.write_text(text, encoding="utf-8")
    server.until(lambda: b"start" in server.get("minimal-demo/").body)


def test_livereloads_own_client_is_served(standing: Any) -> None:
    answer = standing.get("_wasmlab/livereload.js")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert b"LiveReload" in answer.body


def test_a_pipe_in_the_course_keeps_nobody_waiting(standing: Any, standing_lesson: Path) -> None:
    import os

    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    os.mkfifo(standing_lesson / "pipe.txt")
    assert standing.get("minimal-demo/pipe.txt").status == 404


@pytest.mark.parametrize(
    ("page", "before"),
    [
        (b"<!doctype html><html><head><title>t</title>", b"<head>"),
        (b'<html lang="en"><HEAD class="x">', b'<HEAD class="x">'),
        (b"<!-- <head> --><html><header>", b"<html>"),
        (b"<!doctype html><p>", b"<!doctype html>"),
        (b"<p>only", b""),
    ],
)
def test_the_client_goes_before_the_pages_own_scripts(page: bytes, before: bytes) -> None:
    shown = content.with_client(page, 3)
    place = page.find(before) + len(before)
    assert shown[:place] == page[:place]
    assert shown[place:].startswith(b'<meta name="wasmlab-build" content="3">' + CLIENT)
    assert shown.endswith(page[place:])
