"""`wasmlab dev check`: lessons in, what was proved and what is wrong out, one exit code."""

from __future__ import annotations

import json
from collections.abc import Sequence

import typer

from wasmlab.checks.runs.starting import started_pages
from wasmlab.dev.finding import Finding
from wasmlab.dev.proving import Options, Proof, prove
from wasmlab.engines import refuse_unknown
from wasmlab.errors import CHECKS_FAILED, GOOD, WasmlabError
from wasmlab.lesson import Lesson


def check_course(
    lessons: Sequence[Lesson],
    engines: Sequence[str],
    *,
    unread: Sequence[WasmlabError] = (),
    mutants: int,
    change: Sequence[str] = (),
    accept: bool,
    as_json: bool,
) -> int:
    """Prove each lesson and print what was found; those that are `unread` are errors too.

    Of several lessons one that cannot be proved keeps no other from it.

    Raises:
        UsageError: an engine has an unknown name, the only lesson has no checks, or a file to `change` is
            none.
    """
    refuse_unknown(engines)
    options = Options(tuple(engines), mutants, tuple(change), accept, _silent if as_json else typer.echo)
    proofs: list[Proof] = []
    wrong = list(unread)
    with started_pages(engines) as pages:
        if pages is not None:
            pages.keeps = False  # most failures here are wanted
        for lesson in lessons:
            options.say(lesson.name)
            try:
                proofs.append(prove(lesson, options, pages))
            except WasmlabError as error:
                if len(lessons) == 1 and not wrong:
                    raise
                wrong.append(error)
                continue
            if not as_json:
                _tell(proofs[-1].findings)
    if as_json:
        errors = [error.to_json() for error in wrong]
        plain = {"lessons": [proof.to_json() for proof in proofs], "errors": errors}
        typer.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    findings = sum(len(proof.findings) for proof in proofs)
    if not as_json:
        _tell(wrong)
        count = findings + len(wrong)
        typer.echo(f"{count} to mend" if count else "all is as it must be")
    return CHECKS_FAILED if findings else next((error.exit_code for error in wrong), GOOD)


def _tell(findings: Sequence[Finding | WasmlabError]) -> None:
    for finding in findings:
        for line in finding.lines():
            typer.echo(line)


def _silent(_line: str) -> None:
    pass
