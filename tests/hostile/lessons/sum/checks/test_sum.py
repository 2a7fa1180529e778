"""The checks of the hostile submissions; the-checks-are-not-shown must be in no report."""

import pytest

from wasmlab.checks.subject import HostCall, Subject


@pytest.mark.points(2)
def test_adds(wasm: Subject) -> None:
    """It adds its two numbers."""
    assert wasm.call("add_and_log", 5, 7).result == 12, "add the two numbers"


@pytest.mark.after("adds")
def test_adds_again(wasm: Subject) -> None:
    """It adds the next two numbers as well."""
    assert [wasm.call("add_and_log", 5, 7).result, wasm.call("add_and_log", 1, 1).result] == [12, 2]


@pytest.mark.after("adds")
def test_tells_the_host(wasm: Subject) -> None:
    """It tells the host the sum, once."""
    assert wasm.call("add_and_log", 2, 2).host_calls == [HostCall("env.js_log", (4,))]


@pytest.mark.hidden
@pytest.mark.after("adds")
@pytest.mark.points(3)
def test_adds_any_numbers(wasm: Subject) -> None:
    """It adds numbers that no example shows."""
    assert wasm.call("add_and_log", 123456, 654321).result == 777777
