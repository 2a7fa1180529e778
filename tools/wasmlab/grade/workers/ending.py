"""Ends a process with all that it has started, and says what that is to a submission."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from wasmlab.checks.verdicts import Verdict
from wasmlab.grade.confining.limits import killed
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.outcome import Graded

_DIED = "the process that was {} it ended"
_LARGE = "checking takes more memory than"


def end_with_all(pid: int) -> None:
    """End a process and its descendants: browsers and modules have groups of their own."""
    import psutil

    for each in family(pid):
        with suppress(psutil.Error):
            each.kill()


def family(pid: int) -> list[Any]:
    """Return a process and its descendants; nothing where it is gone."""
    import psutil

    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def ended(name: str, phase: str, limits: GradeLimits, verdicts: tuple[Verdict, ...], *, hung: bool) -> Graded:
    """Return what became of a submission whose process was ended in `phase`, or has ended by itself.

    Where a check has broken before, nobody knows whose the time was that is over.
    """
    if any(verdict.verdict == "error" for verdict in verdicts):
        return Graded(name, "error", verdicts=verdicts)
    seconds = limits.seconds if phase == "checking" else limits.building
    what = f"{phase} takes longer than {seconds:g} s" if hung else _DIED.format(phase)
    hint = "look for a loop that does not end" if phase == "checking" else "look for what explodes"
    return Graded(name, "over-limit", what, hint, verdicts=verdicts)


def too_large(name: str, most: int, verdicts: tuple[Verdict, ...]) -> Graded:
    """Return what became of a submission whose checks were ended because they held over `most` bytes."""
    what, hint = f"{_LARGE} {most >> 20} MiB", "look for an array or a text that grows without end"
    return Graded(name, "over-limit", what, hint, verdicts=verdicts)


def was_too_large(graded: Graded) -> bool:
    """Whether it was ended for what its checks and their browsers held."""
    return graded.outcome == "over-limit" and graded.why.startswith(_LARGE)


def has_died(graded: Graded) -> bool:
    """Whether a process ended under it, and not because its time was over.

    The submission may have done that, or a system short of memory, which ends whom it likes.
    """
    known = (killed().what, *(_DIED.format(phase) for phase in ("building", "checking")))
    return graded.outcome == "over-limit" and graded.why in known
