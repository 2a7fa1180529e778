"""Ends a process with all that it has started, and says what that is to a submission."""

from __future__ import annotations

from contextlib import suppress

from wasmlab.checks.verdicts import Verdict
from wasmlab.grade.confining.limits import killed
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.outcome import Graded

_DIED = "the process that was {} it ended"


def end_with_all(pid: int) -> None:
    """End a process and its descendants: browsers and modules have groups of their own."""
    import psutil

    try:
        process = psutil.Process(pid)
        found = [process, *process.children(recursive=True)]
    except psutil.Error:
        return
    for each in found:
        with suppress(psutil.Error):
            each.kill()


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


def has_died(graded: Graded) -> bool:
    """Whether a process ended under it, and not because its time was over.

    The submission may have done that, or a system short of memory, which ends whom it likes.
    """
    known = (killed().what, *(_DIED.format(phase) for phase in ("building", "checking")))
    return graded.outcome == "over-limit" and graded.why in known
