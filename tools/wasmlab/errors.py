"""Every error a person can meet: what is wrong, what to do next, and the exit code.

The reference page `docs/reference/errors.md` is made from this file.
"""

from __future__ import annotations

from pathlib import Path

GOOD = 0
CHECKS_FAILED = 1
USAGE = 2
BUILD_FAILED = 3
TOOL_MISSING = 4
INTERNAL = 5
TIME_LIMIT = 124
INTERRUPTED = 130
TERMINATED = 143

EXIT_CODES = {
    GOOD: "All is good.",
    CHECKS_FAILED: "A check failed: a lesson's, or engines that disagree, or a generated file that is stale.",
    USAGE: "The command or a manifest cannot be used as it stands.",
    BUILD_FAILED: "A target could not be built.",
    TOOL_MISSING: "A tool or a browser is missing or broken.",
    INTERNAL: "A mistake in wasmlab itself.",
    TIME_LIMIT: "Something ran longer than it may.",
    INTERRUPTED: "Stopped by Ctrl-C.",
    TERMINATED: "Ended by SIGTERM, or with its terminal: `serve` and `learn` end in order then.",
}


class WasmlabError(Exception):
    """The root of all: shown as `error: <what>` and `hint: <one command or edit>`."""

    exit_code = INTERNAL

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def lines(self) -> list[str]:
        """Return the two lines a person sees (one where there is no hint)."""
        hint = [f"hint: {self.hint}"] if self.hint else []
        return [f"error: {self.what}", *hint]

    def to_json(self) -> dict[str, str | int]:
        """Return the error as plain data."""
        return {"what": self.what, "hint": self.hint, "exit_code": self.exit_code}


class UsageError(WasmlabError):
    """The command was asked for something that does not fit."""

    exit_code = USAGE


class LessonUnknown(UsageError):
    """No lesson has the name that was given."""


class CourseMissing(UsageError):
    """The folder that was named holds no lesson or does not exist, or the current one is gone."""


class ManifestError(UsageError):
    """A `lesson.toml` cannot be used as it stands."""

    def __init__(self, path: Path, what: str, hint: str = "", line: int = 0) -> None:
        place = f"{path}:{line}" if line else f"{path}"
        super().__init__(f"{place}: {what}", hint)
        self.path = path
        self.line = line


class ToolchainUnknown(UsageError):
    """A manifest names a toolchain that this wasmlab does not have."""


class FolderNotWritable(UsageError):
    """A folder that must be written to refuses it, or the disk is full."""


class FolderTaken(UsageError):
    """A new course or lesson was asked for where something else stands already."""


class NameRefused(UsageError):
    """A new course or lesson was given a name that not every system can hold."""


class CallRefused(UsageError):
    """`wasmlab run` was given a function or arguments that the module does not take."""


class RecordUnreadable(UsageError):
    """The file holds no recorded round trip."""


class NotForStudents(UsageError):
    """The course at hand is the lecturer's: its files are the solutions, nothing is to be learned in it."""


class CaseBroken(UsageError):
    """A lesson's case has no `expect.json`, or one that cannot be read."""


class CheckBroken(UsageError):
    """A check names what there is not: it is for its author to mend, and no student's fault."""


class SolutionLeaks(UsageError):
    """A file that students would be given shows the solution or a hidden check."""


class PortTaken(UsageError):
    """The port is in use and `--strict-port` forbids another one."""


class ModuleUnreadable(UsageError):
    """The bytes are not a WebAssembly module that can be read."""


class SubmissionMissing(UsageError):
    """A submission that was named is not there, or there is none in the folder."""


class NotGradable(UsageError):
    """A lesson cannot be graded: it has no checks, or its manifest lists nothing to submit, or a script."""


class ReportRefused(UsageError):
    """A report was asked for that this batch does not have, or the folder is, or holds, another batch's."""


class ConfinementMissing(WasmlabError):
    """The compiler cannot be confined on this machine, and that was required."""

    exit_code = TOOL_MISSING


class PackageNotAllowed(UsageError):
    """A package for Python in a page was asked for that no lesson at hand allows."""


class LockUnreadable(UsageError):
    """A lesson's `packages.lock.json` is broken, or was made for another version of Pyodide."""


class BuildError(WasmlabError):
    """A target could not be built."""

    exit_code = BUILD_FAILED


class SourceMissing(BuildError):
    """A source that the manifest names is not there, is a folder, or is not UTF-8 text."""


class CompileFailed(BuildError):
    """The compiler or the linker refused the sources."""


class CompilerLimit(BuildError):
    """A submission's compiler used more time, memory, output or room on the disk than it may."""


class InterfaceMismatch(BuildError):
    """The module's imports or exports are not what the manifest says."""

    def __init__(self, what: str, hint: str = "", symbol: str = "") -> None:
        super().__init__(what, hint)
        self.symbol = symbol


class BuildBusy(BuildError):
    """Another build of the same lesson has been at work for too long."""


class NotBuilt(BuildError):
    """A module is asked for that no build has made yet."""


class ToolMissing(WasmlabError):
    """A program or a browser that is needed is not on this machine."""

    exit_code = TOOL_MISSING


class PartMissing(ToolMissing):
    """A part that single targets need, and that `setup` gets when it is asked for, is not on this machine."""


class ToolBroken(WasmlabError):
    """A tool is there but does not do its work."""

    exit_code = TOOL_MISSING


class EngineLost(ToolBroken):
    """An engine was at work and has ended, which says nothing of what it ran: a system ends what it likes."""


class DownloadFailed(WasmlabError):
    """A part could not be fetched."""

    exit_code = TOOL_MISSING


class PackageUnfit(DownloadFailed):
    """A package is not in pip's index, or has no wheel that Python in a page can use."""


class ChecksFailed(WasmlabError):
    """At least one check did not pass."""

    exit_code = CHECKS_FAILED


class PageNotOpen(ChecksFailed):
    """A lesson's page does not open, or does not answer."""


class EnginesDisagree(WasmlabError):
    """Two engines gave different answers for the same call."""

    exit_code = CHECKS_FAILED


class GeneratedStale(WasmlabError):
    """A file that is made from others no longer says what it must."""

    exit_code = CHECKS_FAILED


class TimeLimit(WasmlabError):
    """Something ran longer than it may."""

    exit_code = TIME_LIMIT
