"""Checks that are collected once and then run on one lesson after another, here or in forks."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from wasmlab.checks.patience import OWN_SECONDS
from wasmlab.checks.plugin import GIVEN_LESSON
from wasmlab.checks.runs.alone import draw_alike
from wasmlab.checks.runs.judging import Judge
from wasmlab.checks.runs.lasting import Lasting, NotTold
from wasmlab.checks.runs.lean import quicken
from wasmlab.checks.runs.running import run_pytest
from wasmlab.checks.verdicts import Verdict
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from wasmlab.checks.pages import LessonPages
    from wasmlab.engines.contract import Limits


class Standing(Judge):
    """A judge in whose session the checks wait, all collected, until its `turn` lets them run.

    `turn` returns True in a process in which they are to run, and False when there is nothing more to do.
    `over` is called when they have run, and returns whether they are to run again, on another lesson. A check
    that is busy with itself for longer than `patience` is broken.
    """

    def __init__(
        self,
        lesson: Lesson,
        folder: Path,
        limits: Limits,
        turn: Callable[[Standing], bool],
        over: Callable[[], bool] = lambda: False,
        pages: LessonPages | None = None,
        patience: float = OWN_SECONDS,
    ) -> None:
        super().__init__(lesson, lambda _verdict: None, pages, limits)
        self.patience.own = patience
        self._folder = folder
        self._turn = turn
        self._over = over
        self._config: pytest.Config | None = None
        self._known: list[Verdict] = []
        self._lasting: Lasting | None = None
        self._chance = random.getstate()

    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand on what is ready, and keep the place where a lesson is handed on later."""
        super().pytest_configure(config)
        self._config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Wait, and then run the checks as always."""
        plugins = session.config.pluginmanager
        _drop_unasked(plugins, session.items)
        with suppress(NotTold, AttributeError):  # another pytest may be made otherwise inside
            self._lasting = Lasting(session, self._folder) if quicken(session, self) else None
        self._known = [*self.verdicts]
        self._chance = random.getstate()
        goes_on = self._turn(self)
        while goes_on:
            self.run(session)
            goes_on = self._over()
        return True

    def take(self, lesson: Lesson, tell: Callable[[Verdict], None]) -> None:
        """Run the checks on `lesson` when the turn is over; `tell` hears of what is known already too."""
        assert self._config is not None
        random.setstate(self._chance)  # a fork has another one: each submission is asked the same numbers
        self._config.stash[GIVEN_LESSON] = self.lesson = lesson
        self.tell = tell
        self.verdicts = [*self._known]
        for verdict in self.verdicts:
            tell(verdict)

    def renew(self) -> bool:
        """Forget the lesson at hand, and return whether another one meets the checks as this one did."""
        return self._lasting is not None and self._lasting.renew()


def stand(folder: Path, engines: Sequence[str], judge: Standing, scratch: Path) -> None:
    """Collect the checks in `folder` and let them wait; what they write for a moment goes to `scratch`.

    Raises:
        UsageError: as `check_built`, in the process in which the checks ran too.
    """
    draw_alike(folder)
    run_pytest(folder, engines, judge, more=[f"--basetemp={scratch}"])


# Plugins that do their work around each step of each check, and the fixtures and marks for which they do it.
_AROUND = {
    "logging-plugin": {"caplog"},
    "capturemanager": {"capsys", "capsysbinary", "capfd", "capfdbinary", "capteesys"},
    "warnings": {"filterwarnings", "recwarn"},
}


def _drop_unasked(plugins: pytest.PytestPluginManager, items: Sequence[pytest.Item]) -> None:
    """Take those plugins away that no check asks anything of: they are a third of its time."""
    asked = {name for item in items for name in getattr(item, "fixturenames", ())}
    asked |= {mark.name for item in items for mark in item.iter_markers()}
    for name, wanted in _AROUND.items():
        if not wanted & asked and plugins.has_plugin(name):
            _end(plugins.unregister(name=name))


def _end(plugin: Any) -> None:
    """Let a plugin close what it holds: pytest does not ask it any more."""
    if close := getattr(plugin, "pytest_unconfigure", None):
        close()
