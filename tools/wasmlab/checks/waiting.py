"""The part of the plugin that lets a check wait for others, and never wait for one endless loop twice."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import pytest
from _pytest import skipping

from wasmlab.checks.marks import function_of, marks_of, marks_or_none, short_name
from wasmlab.checks.notes import NOTES
from wasmlab.checks.patience import Endless
from wasmlab.checks.verdicts import NO_BROWSER
from wasmlab.errors import UsageError
from wasmlab.names import did_you_mean

WAITS_FOR = pytest.StashKey[str]()
"""The check that did not pass before the one that was skipped for it."""
_WRONG = pytest.StashKey[UsageError]()
_PASSED = pytest.StashKey[dict[tuple[str, str], bool]]()
_ENDLESS = pytest.StashKey[set[tuple[str, str]]]()


def engine_of(item: pytest.Item) -> str:
    """Return the engine that a check runs in, `-` where it needs none."""
    callspec = getattr(item, "callspec", None)
    params = dict(callspec.params) if callspec else {}
    return str(params.get("wasm_engine") or params.get("page_engine") or "-")


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Any:
    """Put each check behind those that it waits for; a name that no check has is told when it runs.

    Nobody waits for a check that has a name and is left out: by `-k`, as an example.
    """
    known = _named(items)
    yield
    items[:] = _in_order(items, known)


def _named(items: list[pytest.Item]) -> dict[tuple[object, str], list[pytest.Item]]:
    known: dict[tuple[object, str], list[pytest.Item]] = {}
    for item in items:
        known.setdefault((item.path.parent, short_name(item)), []).append(item)
    return known


def _in_order(
    items: list[pytest.Item], known: dict[tuple[object, str], list[pytest.Item]]
) -> list[pytest.Item]:
    chosen = set(items)
    done: dict[pytest.Item, None] = {}
    on_the_way: set[pytest.Item] = set()

    def put(item: pytest.Item) -> None:
        if item in done:
            return
        on_the_way.add(item)
        for name in _waits_for(item):
            before = known.get((item.path.parent, name), [])
            if not before:
                names = [name for _folder, name in known]
                what = f"{short_name(item)} waits for {name!r}, and there is no such check"
                item.stash[_WRONG] = UsageError(what, did_you_mean(name, names))
            same = [each for each in before if engine_of(each) == engine_of(item)]
            for each in same or before:
                if each not in chosen:
                    continue
                if each in on_the_way:
                    what = f"{short_name(item)} and {name} wait for each other"
                    item.stash[_WRONG] = UsageError(what, "take one of the two marks away")
                else:
                    put(each)
        on_the_way.discard(item)
        done[item] = None

    for item in items:
        put(item)
    return list(done)


def _waits_for(item: pytest.Item) -> Iterable[str]:
    try:
        return marks_of(item).after
    except UsageError as error:
        item.stash[_WRONG] = error
        return ()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a check whose time has not come."""
    wait(item, waits_at_once(item))


def waits_at_once(item: pytest.Item) -> tuple[str, ...]:
    """Return what a check waits for before anything else: nothing where a mark skips it for everybody."""
    after = marks_or_none(item).after
    return () if after and (asks_first(item) or _is_marked(item)) else after


def _is_marked(item: pytest.Item) -> bool:
    why = skipped_by_mark(item)
    return bool(why) and not why.startswith(NO_BROWSER)


def skipped_by_mark(item: pytest.Item) -> str:
    """Return why a mark skips a check here; a condition that cannot be read is told when it runs."""
    with suppress(Exception, pytest.fail.Exception):
        if found := skipping.evaluate_skip_marks(item):
            return found.reason
    return ""


def asks_first(item: pytest.Item) -> bool:
    """Return whether a check waits only where the engine has what it needs: its fixture asks for that."""
    is_asked = not {"wasm", "lesson_page"}.isdisjoint(getattr(item, "fixturenames", ()))
    return is_asked and item.get_closest_marker("needs") is not None


def wait_asked(item: pytest.Item) -> None:
    """Let a check wait for which was asked first whether the engine has what it needs."""
    if asks_first(item):
        wait(item, marks_or_none(item).after)


def wait(item: pytest.Item, names: Iterable[str]) -> None:
    """Skip a check that waits for those called `names`, and one whose last call did not end."""
    if wrong := item.stash.get(_WRONG, None):
        raise wrong
    for name in names:
        if not _has_passed(item, name):
            item.stash[WAITS_FOR] = name
            pytest.skip(f"waits for {name}, which did not pass")
    if (function_of(item), engine_of(item)) in item.config.stash.get(_ENDLESS, set()):
        item.stash[WAITS_FOR] = short_name(item)
        pytest.skip("the call before this one did not end either")


def _has_passed(item: pytest.Item, name: str) -> bool:
    """Return whether the check called `name` has passed: in this engine, or in all where it has another.

    One that did not run at all keeps nobody waiting.
    """
    known = item.config.stash.get(_PASSED, {})
    if (name, engine_of(item)) in known:
        return known[name, engine_of(item)]
    return all(passed for (other, _engine), passed in known.items() if other == name)


def note_passed(item: pytest.Item) -> None:
    """Remember that a check has passed."""
    _note(item, has_passed=True)


def _note(item: pytest.Item, *, has_passed: bool) -> None:
    passed = item.config.stash.setdefault(_PASSED, {})
    key = (short_name(item), engine_of(item))
    passed[key] = passed.get(key, True) and has_passed


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Remember how a check ended; with several sets of parameters all of them must pass."""
    report: pytest.TestReport = yield
    lacks_something = report.skipped and WAITS_FOR not in item.stash  # an engine, a feature: no verdict on it
    if (report.when == "call" or not report.passed) and not lacks_something:
        _note(item, has_passed=report.passed)
        if report.failed and _is_endless(item, call):
            item.config.stash.setdefault(_ENDLESS, set()).add((function_of(item), engine_of(item)))
    return report


def _is_endless(item: pytest.Item, call: pytest.CallInfo[None]) -> bool:
    notes = item.stash.get(NOTES, None)
    is_ended = call.excinfo is not None and isinstance(call.excinfo.value, Endless)
    return is_ended or (notes is not None and notes.timed_out)
