"""Runs checks that are plain functions of plain fixtures, with little of what pytest does around each step.

For each check pytest works out anew what its fixtures need, and asks some fifty hooks: that takes longer than
the checks themselves. What does not pass goes through pytest's hooks all the same, so verdicts are as ever.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import pytest
from _pytest import fixtures as _fixtures
from _pytest import python as _python

from wasmlab.checks import waiting

if TYPE_CHECKING:
    from wasmlab.checks.runs.judging import Judge
    from wasmlab.checks.verdicts import Verdict

_MARKS = {"after", "feedback", "hidden", "needs", "parametrize", "points", "skip"}
_HOOKS = ("pytest_runtest_", "pytest_fixture_", "pytest_pyfunc_", "pytest_exception_")
_KNOWN = ("_pytest.", "wasmlab.checks.")
_OURS = "wasmlab.checks."
_REQUEST = "request"

_End = Callable[[], object]
_When = Literal["setup", "call", "teardown"]


class NotPlain(Exception):
    """A check asks for something that only pytest itself gives."""


@dataclass(frozen=True)
class _Fixture:
    """How one fixture is made: by `make`, of those that it `needs`; some stay for all checks."""

    name: str
    make: Callable[..., Any]
    needs: tuple[str, ...]
    stays: bool
    ends: bool


@dataclass(frozen=True)
class _Plain:
    """A check, all that it is given in the order in which that is made, and what is said when it passes."""

    given: Mapping[str, Any]
    fixtures: Sequence[_Fixture]
    arguments: Sequence[str]
    verdict: Verdict
    after: Sequence[str]


@dataclass(frozen=True)
class _Request:
    """As much of pytest's `request` as our own fixtures ask for, and how pytest ends a fixture."""

    node: pytest.Item
    fixturename: str
    ends: list[_End]
    getfixturevalue: Callable[[str], Any]

    @property
    def config(self) -> pytest.Config:
        return self.node.config

    def addfinalizer(self, end: _End) -> None:
        self.ends.append(end)


def quicken(session: pytest.Session, judge: Judge) -> bool:
    """Take the checks of a session, which are collected, from pytest; return whether they are plain."""
    with suppress(NotPlain, AttributeError):  # another pytest may be made otherwise inside
        session.config.pluginmanager.register(Lean(session, judge))
        return True
    return False


class Lean:
    """A pytest plugin that runs the checks of a session in pytest's place."""

    def __init__(self, session: pytest.Session, judge: Judge) -> None:
        """Work out what each check needs.

        Raises:
            NotPlain: one of them is for pytest itself.
        """
        _refuse_hooks(session.config, judge)
        self._judge = judge
        self._plain = {item: _plain(item, judge) for item in session.items}
        self._staying: dict[str, Any] = {}
        self._ends: list[_End] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Function, nextitem: pytest.Item | None) -> bool:
        """Run one check; after the last one, end what all of them have shared."""
        plain, ends = self._plain[item], list[_End]()
        values: dict[str, Any] = {}
        if self._does(item, "setup", partial(self._set_up, item, plain, values, ends)) is not None:
            self._judge_call(item, plain, values)
        if nextitem is None:
            ends[:0], self._ends = self._ends, []
            self._staying.clear()
        if ends:
            self._does(item, "teardown", partial(_end, item, ends))
        return True

    def _judge_call(self, item: pytest.Function, plain: _Plain, values: dict[str, Any]) -> None:
        if plain.verdict.verdict == "skipped":
            self._judge.add(plain.verdict)
            return
        seconds = self._does(item, "call", partial(_call, item, plain, values))
        if seconds is not None:
            waiting.note_passed(item)
            self._judge.add(replace(plain.verdict, seconds=seconds))

    def _does(self, item: pytest.Item, when: _When, work: Callable[[], None]) -> float | None:
        """Do one step and return how long it took; where it does not pass, pytest's hooks judge it."""
        call = pytest.CallInfo.from_call(work, when, reraise=(pytest.exit.Exception, KeyboardInterrupt))
        if call.excinfo is None:
            return call.duration
        item.ihook.pytest_runtest_makereport(item=item, call=call)
        return None

    def _set_up(self, item: pytest.Function, plain: _Plain, values: dict[str, Any], ends: list[_End]) -> None:
        waiting.wait(item, plain.after)
        values |= plain.given
        self._make(item, plain.fixtures, values, ends)

    def _make(
        self, item: pytest.Function, fixtures: Iterable[_Fixture], values: dict[str, Any], ends: list[_End]
    ) -> None:
        def get(name: str) -> Any:
            self._make(item, _needed(item, name, {}, ()), values, ends)
            return values[name]

        values |= self._staying  # also for who asks later, in another check
        for fixture in fixtures:
            if fixture.name in values:
                continue
            place = self._ends if fixture.stays else ends
            values[_REQUEST] = request = _Request(item, fixture.name, place, get)
            needed = {name: values[name] for name in fixture.needs}
            if fixture.ends:
                made = _fixtures.call_fixture_func(fixture.make, request, needed)  # type: ignore[arg-type]
            else:
                made = fixture.make(**needed)
            values[fixture.name] = made
            if fixture.stays:
                self._staying[fixture.name] = made


