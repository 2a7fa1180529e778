"""`wasmlab grade`: submissions in, verdicts and reports out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wasmlab.cli.app import app
from wasmlab.cli.finding import course_at_hand
from wasmlab.cli.options import LONGEST, AsJson, CourseFolder, Engines, a_number
from wasmlab.errors import SubmissionMissing


def _named(path: str) -> Path:
    """Refuse an empty word, which Path would take for the folder at hand: so ends a variable unset."""
    if not path:
        raise SubmissionMissing("a submission is named by an empty word", "name a folder or an archive")
    return Path(path)


@app.command()
def grade(
    lesson: Annotated[str, typer.Argument(help="The lesson, with its checks.", show_default=False)],
    submissions: Annotated[
        list[Path],
        typer.Argument(
            metavar="SUBMISSION...",
            parser=_named,
            help="Folders, zips, tars, folders of them, a CSV of names and paths, or an LMS's download.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder for the reports.")] = Path("grades"),
    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            help="Write this report too; may be given again. --format help lists them.",
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Write the one report of --format there.", show_default=False),
    ] = None,
    single: Annotated[
        bool,
        typer.Option("--single", help="Each folder or archive named is one submission, whatever is in it."),
    ] = False,
    for_students: Annotated[
        bool,
        typer.Option("--for-students", help="Say of a hidden check only whether it passed, in all reports."),
    ] = False,
    engine: Engines = None,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=0, help="Submissions at a time; 0 is one a core.")
    ] = 0,
    resume: Annotated[bool, typer.Option("--resume", help="Go on where the last run was stopped.")] = False,
    confinement: Annotated[
        str,
        typer.Option(
            "--confinement",
            help="sandbox-compiler, landlock, bubblewrap or none; the strongest without it.",
            show_default=False,
        ),
    ] = "",
    require_sandbox: Annotated[
        bool, typer.Option("--require-sandbox", help="Refuse to grade where the compiler is not confined.")
    ] = False,
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds", min=0.1, max=LONGEST, callback=a_number, help="For all checks of a submission."
        ),
    ] = 60,
    call_seconds: Annotated[
        float,
        typer.Option("--call-seconds", min=0.05, max=LONGEST, callback=a_number, help="For one call."),
    ] = 2,
    memory: Annotated[
        int,
        typer.Option(
            "--memory", metavar="MIB", min=512, help="For the checks of a submission, in each browser."
        ),
    ] = 2048,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler", help="Grade on this Dask cluster, as tcp://HOST:8786.", show_default=False
        ),
    ] = "",
    course: CourseFolder = None,
    as_json: AsJson = False,
) -> None:
    """Grade submissions without trusting them: exit 0 when all were graded.

    A single submission: exit 1 if it did not pass. Ctrl-C leaves a valid report; --resume goes on.
    """
    from wasmlab.grade.command import Asked, grade_command

    found = course_at_hand(course, [lesson], quiet=as_json).lesson(lesson)
    asked = Asked(
        tuple(submissions),
        out,
        tuple(format or ()),
        to,
        tuple(dict.fromkeys(engine or ("wasmtime",))),
        jobs,
        resume,
        confinement,
        require_sandbox,
        seconds,
        call_seconds,
        memory,
        scheduler,
        as_json,
        single,
        for_students,
    )
    raise typer.Exit(grade_command(found, asked))
