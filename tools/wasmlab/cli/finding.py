"""Finds the course for a command, and says so where it is the copy in the cache."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from wasmlab.course import Course


def course_at_hand(named: Path | None, names: Iterable[str | None] = (), *, quiet: bool = False) -> Course:
    """Return the course that is meant; arguments and errors are those of `find_course`."""
    from wasmlab.course import find_course

    found = find_course(named, names)
    if found.is_copy and not quiet:
        own = "wasmlab new course DIR makes one of your own"
        typer.echo(f"no lesson here: using the copy in {found.root} ({own})", err=True)
    return found
