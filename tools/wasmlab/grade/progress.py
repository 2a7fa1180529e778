"""How far a batch is: a bar with counts and an estimate on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from wasmlab.grade.outcome import WORDS, Graded

_EVERY = 30.0  # seconds between two lines in a log


@contextmanager
def progress(total: int, *, quiet: bool) -> Iterator[Callable[[Graded], None]]:
    """Show what is graded for the length of a `with` block; yield what hears of each."""
    if quiet or total < 2:
        yield lambda _graded: None
    elif sys.stderr.isatty():
        with _bar(total) as tell:
            yield tell
    else:
        yield _lines(total)


def counted(counts: Counter[str]) -> str:
    """Return the counts in words, those that are not zero."""
    return ", ".join(f"{counts[word]} {word}" for word in WORDS if counts[word])


@contextmanager
def _bar(total: int) -> Iterator[Callable[[Graded], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[said]}"))
    counts: Counter[str] = Counter()
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("grading", total=total, said="")

        def tell(graded: Graded) -> None:
            counts[graded.outcome] += 1
            shown.update(task, advance=1, said=counted(counts))

        yield tell


def _lines(total: int) -> Callable[[Graded], None]:
    counts: Counter[str] = Counter()
    last = time.monotonic()

    def tell(graded: Graded) -> None:
        nonlocal last
        counts[graded.outcome] += 1
        if time.monotonic() - last > _EVERY:
            last = time.monotonic()
            typer.echo(f"{counts.total()} of {total} graded: {counted(counts)}", err=True)

    return tell