def _call(item: pytest.Function, plain: _Plain, values: dict[str, Any]) -> None:
    if item.obj(**{name: values[name] for name in plain.arguments}) is not None:
        item.funcargs = values
        item.runtest()  # pytest knows what to say of a check that returns something


def _end(item: pytest.Item, ends: list[_End]) -> None:
    """End what was made, the last first, and all of it whatever one of them raises."""
    raised: list[BaseException] = []
    while ends:
        try:
            ends.pop()()
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
            raised.append(error)
    if len(raised) == 1:
        raise raised[0]
    if raised:
        raise BaseExceptionGroup(f"errors while tearing down {item!r}", raised[::-1])


def _refuse_hooks(config: pytest.Config, judge: Judge) -> None:
    """A lecturer's own hooks around the steps of a check are pytest's to ask."""
    for plugin in config.pluginmanager.get_plugins() - {judge}:
        name = getattr(plugin, "__name__", None) or type(plugin).__module__
        if not name.startswith(_KNOWN) and any(hook.startswith(_HOOKS) for hook in dir(plugin)):
            raise NotPlain(f"the hooks of {name}")


def _plain(item: pytest.Item, judge: Judge) -> _Plain:
    marks = {mark.name for mark in item.iter_markers()}
    if not isinstance(item, pytest.Function) or item.cls is not None or not marks <= _MARKS:
        raise NotPlain(item.nodeid)
    known = item._fixtureinfo
    callspec, after = getattr(item, "callspec", None), waiting.waits_at_once(item)
    given = dict(callspec.params) if callspec else {}
    if "skip" in marks:
        return _Plain(given, (), (), judge.listed(item), after)
    if _is_special(item.obj, known.argnames):
        raise NotPlain(item.nodeid)
    fixtures = {one.name: one for name in item.fixturenames for one in _needed(item, name, given, ())}
    return _Plain(given, tuple(fixtures.values()), known.argnames, judge.passed(item), after)


def _is_special(function: Any, names: Sequence[str]) -> bool:
    kinds = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)
    return _REQUEST in names or not inspect.isfunction(function) or any(kind(function) for kind in kinds)


def _needed(
    item: pytest.Function, name: str, given: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[_Fixture]:
    """List a fixture behind those that it needs."""
    if name == _REQUEST:
        return
    found = (item._fixtureinfo.name2fixturedefs.get(name) or _others(item, name) or (None,))[-1]
    if found is None or name in above or found.params is not None:
        raise NotPlain(name)
    if name in given and found.func is _python.get_direct_param_fixture_func:
        return
    stays, needs = found.scope == "session", found.argnames
    if found.scope != ("session" if stays else "function") or (stays and given.keys() & set(needs)):
        raise NotPlain(name)
    make = found.func
    if not inspect.isfunction(make) or (_REQUEST in needs and not make.__module__.startswith(_OURS)):
        raise NotPlain(name)
    for need in needs:
        yield from _needed(item, need, given, (*above, name))
    yield _Fixture(name, make, needs, stays, inspect.isgeneratorfunction(make))


def _others(item: pytest.Function, name: str) -> Sequence[Any]:
    """Return the fixtures of a name that no check is given by itself: another fixture asks for it."""
    return item.session._fixturemanager.getfixturedefs(name, item) or ()
