"""A session behind calls that carry texts only (JSON), as a worker's JavaScript makes them."""

from __future__ import annotations

import base64
import calendar
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .completing import complete
from .options import RunOptions
from .session import Session

INTERRUPTED = False
"""What `ask` and `pause` give when the run was interrupted meanwhile."""

_sleep, _now = time.sleep, time.monotonic


class Bridge:
    """One learner's session: events go out as JSON, and every call takes and gives texts.

    `ask(prompt, password)` returns a line, None where nobody will answer, or `INTERRUPTED`;
    `pause(milliseconds)` sleeps, and returns `INTERRUPTED` as soon as the run is interrupted.
    """

    def __init__(
        self,
        emit: Callable[[str], object],
        ask: Callable[[str, bool], Any] | None = None,
        pause: Callable[[float], Any] | None = None,
    ) -> None:
        self._ask = ask
        self._pause = pause
        self._session = Session(
            lambda event: emit(json.dumps(event)),
            ask=None if ask is None else self._answer,
            nap=None if pause is None else self._nap,
            stay=True,
        )
        random.seed()  # a memory snapshot would give every learner the same numbers,
        if sys.platform == "emscripten":
            _tell_time_zone()  # and the time zone of where it was made

    async def run(self, code: str, options: str) -> str:
        """Run `code` and return `{value: its result}`, or `{error}` where an option does not fit."""
        try:
            result = await self._session.run(code, RunOptions.from_json(json.loads(options)))
        except (TypeError, ValueError, RuntimeError) as error:
            return _error(error)
        return json.dumps({"value": result.to_json()})

    def interrupt(self) -> None:
        """End a run that waits."""
        self._session.interrupt()

    def call(self, method: str, arguments: str) -> str:
        """Call one of the methods below by its name and return `{value}` or `{error}`."""
        try:
            if method not in METHODS:
                raise LookupError(f"there is no method {method!r}")
            return json.dumps({"value": getattr(self, method)(*json.loads(arguments))})
        except Exception as error:  # a learner's own dict may raise anything
            return _error(error)

    def reset(self) -> None:
        """Forget all names and modules of the learner; files stay."""
        self._session.reset()

    def set_variable(self, name: str, value: Any) -> None:
        """Give a name of the learner a value that JSON can hold."""
        self._session.set_variable(name, value)

    def get_variable(self, name: str) -> Any:
        """Return the value of a name as JSON can hold it: tuples and sets become lists."""
        try:
            return plain(self._session.get_variable(name))
        except KeyError as error:
            raise LookupError(f"there is no variable {name!r}") from error
        except TypeError as error:
            raise TypeError(f"{name!r} cannot leave Python: {error}") from error

    def write_file(self, path: str, text: str) -> None:
        """Write a text file, with the folders that it needs."""
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read_file(self, path: str) -> str:
        """Return the text of a file."""
        return Path(path).read_text(encoding="utf-8")

    def write_bytes(self, path: str, content: str) -> None:
        """Write a file of any kind, given in base64, with the folders that it needs."""
        file = Path(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(content))

    def read_bytes(self, path: str) -> str:
        """Return a file of any kind in base64."""
        return base64.b64encode(Path(path).read_bytes()).decode("ascii")

    def remove_file(self, path: str) -> None:
        """Remove a file."""
        Path(path).unlink()

    def variables(self) -> dict[str, Any]:
        """Return a bounded picture of every name that the learner has made."""
        return self._session.variables()

    def complete(self, before: str) -> dict[str, Any]:
        """Return what could stand at the end of `before`, a line up to the cursor."""
        return complete(before, self._session.namespace)

    def list_files(self, folder: str = ".") -> list[str]:
        """Return the path of every file under `folder`, relative to it and sorted."""
        if not Path(folder).is_dir():
            raise LookupError(f"there is no folder {folder!r}")
        found = (Path(here, name) for here, _, names in os.walk(folder) for name in names)
        return sorted(path.relative_to(folder).as_posix() for path in found)

    def _nap(self, seconds: float) -> None:
        assert self._pause is not None
        end = _now() + seconds
        _sleep(min(seconds, 0))  # refuses what is no time, as it always does
        while (left := end - _now()) > 0:
            if self._pause(left * 1000) is INTERRUPTED:
                raise KeyboardInterrupt

    def _answer(self, prompt: str, password: bool) -> str | None:
        assert self._ask is not None
        answer = self._ask(prompt, password)
        if answer is INTERRUPTED:
            raise KeyboardInterrupt
        return None if answer is None else str(answer)


_FILES = {"write_file", "read_file", "write_bytes", "read_bytes", "remove_file", "list_files"}
METHODS = frozenset({"reset", "set_variable", "get_variable", "variables", "complete", *_FILES})


def _tell_time_zone() -> None:
    """Set what `time` says of the zone by what it says of two days of this year."""
    year = time.gmtime().tm_year
    days = [time.localtime(calendar.timegm((year, month, 1, 12, 0, 0))) for month in (1, 7)]
    standard, summer = sorted(days, key=lambda day: day.tm_gmtoff)
    time.timezone, time.altzone = -standard.tm_gmtoff, -summer.tm_gmtoff
    time.daylight = int(standard.tm_gmtoff != summer.tm_gmtoff)


def _error(error: Exception) -> str:
    return json.dumps({"error": {"name": type(error).__name__, "message": str(error)}})


def plain(value: Any) -> Any:
    """Return `value` as lists, dicts, texts and numbers.

    Raises:
        TypeError: it is, or holds, something that has no such form; so does a container in itself.
    """
    try:
        return _plain(value)
    except RecursionError as error:
        raise TypeError("it is nested too deep") from error


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        if value - value != 0:
            raise TypeError(f"JSON has no {value}")
        return value
    if isinstance(value, dict):
        return {_key(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    raise TypeError(f"a {type(value).__name__} is no plain value")


def _key(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{name!r} is a key and no text")
    return name
