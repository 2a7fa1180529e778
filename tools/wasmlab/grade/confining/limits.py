"""How much a submission's compiler may use, and the errors where it used more."""

from __future__ import annotations

from dataclasses import dataclass

from wasmlab.errors import CompilerLimit

CLOCK = {"SOURCE_DATE_EPOCH": "0"}
"""What __DATE__ and __TIME__ say: the same source gets the same verdict whenever it is graded."""


@dataclass(frozen=True)
class CompilerLimits:
    """For each command: `seconds`, bytes of `memory`, of each `file` that it writes, and of its `output`."""

    seconds: float = 10.0
    memory: int = 2 << 30
    file: int = 32 << 20
    output: int = 64 << 10


def over_time(seconds: float) -> CompilerLimit:
    """Return the error of a command that took too long."""
    return CompilerLimit(
        f"compiling takes longer than {seconds:g} s", "look for a macro or a type that explodes"
    )


def over_output() -> CompilerLimit:
    """Return the error of a command that said too much."""
    return CompilerLimit("the compiler says more than a person can read", "mend its first message first")


def crashed() -> CompilerLimit:
    """Return the error of a command that the system ended, or that ended itself for want of memory."""
    return CompilerLimit(
        "the compiler crashed, or needs more memory, stack or room on the disk than it may have",
        "look for nesting, arrays or macros that grow without bound, and for what no C program needs",
    )


def killed() -> CompilerLimit:
    """Return the error of a command that somebody has ended: the system does so where memory is short."""
    return CompilerLimit("the compiler was ended before it was done", "look for what needs much memory")
