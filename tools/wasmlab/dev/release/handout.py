"""One lesson as students get it, and what of its solution and its hidden checks would still be in that."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath

from wasmlab.copying import Entry, files_under
from wasmlab.dev.cases import EXPECTED, FOLDER, starter_of
from wasmlab.dev.collecting import Check, Collected, collected
from wasmlab.dev.finding import Finding
from wasmlab.dev.release.beside import only_for_hidden
from wasmlab.dev.release.hiding import hidden_paths, without_hidden
from wasmlab.lesson import Lesson

_SHORTEST = 8  # letters: a line like `}` or `int i;` gives nothing away
_TOGETHER = 2  # such lines of the solution, one below the other, are a leak


class Handout:
    """The students' copy of a lesson; which checks are hidden in it, pytest says."""

    def __init__(self, lesson: Lesson, found: Collected | None = None) -> None:
        self.lesson = lesson
        self._collected = found or collected(lesson)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """Why nobody can say which checks are hidden."""
        return self._collected.problems

    @cached_property
    def starter(self) -> dict[str, bytes]:
        """What students begin with, by the files' paths in the lesson."""
        folder = starter_of(self.lesson)
        found = files_under(folder, "") if folder.is_dir() else ()
        return {entry.path: entry.content for entry in found if entry.path != EXPECTED}

    @cached_property
    def files(self) -> list[Entry]:
        """The files of the copy, by their paths in the lesson."""
        entries = (
            entry
            for entry in files_under(self.lesson.root, "")
            if not entry.path.startswith(f"{FOLDER}/") and not self._is_hidden(entry)
        )
        return [self._for_students(entry) for entry in entries]

    def _for_students(self, entry: Entry) -> Entry:
        if entry.path in self.starter:
            return replace(entry, content=self.starter[entry.path])
        return replace(entry, content=self._open_part(entry)) if _is_checks(entry) else entry

    def _open_part(self, entry: Entry) -> bytes:
        """Return a file of checks without the hidden ones."""
        checks = [check for check in self._collected.checks if check.file == entry.path]
        hidden = hidden_paths(checks) if checks else ()
        return without_hidden(entry.content.decode(), hidden).encode()

    def _is_hidden(self, entry: Entry) -> bool:
        """Return whether a file of checks is left empty: all of it is hidden."""
        return _is_checks(entry) and bool(entry.content.strip()) and not self._open_part(entry).strip()

    def leaks(self) -> list[Finding]:
        """Return what gives a solution or a hidden check away."""
        return [*self._shown(), *self._still_hidden(), *self._beside_hidden()]

    def _shown(self) -> Iterator[Finding]:
        for entry in self.files if self.secrets else ():
            if shown := given_away(entry, self.secrets):
                where, what = f"{self.lesson.name}/{entry.path}", f"students would read {shown!r}"
                yield Finding(where, what, "take it out, or into a case")

    @cached_property
    def secrets(self) -> list[tuple[str, ...]]:
        """The runs of lines that the solution has and the starter has not, and the hidden checks'."""
        found: list[tuple[str, ...]] = []
        for name, content in self.starter.items():
            own = self.lesson.root / name
            if own.is_file():
                found += _runs(own.read_bytes(), content)
        for entry in files_under(self.lesson.root / "checks", "checks"):
            if _is_checks(entry):
                found += _runs(entry.content, self._open_part(entry))
        return found

    def _still_hidden(self) -> Iterator[Finding]:
        """Yield what pytest takes for hidden in the copy itself: it could not be taken out."""
        known = {(check.file, check.path): check for check in self._collected.checks}
        secret = {each for each, check in known.items() if check.path in self._hidden_in(check.file)}
        copy = self._collected_copy()
        left = {(c.file, c.path) for c in copy.checks if c.hidden or (c.file, c.path) in secret}
        for each in sorted(left):
            yield self._told(known.get(each), each[0])
        if not self.problems:
            for problem in copy.problems:
                what = f"in the students' copy, without the hidden checks: {problem.what}"
                yield Finding(problem.where, what, problem.hint)

    def _beside_hidden(self) -> Iterator[Finding]:
        """Yield the helpers and the data of hidden checks that stand in files of their own."""
        if self.problems:
            return
        entries = files_under(self.lesson.root / "checks", "checks")
        whole = {each.path: _text(each) for each in entries if _is_checks(each)}
        given = {each.path: _text(each) for each in self.files if each.path.startswith("checks/")}
        for found in only_for_hidden(whole, given):
            line = f":{found.line}" if found.line else ""
            what = f"only hidden checks use {found.name}, and students would read it"
            hint = "put it into the file of those checks: it is taken out with them"
            yield Finding(f"{self.lesson.name}/{found.file}{line}", what, hint)

    def _hidden_in(self, file: str) -> set[tuple[str, ...]]:
        return hidden_paths([check for check in self._collected.checks if check.file == file])

    def _told(self, check: Check | None, file: str) -> Finding:
        if check is None:
            what = "a hidden check of the starter is in what students are given"
            return Finding(f"{self.lesson.name}/{FOLDER}/starter/{file}", what, "take it out")
        where, name = f"{self.lesson.name}/{file}:{check.line}", check.path[-1]
        if check.path not in self._hidden_in(file):
            what = f"only some sets of parameters of {name} are hidden, and students would get them all"
            return Finding(where, what, "give the hidden ones a check of their own")
        what = f"{name} is hidden, and cannot be taken out of what students are given"
        return Finding(where, what, "write it as a def of its own, in no if, below @pytest.mark.hidden")

    def _collected_copy(self) -> Collected:
        """Return the checks of the copy, written down for a moment."""
        with tempfile.TemporaryDirectory(prefix="wasmlab-") as folder:
            root = Path(folder) / self.lesson.name
            for entry in self.files:
                path = root / entry.path
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(entry.content)
            return collected(self.lesson, root)


def _text(entry: Entry) -> str:
    return entry.content.decode("utf-8", "replace")


def _is_checks(entry: Entry) -> bool:
    path = PurePosixPath(entry.path)
    return path.parts[0] == "checks" and path.suffix == ".py"


def _runs(whole: bytes, given: bytes) -> Iterator[tuple[str, ...]]:
    """Yield each pair of telling lines, one below the other, of which at least one is not given."""
    known = set(_lines(given))
    lines = _lines(whole)
    for run in zip(*(lines[n:] for n in range(_TOGETHER)), strict=False):
        if not known.intersection(run):
            yield run


def _lines(content: bytes) -> list[str]:
    lines = (" ".join(line.split()) for line in content.decode("utf-8", "replace").splitlines())
    return [line for line in lines if len(line) >= _SHORTEST]


def given_away(entry: Entry, secrets: Iterable[tuple[str, ...]]) -> str:
    """Return the first line of a secret that stands in a file, or nothing."""
    text = "\n".join(_lines(entry.content))
    return next((run[0] for run in secrets if "\n".join(run) in text), "")
