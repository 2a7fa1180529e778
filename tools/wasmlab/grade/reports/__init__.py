"""Reports as pure functions of the verdicts: one module a format, behind one dict."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from unicodedata import category, normalize

import typer

from wasmlab.errors import FolderNotWritable, ReportRefused
from wasmlab.grade.intake.tree import RESERVED
from wasmlab.grade.journal import write_whole
from wasmlab.grade.outcome import Batch, Graded
from wasmlab.names import did_you_mean

REPORT = "report.json"


@dataclass(frozen=True)
class Format:
    """One report: `file` is its name; one of `each` submission has a folder with a file for each."""

    module: str
    file: str
    text: str
    each: bool = False

    def render(self, batch: Batch, graded: Graded | None) -> str:
        """Return the document, of one submission where there is one for each."""
        made = import_module(f"wasmlab.grade.reports.{self.module}")
        render: Callable[..., str] = made.render
        return render(batch, graded) if self.each else render(batch)


FORMATS: dict[str, Format] = {
    "text": Format("text", "report.txt", "what a terminal shows"),
    "html": Format("page", "report.html", "one page with all in it"),
    "csv": Format("table", "grades.csv", "a row a submission"),
    "junit": Format("junit", "junit.xml", "for CI services"),
    "gradescope": Format("gradescope", "gradescope.json", "Gradescope's results.json", each=True),
    "prairielearn": Format("prairielearn", "prairielearn.json", "PrairieLearn's results.json", each=True),
    "exercism": Format("exercism", "exercism.json", "Exercism's results.json, version 3", each=True),
    "check50": Format("check50", "check50.json", "check50's JSON", each=True),
    "github": Format("github", "github.txt", "annotations for GitHub's log, and the step's summary"),
    "classroom": Format("classroom", "classroom.txt", "GitHub Classroom's result", each=True),
}


def chosen_reports(names: Sequence[str], to: Path | None) -> tuple[str, ...]:
    """Return the formats that were asked for.

    Raises:
        ReportRefused: there is none of that name, or `to` goes with several.
    """
    for name in names:
        if name not in FORMATS:
            listed = ", ".join(FORMATS)
            what = "the formats are" if name == "help" else f"no report is called {name!r}: there are"
            raise ReportRefused(f"{what} {listed}", did_you_mean(name, FORMATS))
    if to is not None and len(names) != 1:
        raise ReportRefused("--to takes one report", "name its format, as --format gradescope")
    return tuple(names)


def write_reports(batch: Batch, folder: Path, names: Sequence[str], to: Path | None = None) -> None:
    """Write `report.json` and the reports called `names` into `folder`, or the one to `to`.

    Raises:
        ReportRefused: a format is of one submission, and `to` of several was asked for.
        FolderNotWritable: a file cannot be written.
    """
    try:
        write_whole(folder / REPORT, json.dumps(batch.to_json(), indent=1) + "\n")
        for name in names:
            _write(batch, folder, FORMATS[name], to)
    except OSError as error:
        what = f"{error.filename or folder} cannot be written: {error.strerror}"
        raise FolderNotWritable(what, "name another folder with --out") from error


def _write(batch: Batch, folder: Path, format: Format, to: Path | None) -> None:
    if to is not None:
        _write_one(batch, format, to)
    elif not format.each:
        write_whole(folder / format.file, format.render(batch, None))
    elif len(batch.graded) == 1:
        write_whole(folder / format.file, format.render(batch, batch.graded[0]))
    else:
        for path, graded in zip(_places(batch, folder, format), batch.graded, strict=True):
            write_whole(path, format.render(batch, graded))


def _places(batch: Batch, folder: Path, format: Format) -> list[Path]:
    """Return where the report of each of several submissions goes."""
    place, suffix = folder / Path(format.file).stem, Path(format.file).suffix
    names = [file_name(graded.name, number) for number, graded in enumerate(batch.graded)]
    return [place / f"{name}{suffix}" for name in names] if len(names) != 1 else []


def left_over(batch: Batch, folder: Path, names: Sequence[str]) -> list[Path]:
    """Return the reports of single submissions, in the formats called `names`, that an earlier batch left."""
    found: list[Path] = []
    for format in (FORMATS[name] for name in names if FORMATS[name].each):
        file = Path(format.file)
        there = set((folder / file.stem).glob(f"*{file.suffix}"))
        found += sorted(there - set(_places(batch, folder, format)))
    return found


def _write_one(batch: Batch, format: Format, to: Path) -> None:
    if format.each and len(batch.graded) != 1:
        what = f"--to takes the report of one submission, and there are {len(batch.graded)}"
        raise ReportRefused(what, "leave --to away: each gets a file in the folder of --out")
    text = format.render(batch, batch.graded[0] if format.each else None)
    if str(to) == "-":
        typer.echo(text, nl=False)
    elif to.exists() and not to.is_file():  # a pipe or a device, which must not become a file
        to.write_text(text, encoding="utf-8", newline="\n")
    else:
        write_whole(to.resolve(), text)  # what a link leads to, not the link


def file_name(name: str, number: int) -> str:
    """Return a name that every file system takes; the number keeps two apart that become the same.

    What looks as if it had a number already gets one too: else it could be the file of somebody else.
    """
    kept = (c if c in "-_" or category(c)[0] in "LMN" else "-" for c in normalize("NFC", name))
    # A file system counts the bytes of a name, of which a letter has up to four.
    safe = "".join(kept)[:60].encode()[:180].decode("utf-8", "ignore").strip("-")
    is_own = safe == name and not re.search(r"--\d+$", safe) and not RESERVED.match(name)
    return safe if is_own else f"{safe or 'submission'}--{number + 1}"
