"""What a lesson's builds have left, as the page and `/_wasmlab/status.json` say it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from wasmlab.build import Result
from wasmlab.diagnostics import Diagnostic
from wasmlab.errors import ManifestError, WasmlabError
from wasmlab.textlines import lines_of


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong; `line` and `column` count from 1, 0 where none is known."""

    target: str
    severity: str
    what: str
    hint: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    text: str = ""
    source_line: str = ""
    explanation: str = ""
    marker: str = ""


@dataclass(frozen=True)
class State:
    """What became of a lesson's last build; `kept` when an older module is still served."""

    problems: tuple[Problem, ...] = ()
    kept: bool = False

    @property
    def ok(self) -> bool:
        """Whether nothing failed (a warning is no failure)."""
        return all(problem.severity != "error" for problem in self.problems)

    def to_json(self) -> dict[str, Any]:
        """Return the state as plain data."""
        return {"ok": self.ok, "kept": self.kept, "problems": [asdict(p) for p in self.problems]}


def of_results(results: list[Result]) -> State:
    """Return the state that these results of one build leave."""
    problems = tuple(problem for result in results for problem in _of_result(result))
    return State(problems, any(result.kept for result in results if result.error))


def of_error(error: WasmlabError, *, kept: bool = False) -> State:
    """Return the state of a lesson that could not be built at all."""
    return State((_of_error("", error),), kept)


def _of_result(result: Result) -> list[Problem]:
    told = [d for d in result.diagnostics if d.severity in ("error", "warning")]
    problems = [_of_diagnostic(result, diagnostic) for diagnostic in told]
    if result.error and not any(problem.severity == "error" for problem in problems):
        problems.insert(0, _of_error(result.target.name, result.error))
    return problems


def _of_diagnostic(result: Result, said: Diagnostic) -> Problem:
    return Problem(
        result.target.name,
        said.severity,
        f"{said.file}:{said.line}:{said.column}: {said.text}" if said.file else said.text,
        said.hint,
        said.file,
        said.line,
        said.column,
        said.text,
        said.source_line,
        said.explanation,
        getattr(said, "marker", ""),
    )


def _of_error(target: str, error: WasmlabError) -> Problem:
    file, line = "", 0
    if isinstance(error, ManifestError):
        file, line = error.path.name, error.line
    text = error.what.removeprefix(f"{error.path}:").lstrip("0123456789: ") if file else error.what  # type: ignore[attr-defined]
    return Problem(
        target,
        "error",
        error.what,
        error.hint,
        file,
        line,
        text=text,
        source_line=_line(error.path, line) if isinstance(error, ManifestError) else "",
    )


def _line(path: Path, number: int) -> str:
    try:
        return lines_of(path.read_text(encoding="utf-8"))[number - 1] if number else ""
    except (OSError, ValueError, IndexError):
        return ""
