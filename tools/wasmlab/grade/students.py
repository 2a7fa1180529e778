"""What a student may see of a batch, a submission: of a hidden check only whether it passed."""

from __future__ import annotations

from dataclasses import replace

from wasmlab.checks.verdicts import Verdict
from wasmlab.grade.outcome import Batch, Graded, bare_name

HIDDEN_NAME = "a hidden check"


def for_students(batch: Batch) -> Batch:
    """Return the same outcomes and points for what is open to students, a log or an artifact."""
    left = tuple(HIDDEN_NAME if name in batch.secret else name for name in batch.left_out)
    return replace(batch, graded=tuple(shown(graded) for graded in batch.graded), left_out=left)


def shown(graded: Graded) -> Graded:
    """Return the same outcome and points; what waits for a hidden check does not name it either.

    A name that another check has, which is not hidden, is no secret: who waits for it waits for both.
    """
    hidden = [verdict for verdict in graded.verdicts if verdict.hidden]
    known = {bare_name(verdict.check) for verdict in graded.verdicts if not verdict.hidden}
    secret = dict.fromkeys(name for v in hidden if (name := bare_name(v.check)) not in known)
    names = {name: f"hidden_{n}" for n, name in enumerate(secret, 1)}
    # A check has a line for each set of its parameters, and each is a score of its own.
    lines = {line: f"{HIDDEN_NAME} ({n})" for n, line in enumerate(dict.fromkeys(v.line for v in hidden), 1)}
    return replace(graded, verdicts=tuple(_blanked(verdict, names, lines) for verdict in graded.verdicts))


def _blanked(verdict: Verdict, names: dict[str, str], lines: dict[str, str]) -> Verdict:
    waits = names.get(bare_name(verdict.waits_for), verdict.waits_for)
    if not verdict.hidden:
        message = verdict.message if waits == verdict.waits_for else f"waits for {HIDDEN_NAME}"
        return replace(verdict, waits_for=waits, message=message)
    name, line = names.get(bare_name(verdict.check), verdict.check), lines[verdict.line]
    # Its time too: a program could take as long as the number that it is asked about is large.
    bare = replace(verdict, seconds=0.0, message="", expected="", came="", try_this="", kept="")
    return replace(bare, check=name, line=line, waits_for=waits)
