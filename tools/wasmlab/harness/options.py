"""What one run is asked for, and the bounds that hold for every run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

Results = Literal["last", "each", "none"]


@dataclass(frozen=True)
class Limits:
    """Bounds on what a run may send; every one of them ends in a note, never in a crash."""

    output: int = 10_000_000  # characters of stdout and stderr together
    result: int = 1_000_000  # characters of one shown value or error message
    steps: int = 1_000  # steps of one trace
    values: int = 200_000  # values in all the steps of one trace
    step_values: int = 500  # values in one step, or in one watched variable
    depth: int = 3  # containers within containers
    items: int = 50  # items of one container, names of one frame
    text: int = 200  # characters of one value's text
    frames: int = 40  # frames of one step


@dataclass(frozen=True)
class RunOptions:
    """How one run is to be done.

    `lines` runs only the statements that touch these lines (first, last; from 1). `results` says which
    expressions show their value. `stdin` holds prepared answers for `input()`, and `echo` shows them
    in the output as a terminal would. `trace` records steps, `watch` names the variables to report.
    """

    lines: tuple[int, int] | None = None
    results: Results = "last"
    stdin: tuple[str, ...] = ()
    echo: bool = True
    trace: bool = False
    watch: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, options: Mapping[str, Any]) -> RunOptions:
        """Make the options of a RUN message.

        Raises:
            ValueError: an option is unknown or has a value that does not fit; nothing has run.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(options) - known)
        if unknown:
            raise ValueError(f"unknown option {unknown[0]!r}; known are {', '.join(sorted(known))}")
        given = {name: value for name, value in options.items() if value is not None}
        if "stdin" in given and isinstance(given["stdin"], str):
            given["stdin"] = given["stdin"].splitlines()
        for name in ("lines", "stdin", "watch"):
            if name in given:
                given[name] = tuple(given[name])
        made = cls(**given)
        made.check()
        return made

    def check(self) -> None:
        """Raise ValueError where a value does not fit."""
        if self.results not in get_args(Results):
            raise ValueError(f"results is {self.results!r}; it must be one of {', '.join(get_args(Results))}")
        if self.lines is not None and (len(self.lines) != 2 or not 1 <= self.lines[0] <= self.lines[1]):
            raise ValueError(f"lines is {list(self.lines)}; it must be [first, last], counted from 1")
        if not all(isinstance(text, str) for text in (*self.stdin, *self.watch)):
            raise ValueError("stdin and watch must be lists of texts")
