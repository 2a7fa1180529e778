"""Decides from a request's head alone whether it may come in; nothing is routed before that.

Listening on loopback is no guard: any page in the browser reaches it, and a name that resolves to
127.0.0.1 makes such a page same-origin. So the Host must be one of ours to the letter, and whoever
names an Origin must name the same one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

MAX_BODY = 64 * 1024
POST_PATH = "/_wasmlab/console"
SOCKET_PATH = "/livereload"

_ONCE = ("Host", "Origin", "Authorization", "Content-Length", "Transfer-Encoding", "Upgrade")


class Headers(Protocol):
    """What is needed of a request's headers: every value that a name was sent with."""

    def get_list(self, name: str) -> list[str]:
        """Return the values of `name`, an empty list where it was not sent."""


@dataclass(frozen=True)
class Refusal:
    """The answer to a request that may not come in."""

    status: int
    reason: str


@dataclass(frozen=True)
class Doors:
    """The names that the server answers to: `host:port`, exactly as a browser sends them.

    `any_address` is set when the server listens on every address of the machine: then the address
    that the connection itself arrived at is a name too (a foreign page can rebind a name to it, but
    cannot make its own Host a number).
    """

    hosts: frozenset[str]
    any_address: bool = False

    def opens_for(self, host: str, arrived_at: str) -> bool:
        """Return whether a request for `host` that arrived at `arrived_at` is for us."""
        return host in self.hosts or (self.any_address and host == arrived_at)


def refuse(method: str, target: str, headers: Headers, doors: Doors, arrived_at: str = "") -> Refusal | None:
    """Return why a request may not come in, or None where it may."""
    values = {name: headers.get_list(name) for name in _ONCE}
    refusal = _malformed(target, values)
    if refusal is not None:
        return refusal
    host = values["Host"][0] if values["Host"] else ""
    if not doors.opens_for(host, arrived_at):
        return Refusal(421, "this server does not answer to that name")
    origin = next(iter(values["Origin"]), None)
    if origin is not None and origin != f"http://{host}":
        return Refusal(403, "requests of other sites are refused")
    if not _same_site(method, headers):
        return Refusal(403, "requests of other sites are refused")
    path = target.partition("?")[0]
    if path == SOCKET_PATH:
        return _refuse_socket(method, origin)
    return _refuse_method(method, path, headers, values["Content-Length"])


def _malformed(target: str, values: Mapping[str, Collection[str]]) -> Refusal | None:
    if any(len(given) > 1 for given in values.values()):
        return Refusal(400, "a header that is sent once was sent twice")
    if values["Content-Length"] and values["Transfer-Encoding"]:
        return Refusal(400, "the body has two lengths")
    if not target.startswith("/") or "#" in target or not target.isascii() or not target.isprintable():
        return Refusal(400, "the target is not a path")
    return None


def _same_site(method: str, headers: Headers) -> bool:
    """Let another site's page link here (one opens the page itself), and do nothing else."""
    if all(site in ("same-origin", "none") for site in headers.get_list("Sec-Fetch-Site")):
        return True
    asked = (headers.get_list("Sec-Fetch-Mode"), headers.get_list("Sec-Fetch-Dest"))
    return method == "GET" and asked == (["navigate"], ["document"])


def _refuse_socket(method: str, origin: str | None) -> Refusal | None:
    if method != "GET":
        return Refusal(405, "this is a WebSocket")
    return Refusal(403, "a WebSocket needs an Origin") if origin is None else None


def _refuse_method(method: str, path: str, headers: Headers, lengths: list[str]) -> Refusal | None:
    length = lengths[0] if lengths else "0"
    if not length.isdecimal():
        return Refusal(400, "the length is not a number")
    if len(length) > 12 or int(length) > MAX_BODY:
        return Refusal(413, "the body is too large")
    if method in ("GET", "HEAD") and path != POST_PATH:
        return None
    if method != "POST" or path != POST_PATH:
        return Refusal(405, "that method is not for this path")
    kind = ",".join(headers.get_list("Content-Type")).partition(";")[0].strip().lower()
    return None if kind == "application/json" else Refusal(415, "the body must be JSON")
