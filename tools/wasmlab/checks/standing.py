"""Checks that are collected once and then run on one lesson after another, each time in a fork."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from wasmlab.checks.lean import quicken
from wasmlab.checks.plugin import GIVEN_LESSON
from wasmlab.checks.running import Judge, run_pytest
from wasmlab.checks.verdicts import Verdict
from wasmlab.lesson import Lesson

if TYPE_CHECKING:
    from wasmlab.engines.contract import Limits


class Standing(Judge):
    """A judge in whose session the checks wait, all collected, until its `turn` lets them run.

    `turn` returns True in a process in which they are to run, and False when there is nothing more to do.
    `over` is called when they have run.
    """

    def __init__(
        self,
        lesson: Lesson,
        limits: Limits,
        turn: Callable[[Standing], bool],
        over: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(lesson, lambda _verdict: None, None, limits)
        self._turn = turn
        self._over = over
        self._config: pytest.Config | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand on what is ready, and keep the place where a lesson is handed on later."""
        super().pytest_configure(config)
        self._config = config

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Wait, and then run the checks as always, at most once."""
        plugins = session.config.pluginmanager
        _drop_unasked(plugins, session.items)
        quicken(session, self)
        if self._turn(self):
            plugins.subset_hook_caller("pytest_runtestloop", [self])(session=session)
            self._over()
        return True

    def take(self, lesson: Lesson, tell: Callable[[Verdict], None]) -> None:
        """Run the checks on `lesson` when the turn is over; `tell` hears of what is known already too."""
        assert self._config is not None
        self._config.stash[GIVEN_LESSON] = self.lesson = lesson
        self.tell = tell
        for verdict in self.verdicts:
            tell(verdict)


def stand(folder: Path, engines: Sequence[str], judge: Standing, scratch: Path) -> None:
    """Collect the checks in `folder` and let them wait; what they write for a moment goes to `scratch`.

    Raises:
        UsageError: as `check_built`, in the process in which the checks ran too.
    """
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
            plugins.unregister(name=name)
