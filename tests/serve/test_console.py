"""What pages say is printed in the terminal: labelled, bounded, and without steering it."""

from __future__ import annotations

import json
from typing import Any

from wasmlab.serve.terminal import harmless


def _post(server: Any, *messages: Any, **more: Any) -> int:
    body = more.get("body", json.dumps(messages).encode())
    answer = server.get("_wasmlab/console", {"Content-Type": "application/json"}, method="POST", data=body)
    return int(answer.status)


def test_a_message_is_printed_with_lesson_and_place(server: Any) -> None:
    url = f"{server.url}minimal-demo/web/main.js"
    message = {"level": "log", "text": "WASM says: 12", "url": url, "line": 3, "column": 1}
    assert _post(server, message) == 204
    server.until_said("minimal-demo | log: WASM says: 12  (web/main.js:3)")


def test_control_characters_do_not_reach_the_terminal(server: Any) -> None:
    evil = "\x1b]0;title\x07\x1b[2J\r\x9b31m\u202eabc\x00\nerror: spoofed"
    assert _post(server, {"level": "warn", "text": evil, "url": "http://x/\x1b[2J/a", "line": 1}) == 204
    server.until_said("spoofed")
    assert not any(char in server.output for char in "\x1b\x07\x9b\u202e\x00")
    assert "\nerror: spoofed" not in server.output


def test_harmless_keeps_what_people_write() -> None:
    assert harmless("grüße 你好 \t x") == "grüße 你好 \t x"
    assert harmless("\ud800") == "\\ud800"


def test_bodies_that_are_no_messages_are_refused(server: Any) -> None:
    for body in (b"", b"{", b"[1]", b'"x"', b"[[]]", b'[{"level": []}]', b"[" * 30_000, b"\xff\xfe"):
        assert _post(server, body=body) == 400
    assert server.get("minimal-demo/plain.html").status == 200
    assert "Traceback" not in server.output


def test_a_flood_is_cut_and_the_cut_is_said(server: Any) -> None:
    for _ in range(10):
        assert _post(server, *({"level": "log", "text": "flood"} for _ in range(200))) == 204
    assert server.output.count("flood") < 1000
    server.until(
        lambda: _post(server, {"level": "log", "text": "after"}) and "were not printed" in server.output
    )


def test_a_long_text_is_cut(server: Any) -> None:
    assert _post(server, {"level": "log", "text": "x" * 60_000}, {"level": "log", "text": "end"}) == 204
    server.until_said("end")
    assert len(server.output) < 10_000


def test_refused_requests_are_printed(server: Any) -> None:
    server.get("minimal-demo/missing%1b[2J.png")
    server.get("minimal-demo/missing.png")
    server.until_said("minimal-demo | 404: GET /minimal-demo/missing.png")
    assert "\x1b" not in server.output
