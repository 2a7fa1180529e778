"""`input()` and `sys.stdin`: prepared answers first, then the page, and otherwise a clear error."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Sequence

from . import events
from .events import Emit
from .streams import Outbox

Ask = Callable[[str, bool], str | None]

NOBODY = "input() was called, but nobody is there to answer: no answers were prepared for this run"
USED_UP = "input() was called once more than there were answers prepared for this run ({count})"
DECLINED = "input() was called, and no answer was given"


class Asker:
    """Where a run's answers come from.

    `ask(prompt, password)` puts the question to a person and returns the line, or None where
    nobody will answer. It is called only when the prepared answers are used up.
    """

    def __init__(self, emit: Emit, outbox: Outbox, ask: Ask | None) -> None:
        self._emit = emit
        self._outbox = outbox
        self._ask = ask
        self.begin((), echo=True)

    def begin(self, answers: Sequence[str], *, echo: bool) -> None:
        """Start a new run with these prepared answers."""
        self._answers = deque(answers)
        self._count = len(answers)
        self._echo = echo

    def line(self, prompt: str = "", *, password: bool = False) -> str:
        """Return the next answer without its line end.

        Raises:
            EOFError: there is no answer, and the message says why.
        """
        self._outbox.write("stdout", prompt)
        self._outbox.flush()
        answer = self._answers.popleft() if self._answers else self._from_person(prompt, password)
        if self._echo:
            self._outbox.write("stdout", ("" if password else answer) + "\n")
        return answer

    def _from_person(self, prompt: str, password: bool) -> str:
        if self._ask is None:
            raise EOFError(USED_UP.format(count=self._count) if self._count else NOBODY)
        self._emit(events.status("input", prompt=prompt, password=password))
        answer = self._ask(prompt, password)
        self._emit(events.status("busy"))
        if answer is None:
            raise EOFError(DECLINED)
        return str(answer).removesuffix("\n")


class TextIn(io.TextIOBase):
    """The learner's `sys.stdin`: every line is asked for; where no answer is left it ends."""

    encoding = "utf-8"
    name = "<stdin>"
    mode = "r"

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._rest = ""

    def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
        """Return one line with its line end, or an empty text at the end of the answers."""
        if not self._rest:
            try:
                self._rest = self._asker.line() + "\n"
            except EOFError:
                return ""
        end = len(self._rest) if size is None or size < 0 else size
        line, self._rest = self._rest[:end], self._rest[end:]
        return line

    def read(self, size: int | None = -1) -> str:
        """Return all lines up to the end of the answers, or at most `size` characters of the next."""
        if size is not None and size >= 0:
            return self.readline(size)
        return "".join(iter(self.readline, ""))

    def readable(self) -> bool:
        """Say that one can read."""
        return True

    def isatty(self) -> bool:
        """Say that no terminal is behind this."""
        return False

    def close(self) -> None:
        """Stay open: the next run reads here too."""
