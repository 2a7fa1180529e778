"""Gets what is missing: says what it will do, asks, does it, and looks whether it is there now."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import typer

from wasmlab.errors import DownloadFailed, UsageError, WasmlabError
from wasmlab.names import did_you_mean
from wasmlab.provision.parts import GROUPS, PARTS, Part, Say


def choose(names: Sequence[str]) -> list[str]:
    """Return the parts that `names` mean (a group means its members); without names, all that are wanted.

    Raises:
        UsageError: a name is not known.
    """
    if not names:
        return [name for name, part in PARTS.items() if part.wanted]
    chosen: dict[str, None] = {}
    for name in names:
        if name not in PARTS and name not in GROUPS:
            raise UsageError(f"no part is called {name!r}", did_you_mean(name, [*PARTS, *GROUPS]))
        chosen.update(dict.fromkeys(GROUPS.get(name, (name,))))
    return list(chosen)


def split_packages(words: Sequence[str], packages: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return parts and packages: behind `--package` more names may follow, as one is used to from pip."""
    if not packages:
        return list(words), []
    parts = [word for word in words if word in PARTS or word in GROUPS]
    more = [word for word in words if word not in parts]
    return list(dict.fromkeys([*parts, "pyodide"])), [*packages, *more]


def set_up(names: Sequence[str], *, yes: bool, replaced: Mapping[str, Part] | None = None) -> None:
    """Get each of the parts that is missing; one that fails does not stop the others.

    `replaced` stand in the place of the parts of the same names.

    Raises:
        UsageError: a name is not known, or the user's own setting stands in the way.
        DownloadFailed: at least one part could not be got.
    """
    missing = []
    parts = {**PARTS, **(replaced or {})}
    for name in choose(names):
        found = parts[name].find()
        if found.ok:
            typer.echo(f"{name}: here already  {found.version}")
        elif not found.by_setup:
            raise UsageError(found.problem, found.remedy)
        else:
            missing.append(name)
    if not missing:
        return
    for name in missing:
        typer.echo(f"{name}: will {parts[name].plan()}")
    if not (yes or _agreed()):
        raise typer.Abort
    failures = [error for name in missing if (error := _get(name, parts[name])) is not None]
    if failures:
        others = "".join(f"; also: {error.what}" for error in failures[1:])
        raise DownloadFailed(failures[0].what + others, failures[0].hint)


def _agreed() -> bool:
    """Ask; where nobody can answer, what will be done has been said and is done."""
    if os.environ.get("CI") or not sys.stdin or not sys.stdin.isatty():
        return True
    return typer.confirm("Go on?", default=True)


def _get(name: str, part: Part) -> WasmlabError | None:
    try:
        with _progress(name) as say:
            part.get(say)
    except WasmlabError as error:
        typer.echo(f"{name}: failed: {error.what}", err=True)
        return error
    found = part.find()
    if not found.ok:
        typer.echo(f"{name}: failed: {found.problem}", err=True)
        return DownloadFailed(found.problem, found.remedy)
    typer.echo(f"{name}: here now  {found.version}")
    return None


@contextmanager
def _progress(name: str) -> Iterator[Say]:
    """Show a bar on a terminal and plain lines elsewhere; a tool's own percentages drive the bar."""
    if not sys.stdout.isatty() or os.environ.get("CI"):
        yield _plain_lines(name)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[last]}"))
    with Progress(*columns, TimeElapsedColumn(), transient=True) as progress:
        task = progress.add_task(name, total=None, last="")

        def say(line: str) -> None:
            percent = re.search(r"(\d{1,3})%", line)
            if percent:
                progress.update(task, total=100, completed=int(percent[1]))
            else:
                progress.update(task, last=line.strip()[:60])

        yield say


# A line for each of two hundred packages, or for each tenth of a download, hides what matters.
_CHATTER = re.compile(r"\s|Get:|Hit:|Selecting |Preparing |Unpacking |Setting up |\(Reading |.*\b\d?\d% of")


def _plain_lines(name: str) -> Callable[[str], None]:
    """Say what is worth a line in a log."""

    def say(line: str) -> None:
        if not _CHATTER.match(line):
            typer.echo(f"{name}: {line.strip()[:300]}")

    return say
