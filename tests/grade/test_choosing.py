"""The strongest confinement that there is gets chosen, and a weak one is never taken for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from wasmlab.errors import ConfinementMissing, UsageError
from wasmlab.grade.confining import WAYS, choose, compiler_path, landlock, sandbox

_PREPARED = sandbox.expected()  # before a test has a cache of its own
SANDBOX, LANDLOCK, BUBBLEWRAP, NONE = WAYS


@pytest.fixture
def only_here(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that makes this a machine with just these confinements."""

    def make(*names: str) -> None:
        for name in (SANDBOX, LANDLOCK, BUBBLEWRAP):
            found = "1" if name in names else ""
            monkeypatch.setitem(WAYS, name, replace(WAYS[name], find=lambda found=found: found))
        monkeypatch.setattr(landlock, "find", WAYS[LANDLOCK].find)

    return make


@pytest.mark.parametrize(
    ("here", "natively", "chosen"),
    [
        ((SANDBOX, LANDLOCK, BUBBLEWRAP), False, SANDBOX),
        ((LANDLOCK, BUBBLEWRAP), False, LANDLOCK),
        ((BUBBLEWRAP,), False, BUBBLEWRAP),
        ((), False, NONE),
        ((SANDBOX, LANDLOCK), True, SANDBOX),
        ((SANDBOX, BUBBLEWRAP), True, BUBBLEWRAP),
        ((SANDBOX,), True, NONE),
    ],
)
def test_the_strongest_is_chosen(
    only_here: Callable[..., None], here: tuple[str, ...], natively: bool, chosen: str
) -> None:
    only_here(*here)
    assert choose(natively=natively).name == chosen


def test_a_required_one_is_refused_where_there_is_none(only_here: Callable[..., None]) -> None:
    only_here(BUBBLEWRAP)
    assert choose(required=True).name == BUBBLEWRAP
    assert choose(NONE).name == NONE
    with pytest.raises(ConfinementMissing, match="--require-sandbox"):
        choose(NONE, required=True)
    only_here()
    with pytest.raises(ConfinementMissing, match="--require-sandbox"):
        choose(required=True)


def test_a_name_is_taken_at_its_word(only_here: Callable[..., None]) -> None:
    only_here(SANDBOX, LANDLOCK)
    assert choose(LANDLOCK).name == LANDLOCK
    with pytest.raises(ConfinementMissing, match=BUBBLEWRAP):
        choose(BUBBLEWRAP)
    with pytest.raises(UsageError, match="landlok"):
        choose("landlok")


def test_only_the_sandbox_has_a_compiler_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "compiler", lambda: Path("clang.cwasm"))
    assert compiler_path(SANDBOX) == Path("clang.cwasm")
    assert [compiler_path(way) for way in (LANDLOCK, BUBBLEWRAP, NONE)] == [None, None, None]


@pytest.mark.skipif(os.name != "posix", reason="owners of Unix")
def test_a_compiler_that_others_may_write_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(sandbox.VARIABLE, str(tmp_path))
    sandbox.expected().write_bytes(b"native code of somebody")
    sandbox.expected().chmod(0o666)
    assert sandbox.compiler() is None
    sandbox.expected().chmod(0o600)
    assert sandbox.compiler() == sandbox.expected()


def test_the_sandbox_compiler_alone_is_no_confinement_of_emscripten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "find", str)  # as on a system without it
    assert choose(natively=True).name != "sandbox-compiler"
    monkeypatch.setenv(sandbox.VARIABLE, str(_PREPARED.parent))
    if sandbox.find():
        with pytest.raises(ConfinementMissing, match="Emscripten"):
            choose("sandbox-compiler", natively=True)
