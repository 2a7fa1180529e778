"""What goes over the pipe to a confined engine: framed JSON, our own data classes and errors by their names.

Nothing that arrives is code: a reader makes only the classes listed here, whoever wrote to the pipe.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import IO, Any

from wasmlab import errors, roundtrip, signature
from wasmlab.engines import contract
from wasmlab.errors import WasmlabError

BIGGEST = 512 << 20
"""Bytes of one message: a memory that is read, as text, and some more."""


@dataclass(frozen=True)
class Asked:
    """Stands for a Host with a function: the child asks the parent to call it."""

    with_memory: bool
    pointers: tuple[contract.Pointer, ...]


@dataclass(frozen=True)
class Calling:
    """What a child asks for while its module waits: a call of the host function `name`."""

    name: str
    args: tuple[float, ...]


@dataclass(frozen=True)
class Returned:
    """What the host function gave."""

    value: Any


@dataclass(frozen=True)
class Raised:
    """The host function, or the call in which it was, ended in an exception that stays with the parent."""


_DATA: dict[str, Any] = {
    name: found
    for known in (vars(contract), vars(roundtrip), vars(signature), dict(globals()))
    for name, found in known.items()
    if isinstance(found, type) and is_dataclass(found)
}
_KIND = "is"


class Garbled(Exception):
    """What came over the pipe is no message of ours."""


def send(pipe: IO[bytes], message: Any) -> None:
    """Write one message: plain data, bytes, our data classes and errors."""
    text = json.dumps(_plain(message), separators=(",", ":")).encode()
    pipe.write(len(text).to_bytes(8, "little") + text)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """Read one message; sequences come as tuples.

    Raises:
        EOFError: the other end is gone.
        Garbled: it is no message.
    """
    size = int.from_bytes(_exactly(pipe, 8), "little")
    if size > BIGGEST:
        raise Garbled(f"a message of {size >> 20} MiB")
    try:
        return _whole(json.loads(_exactly(pipe, size)))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Garbled(str(error)) from error


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    found = pipe.read(size)
    if len(found) < size:
        raise EOFError
    return found


def _plain(item: Any) -> Any:
    if item is None or isinstance(item, (bool, int, float, str)):
        return item
    if isinstance(item, bytes | bytearray):
        return {_KIND: "bytes", "base64": base64.b64encode(item).decode("ascii")}
    if isinstance(item, WasmlabError):
        return {_KIND: "error", "name": type(item).__name__, "what": item.what, "hint": item.hint}
    if isinstance(item, Mapping):
        return {_KIND: "mapping", "items": [[key, _plain(value)] for key, value in item.items()]}
    if is_dataclass(item):
        return {_KIND: type(item).__name__, **{f.name: _plain(getattr(item, f.name)) for f in fields(item)}}
    return [_plain(part) for part in item]


def _whole(item: Any) -> Any:
    if isinstance(item, list):
        return tuple(_whole(part) for part in item)
    if not isinstance(item, dict):
        return item
    kind = item.pop(_KIND)
    match kind:
        case "bytes":
            return base64.b64decode(item["base64"])
        case "error":
            return _ERRORS.get(item["name"], WasmlabError)(str(item["what"]), str(item["hint"]))
        case "mapping":
            return {key: _whole(value) for key, value in item["items"]}
        case _:
            return _DATA[kind](**{name: _whole(value) for name, value in item.items()})


# Those that an engine raises; what another one says comes as the root of all.
_ERRORS: dict[str, type[WasmlabError]] = {
    kind.__name__: kind for kind in (errors.CallRefused, errors.ModuleUnreadable, errors.ToolBroken)
}


def messages(pipe: IO[bytes]) -> Iterator[Any]:
    """Read messages until the other end is gone or says what is none."""
    try:
        while True:
            yield receive(pipe)
    except (EOFError, OSError, Garbled):
        return
