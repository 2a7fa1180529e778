"""Host functions in Python for modules in a page: a worker asks, and stands still until it is answered.

One call is a conversation: the worker says what was called, we may ask it for bytes of its memory, at
last it gets the results.
"""

from __future__ import annotations

import base64
import queue
import threading
from collections.abc import Callable
from typing import Any

from wasmlab.engines.border import check_range
from wasmlab.engines.hosting import Answering
from wasmlab.errors import CallRefused, ToolBroken
from wasmlab.roundtrip import Value

_FAILED: dict[str, Any] = {"do": "fail"}


class Consulting:
    """The functions that the instances of one session may call, and the conversations under way."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._functions: dict[int, list[Answering]] = {}
        self._talks: dict[int, _Talk] = {}
        self._failures: dict[int, BaseException] = {}

    def register(self, id: int, functions: list[Answering]) -> None:
        """Let the instance `id` call these, by their places."""
        self._functions[id] = functions

    def forget(self, id: int) -> None:
        """An instance is gone."""
        self._functions.pop(id, None)
        self._talks.pop(id, None)

    def failure(self, id: int) -> BaseException | None:
        """Return, once, what a function called by the instance `id` ended with."""
        return self._failures.pop(id, None)

    def reply(self, message: dict[str, Any]) -> dict[str, Any]:
        """Return what is said to a worker's message, when the function has got that far."""
        id = message["id"]
        if "place" in message:
            answering = self._functions[id][message["place"]]
            types = answering.signature.params
            values = [Value(type, int(bits)) for type, bits in zip(types, message["values"], strict=True)]
            talk = self._talks[id] = _Talk(answering, values)
        else:
            talk = self._talks[id]
            talk.inbox.put(message)
        said = talk.said(self._seconds)
        if isinstance(said, BaseException):
            self._failures[id] = said
            return _FAILED
        return said


class _Talk:
    """One call of a function, in a thread of its own so that it can wait for the worker in between."""

    def __init__(self, answering: Answering, values: list[Value]) -> None:
        self.inbox: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[dict[str, Any] | BaseException] = queue.SimpleQueue()
        self._work: Callable[[], tuple[Value, ...]] = lambda: answering.answer(values, self)
        threading.Thread(target=self._run, name=f"host function {answering.name}", daemon=True).start()

    def _run(self) -> None:
        try:
            results = [bits_of(value) for value in self._work()]
        except BaseException as error:  # it is raised again where the module was called
            self._outbox.put(error)
        else:
            self._outbox.put({"do": "answer", "values": results})

    def said(self, seconds: float) -> dict[str, Any] | BaseException:
        """Return the next thing that the function says."""
        try:
            return self._outbox.get(timeout=seconds)
        except queue.Empty:
            return ToolBroken(
                f"a host function was still at work after {seconds:g} s", "let it return sooner"
            )

    def read(self, start: int, length: int) -> bytes:
        """Read the module's memory; see the contract."""
        reply = self._ask({"do": "read", "start": start, "length": length}, start, length)
        return base64.b64decode(reply["bytes"])

    def write(self, start: int, data: bytes) -> None:
        """Write into the module's memory; see the contract."""
        text = base64.b64encode(data).decode("ascii")
        self._ask({"do": "write", "start": start, "bytes": text}, start, len(data))

    def _ask(self, request: dict[str, Any], start: int, length: int) -> dict[str, Any]:
        impossible = start < 0 or length < 0
        self._outbox.put({"do": "read", "start": 0, "length": 0} if impossible else request)
        reply = self.inbox.get()
        if reply["size"] < 0:
            raise CallRefused("the module exports no memory", "add --export-memory to link_flags")
        check_range(start, length, reply["size"])
        return reply


def bits_of(value: Value) -> int | str:
    """Return a value as it crosses to a page."""
    return str(value.bits) if value.type in ("i64", "f64") else value.bits
