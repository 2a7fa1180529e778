"""stdout and stderr of a run: sent on in batches, in order, up to a cap."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterable
from threading import RLock
from time import perf_counter
from typing import Any

from . import events
from .events import Emit

BURST = 64  # events that may follow each other at once
PER_SECOND = 20  # events a second after that
CHUNK = 32_768  # characters that are never held back


class Outbox:
    """What a run prints, held back a little so that a flood of lines becomes a few events.

    Single lines go out at once; in a flood at most `PER_SECOND` events a second do, or one for
    every `CHUNK` characters. Nothing is lost below `cap` characters; past it one note says so.
    """

    def __init__(self, emit: Emit, cap: int) -> None:
        self._emit = emit
        self._cap = cap
        self._lock = RLock()  # threads print too, and a signal handler may print inside a print
        self.begin()

    def begin(self) -> None:
        """Start counting anew for a new run."""
        self._name = "stdout"
        self._pending: list[str] = []
        self._held = 0
        self._sent: list[str] = []
        self._length = 0
        self._cut = False
        self._sending = False
        self._tokens = float(BURST)
        self._last = perf_counter()

    @property
    def text(self) -> str:
        """Everything that has been printed in this run, both streams in order."""
        with self._lock:
            return "".join([*self._sent, *self._pending])

    @property
    def length(self) -> int:
        """How many characters `text` has."""
        return self._length

    def write(self, name: str, text: str) -> None:
        """Take `text` for the stream `name`; it is sent at a line's end, or a little later."""
        with self._lock:
            if self._cut or not text:
                return
            if name != self._name:
                self._send()
                self._name = name
            room = self._cap - self._length
            if len(text) > room:
                self._overflow(text[:room])
                return
            self._pending.append(text)
            self._held += len(text)
            self._length += len(text)
            if self._held >= CHUNK or ("\n" in text and self._may_send()):
                self._send()

    def flush(self, *, force: bool = True) -> bool:
        """Send what is held back, without `force` only as a flood may; return whether all is sent."""
        with self._lock:
            if self._pending and (force or self._may_send()):
                self._send()
            return not self._pending

    def flush_before(self, seconds: object) -> None:
        """Send what is held back before a program sleeps; one that sleeps in a flood is still a flood."""
        is_short = isinstance(seconds, int | float) and seconds < 1 / PER_SECOND
        self.flush(force=not is_short)

    def _may_send(self) -> bool:
        now = perf_counter()
        self._tokens = min(BURST, self._tokens + (now - self._last) * PER_SECOND)
        self._last = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def _send(self) -> None:
        if not self._pending or self._sending:  # an emit that prints must not call itself
            return
        text = "".join(self._pending)
        self._pending = []
        self._held = 0
        self._sent.append(text)
        self._sending = True
        try:
            self._emit(events.stream(self._name, text))
        finally:
            self._sending = False

    def _overflow(self, last: str) -> None:
        self._cut = True
        self._pending.append(last)
        self._length += len(last)
        self._send()
        note = f"\n[output cut after {self._cap:,} characters; the program ran on]\n"
        self._emit(events.stream("stderr", note))


class TextOut(io.TextIOBase):
    """The learner's `sys.stdout` or `sys.stderr`."""

    encoding = "utf-8"
    errors = "strict"
    line_buffering = True

    def __init__(self, outbox: Outbox, name: str) -> None:
        self._outbox = outbox
        self._stream = name
        self.name = f"<{name}>"
        self.mode = "w"
        self.buffer = _BytesOut(self)

    def write(self, text: str) -> int:
        """Print `text`; what UTF-8 cannot hold is refused, as a terminal does."""
        if type(text) is not str:
            if not isinstance(text, str):
                raise TypeError(f"write() argument must be str, not {type(text).__name__}")
            text = str.__str__(text)
        if not text.isascii():
            text.encode("utf-8")
        self._outbox.write(self._stream, text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:  # type: ignore[override]
        """Print each of the texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Send what is held back, as often as a flood may."""
        self._outbox.flush(force=False)

    def writable(self) -> bool:
        """Say that one can print."""
        return True

    def isatty(self) -> bool:
        """Say that no terminal is behind this."""
        return False

    def reconfigure(self, **_settings: Any) -> None:
        """Take any settings and keep ours: the text goes out as it is."""

    def close(self) -> None:
        """Stay open: the next run prints here too."""


class _BytesOut(io.RawIOBase):
    """`sys.stdout.buffer`: bytes are read as UTF-8, across writes."""

    def __init__(self, out: TextOut) -> None:
        self._out = out
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def write(self, data: Any) -> int:
        raw = bytes(data)
        self._out.write(self._decode(raw))
        return len(raw)

    def writable(self) -> bool:
        return True

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        pass
