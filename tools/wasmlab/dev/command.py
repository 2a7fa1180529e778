"""`wasmlab dev check`: lessons in, what was proved and what is wrong out, one exit code."""

from __future__ import annotations

import json
from collections.abc import Sequence

import typer

from wasmlab.checks.starting import started_pages
from wasmlab.dev.proving import Options, Proof, prove
from wasmlab.engines import ENGINES, OPTIONAL
from wasmlab.errors import CHECKS_FAILED, GOOD, UsageError
from wasmlab.lesson import Lesson
from wasmlab.names import did_you_mean


def check_course(
    lessons: Sequence[Lesson],
    engines: Sequence[str],
    *,
    mutants: int,
    change: Sequence[str] = (),
    accept: bool,
    as_json: bool,
) -> int:
    """Prove each lesson and print what was found.

    Raises:
        UsageError: an engine has an unknown name, a lesson has no checks, or a file to `change` is none.
    """
    known = [*ENGINES, *OPTIONAL]
    for name in engines:
        if name not in known:
            raise UsageError(f"no engine is called {name!r}", did_you_mean(name, known))
    options = Options(tuple(engines), mutants, tuple(change), accept, _silent if as_json else typer.echo)
    proofs: list[Proof] = []
    with started_pages(engines) as pages:
        if pages is not None:
            pages.keeps = False  # most failures here are wanted
        for lesson in lessons:
            options.say(lesson.name)
            proofs.append(prove(lesson, options, pages))
            if not as_json:
                _tell(proofs[-1])
    findings = sum(len(proof.findings) for proof in proofs)
    if as_json:
        typer.echo(
            json.dumps({"lessons": [proof.to_json() for proof in proofs]}, indent=2, ensure_ascii=False)
        )
    else:
        typer.echo(f"{findings} to mend" if findings else "all is as it must be")
    return CHECKS_FAILED if findings else GOOD


def _tell(proof: Proof) -> None:
    for finding in proof.findings:
        for line in finding.lines():
            typer.echo(line)


def _silent(_line: str) -> None:
    pass
