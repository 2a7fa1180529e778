"""What an explanation is: a message's pattern, and what it means to somebody who is learning C."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wasmlab.diagnostics.csource import Function


@dataclass(frozen=True)
class Symbol:
    """The function that a message names: where the sources have it, and what is spelled like it."""

    function: Function | None = None
    near: str = ""


@dataclass(frozen=True)
class Explanation:
    """`pattern` is searched in the message and `line` in the source line; the sentences take its groups.

    `system` limits it to one kind of target. A group called `symbol` names a function: `when` is asked
    about it, and `{near}` says which function of the sources is spelled most like it.
    """

    name: str
    pattern: str
    says: str
    hint: str
    line: str = ""
    system: str = ""
    when: Callable[[Symbol], bool] = lambda _symbol: True
