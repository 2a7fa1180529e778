"""One file that is changed in one place at a time: what becomes of each change, whatever its language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from wasmlab.dev.cases import CALL_SECONDS, silent
from wasmlab.dev.mutants.changing import Change
from wasmlab.engines.contract import Limits
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages


@dataclass(frozen=True)
class Survivor:
    """A change that no check has seen: `place` is the file and its line, `code` that line's text."""

    place: str
    text: str
    code: str = ""

    def to_json(self) -> dict[str, str]:
        """Return it as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Survey:
    """How many changes `made` another program; `same` made none, the rest of `tried` did not compile.

    `left` were not tried, as there were too many, and `files` names those that were changed.
    """

    tried: int = 0
    made: int = 0
    same: int = 0
    left: int = 0
    survivors: tuple[Survivor, ...] = ()
    files: tuple[str, ...] = ()

    def __add__(self, other: Survey) -> Survey:
        """Return both as one."""
        return Survey(
            self.tried + other.tried,
            self.made + other.made,
            self.same + other.same,
            self.left + other.left,
            self.survivors + other.survivors,
            self.files + other.files,
        )


class Mutated:
    """A file of the lesson, changed in its copy `work`."""

    def __init__(self, lesson: Lesson, work: Lesson, source: str) -> None:
        self._work = work
        self._source = source
        self._path = work.root / source
        self._solution = (lesson.root / source).read_bytes()

    def survey(self, at_most: int) -> Survey:
        """Try the changes, or so many of them as are wanted, taken evenly from all."""
        changes = self._changes()
        chosen = changes[:: max(1, -(-len(changes) // at_most))]
        found = Survey(tried=len(chosen), left=len(changes) - len(chosen), files=(self._source,))
        try:
            for change in chosen:
                found = self._tried(change, found)
        finally:
            self._path.write_bytes(self._solution)
        return found

    def _tried(self, change: Change, found: Survey) -> Survey:
        self._path.write_bytes(change.apply(self._solution))
        if not self._builds():
            return found  # the build itself says no: nothing is left for the checks to see
        if self._is_caught():
            return replace(found, made=found.made + 1)
        if self._is_same():
            return replace(found, same=found.same + 1)
        number = change.line(self._solution)
        code = self._solution.splitlines()[number - 1].decode(errors="replace").strip()
        survivor = Survivor(f"{self._source}:{number}", change.text, code)
        return replace(found, made=found.made + 1, survivors=(*found.survivors, survivor))

    def _judged(self, engine: str, pages: LessonPages | None = None, only: Sequence[str] = ()) -> bool:
        """Return whether a check does not pass."""
        from wasmlab.checks.runs.running import check_built

        folder, limits = self._work.root / "checks", Limits(seconds=CALL_SECONDS)
        verdicts = check_built(
            self._work, folder, [engine], silent, pages, limits, first_failure=True, only=only
        )
        return any(verdict.verdict in ("failed", "error") for verdict in verdicts)

    def _changes(self) -> list[Change]:
        raise NotImplementedError

    def _builds(self) -> bool:
        raise NotImplementedError

    def _is_caught(self) -> bool:
        raise NotImplementedError

    def _is_same(self) -> bool:
        raise NotImplementedError
