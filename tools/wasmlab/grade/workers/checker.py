"""The process in which the checks stand ready, from the worker's side; see `forking`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wasmlab.checks.verdicts import Verdict
from wasmlab.errors import ToolBroken, UsageError
from wasmlab.grade.limits import GradeLimits
from wasmlab.grade.template import Template
from wasmlab.grade.workers.wire import messages, send
from wasmlab.lesson import Lesson
from wasmlab.process import Command, converse, end


@dataclass
class Stopped(Exception):
    """The checks of a submission have not come to their end; `hung` says that time was over."""

    hung: bool


class Checker:
    """Started at once; it is ready when the first submission is built."""

    def __init__(
        self, place: Path, template: Template, engines: tuple[str, ...], limits: GradeLimits
    ) -> None:
        words = (sys.executable, "-P", "-m", "wasmlab.grade.workers.forking")
        self._process = converse(Command(words, place))
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in = self._process.stdin
        self._said = messages(self._process.stdout)
        self._is_ready = False
        send(
            self._in,
            "start",
            place=str(place),
            lesson=str(template.lesson),
            checks=str(template.checks),
            engines=list(engines),
            limits=limits.to_json(),
        )

    def wait(self) -> None:
        """Wait until the checks are collected.

        Raises:
            ToolBroken: they cannot be.
        """
        if self._is_ready:
            return
        said = next(self._said, None)
        if said is None or said["kind"] != "ready":
            raise ToolBroken(
                f"the checks do not start: {(said or {}).get('what', 'no word why')}", "wasmlab check"
            )
        self._is_ready = True

    def check(self, lesson: Lesson, hear: Callable[[Verdict], None]) -> None:
        """Run the checks on a lesson that is built; `hear` gets each verdict as it falls.

        Raises:
            Stopped: they came to no end.
            UsageError, ToolBroken: they could not be run.
        """
        self.wait()
        try:
            send(self._in, "check", lesson=str(lesson.root))
        except OSError as error:
            raise _gone() from error
        refused: UsageError | None = None
        broken = ""
        for said in self._said:
            match said["kind"]:
                case "verdict":
                    hear(Verdict(**said["verdict"]))
                case "refused":
                    refused = UsageError(said["what"], said["hint"])
                case "broken":
                    broken = said["what"]
                case "over":
                    if refused:
                        raise refused
                    if broken:
                        raise ToolBroken(f"the checks broke: {broken}", "report it with the submission")
                    if said["hung"] or said["code"]:
                        raise Stopped(said["hung"])
                    return
        raise _gone()

    def close(self) -> None:
        """End it, and the checks that it runs."""
        end(self._process)


def _gone() -> ToolBroken:
    return ToolBroken("the process that forks for the checks has ended", "run the command again")
