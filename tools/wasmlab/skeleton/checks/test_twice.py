"""The module does what the lesson says, the same in every engine."""

from wasmlab.checks.subject import HostCall, Subject


def test_returns_the_double(wasm: Subject) -> None:
    """Twice of a number is its double."""
    assert wasm.call("twice", 21).result == 42, "return 2 * x"


def test_tells_the_host_the_double(wasm: Subject) -> None:
    """js_log is called once, with the double."""
    assert wasm.call("twice", 21).host_calls == [HostCall("env.js_log", (42,))], "call js_log(result) once"
