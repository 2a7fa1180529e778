"""Where the server listens: the port that was asked for or the next free one, and its names."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from dataclasses import dataclass

from wasmlab.errors import PortTaken, UsageError
from wasmlab.serve.gate import Doors

_LOOPBACK = ("127.0.0.1", "::1")
_ANY = {"0.0.0.0", "::"}
_TRIES = 50


@dataclass(frozen=True)
class Listening:
    """The sockets, and under which URLs they are reached."""

    sockets: list[socket.socket]
    port: int
    local_url: str
    lan_url: str
    doors: Doors


def listen(host: str, port: int, *, strict: bool) -> Listening:
    """Listen on `host` (loopback where it is empty) at `port`, else at the next free one.

    Raises:
        PortTaken: the port is in use and `strict` forbids another, or fifty in a row are in use.
        UsageError: `host` is no address of this machine, or the port may not be used.
    """
    addresses = _LOOPBACK if host in ("", "localhost", *_LOOPBACK) else (host,)
    for candidate in range(port, min(port + (1 if strict else _TRIES), 65536)):
        sockets = _bind_all(addresses, candidate)
        if sockets:
            return _listening(host, sockets)
    raise PortTaken(
        f"port {port} is in use" + ("" if strict else f", and so are the {_TRIES - 1} after it"),
        f"wasmlab serve --port {min(port + _TRIES, 65000)}" + ("" if strict else ", or end another server"),
    )


def _bind_all(addresses: tuple[str, ...], port: int) -> list[socket.socket]:
    """Bind every address at one port; an empty list where another server has it on one of them."""
    sockets: list[socket.socket] = []
    for address in addresses:
        chosen = sockets[0].getsockname()[1] if sockets else port
        try:
            sockets.append(_bind(address, chosen))
        except OSError as error:
            if error.errno == errno.EADDRINUSE or (os.name == "nt" and error.errno == errno.EACCES):
                for bound in sockets:
                    bound.close()
                return []
            if not sockets:
                raise _refused(address, chosen, error) from error
            # Loopback without IPv6 is loopback all the same.
    return sockets


def _refused(address: str, port: int, error: OSError) -> UsageError:
    if error.errno == errno.EACCES:
        return UsageError(f"port {port} may not be used by this user", "wasmlab serve --port 8000")
    return UsageError(f"cannot listen on {address}: {error.strerror or error}", "leave --host out")


def _bind(address: str, port: int) -> socket.socket:
    family, kind, protocol, _name, place = socket.getaddrinfo(
        address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    bound = socket.socket(family, kind, protocol)
    try:
        if os.name == "nt":
            bound.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_EXCLUSIVEADDRUSE"), 1)  # noqa: B009
        else:
            _refuse_shadowing(address, port)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind(place)
        bound.listen(128)
        bound.setblocking(False)
    except OSError:
        bound.close()
        raise
    return bound


def _refuse_shadowing(address: str, port: int) -> None:
    """macOS lets us bind 127.0.0.1 where another server has every address: ask whether it answers."""
    if not port or address not in _LOOPBACK:
        return
    answers = False
    with contextlib.suppress(OSError), socket.create_connection((address, port), 0.2):
        answers = True
    if answers:
        raise OSError(errno.EADDRINUSE, "in use")


def _listening(host: str, sockets: list[socket.socket]) -> Listening:
    port = sockets[0].getsockname()[1]
    local = "localhost" if host in ("", "localhost", *_LOOPBACK, *_ANY) else _bracketed(host)
    wide = host not in ("", "localhost", *_LOOPBACK)
    lan = (lan_address() if host in _ANY else host) if wide else ""
    names = {"127.0.0.1", "localhost", "[::1]"} | ({_bracketed(host)} if wide and host not in _ANY else set())
    hosts = {f"{name}:{port}" for name in names} | (names if port == 80 else set())
    return Listening(
        sockets,
        port,
        f"http://{local}:{port}/",
        f"http://{_bracketed(lan)}:{port}/" if lan else "",
        Doors(frozenset(hosts), any_address=wide),
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def lan_address() -> str:
    """Return this machine's address in its network; empty where it is in none."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # nothing is sent: this only asks which address would send it
        address = str(probe.getsockname()[0])
        return "" if address.startswith("127.") else address
    return ""
