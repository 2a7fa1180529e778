"""`wasmlab setup`: it says what it will do, does what is missing, and tells the truth at the end."""

from __future__ import annotations

from typing import Any

import pytest

from wasmlab.errors import DownloadFailed, UsageError
from wasmlab.provision import setup
from wasmlab.provision.parts import PARTS, Finding, Part


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Add a part that is missing until it is got; `state` steers and records it."""
    state: dict[str, Any] = {"there": False, "got": 0, "fails": None}

    def get(say: Any) -> None:
        state["got"] += 1
        for line in ("|####  |  50% of 100 MiB", "|######| 100% of 100 MiB", "unpacked"):
            say(line)
        if state["fails"]:
            raise state["fails"]
        state["there"] = True

    def find() -> Finding:
        return Finding("thing", state["there"], "a test", version="1.0", problem="it is not there")

    monkeypatch.setitem(PARTS, "thing", Part(find, lambda: "download the thing", get, wanted=False))
    return state


def test_it_says_what_it_will_do_gets_it_and_says_that_it_is_here(part: dict[str, Any], run_cli: Any) -> None:
    done = run_cli("setup", "thing", "--yes")
    assert (done.exit_code, part["got"]) == (0, 1)
    assert done.stdout.splitlines() == [
        "thing: will download the thing",
        "thing: |######| 100% of 100 MiB",
        "thing: unpacked",
        "thing: here now  1.0",
    ]


def test_what_is_here_is_not_got_again(part: dict[str, Any], run_cli: Any) -> None:
    part["there"] = True
    done = run_cli("setup", "thing", "--yes")
    assert (done.exit_code, done.stdout, part["got"]) == (0, "thing: here already  1.0\n", 0)


def test_a_failed_download_ends_with_its_hint_and_the_code_of_a_missing_tool(
    part: dict[str, Any], run_cli: Any
) -> None:
    part["fails"] = DownloadFailed("the line was cut", "try again")
    done = run_cli("setup", "thing", "--yes")
    assert done.exit_code == 4
    assert done.stderr.splitlines()[-2:] == ["error: the line was cut", "hint: try again"]


def test_what_was_got_but_is_not_there_is_a_failure(part: dict[str, Any], run_cli: Any) -> None:
    find = PARTS["thing"].find
    part["there"] = False
    PARTS["thing"] = Part(
        lambda: Finding(**{**find().__dict__, "ok": False}), lambda: "try", lambda _say: None
    )
    done = run_cli("setup", "thing", "--yes")
    assert (done.exit_code, "it is not there" in done.stderr) == (4, True)


def test_one_part_that_fails_does_not_stop_the_next(
    part: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_say: Any) -> None:
        raise DownloadFailed("no", "later")

    missing = Finding("first", False, "a test")
    monkeypatch.setitem(PARTS, "first", Part(lambda: missing, lambda: "fail", broken, wanted=False))
    with pytest.raises(DownloadFailed):
        setup.set_up(["first", "thing"], yes=True)
    assert part["there"]


def test_ctrl_c_in_the_middle_ends_with_130(run_cli: Any, part: dict[str, Any]) -> None:
    part["fails"] = KeyboardInterrupt()
    assert run_cli("setup", "thing", "--yes").exit_code == 130


def test_a_no_leaves_everything_as_it_was(part: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    import typer

    monkeypatch.setattr(setup, "_agreed", lambda: False)
    with pytest.raises(typer.Abort):
        setup.set_up(["thing"], yes=False)
    assert part["got"] == 0


def test_an_unknown_part_names_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        setup.choose(["chromum"])
    assert caught.value.hint == "did you mean 'chromium'?"


def test_a_group_means_its_members_once() -> None:
    assert setup.choose(["firefox", "browsers"]) == ["firefox", "chromium"]


def test_a_wrong_setting_is_named_and_nothing_is_downloaded(
    run_cli: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WASMLAB_CHROMIUM", "/no/such/browser")
    done = run_cli("setup", "chromium", "--yes")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "unset WASMLAB_CHROMIUM" in done.stderr
