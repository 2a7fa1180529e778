"""The modules alone, without their glue, in every engine."""

import pytest

from wasmlab.checks.subject import Subject


def test_the_wasm_export_has_no_underscore(wasm: Subject) -> None:
    """hello_export exports add; _add is the name on the glue's Module only."""
    names = [export.name for export in wasm.target("hello_export").module.exports]
    assert "add" in names, "keep the C function's name, add"
    assert "_add" not in names


def test_by_hand_exports_add_and_nothing_more(wasm: Subject) -> None:
    """The same C file, wired as in lesson 1, exports add and its memory."""
    names = [export.name for export in wasm.target("hand_wired").module.exports]
    assert sorted(names) == ["add", "memory"]


@pytest.mark.parametrize("target", ["hello_export", "hand_wired"])
@pytest.mark.parametrize(("a", "b", "total"), [(5, 7, 12), (-5, 7, 2)])
def test_add_returns_the_sum(wasm: Subject, target: str, a: int, b: int, total: int) -> None:
    """add returns the sum of its two numbers, whoever built it."""
    assert wasm.target(target).call("add", a, b).result == total


def test_a_wasi_program_reads_and_prints(wasm: Subject) -> None:
    """hello_stdio as a WASI program prints its arguments and the sum of what it read."""
    output = wasm.target("hello_stdio_wasi").run("one", "two", stdin="4 8 15")
    assert output.stdout.decode().splitlines() == [
        "Hello from C, called with 2 argument(s)",
        "  argv[1] is one",
        "  argv[2] is two",
        "Read 3 number(s) from stdin, their sum is 27",
    ]
    assert output.code in (0, None)


def test_a_wasi_program_has_an_exit_code_and_stderr(wasm: Subject) -> None:
    """Without a number on stdin hello_stdio complains on stderr and exits with 1."""
    output = wasm.target("hello_stdio_wasi").run()
    assert output.stderr.decode() == "nothing to add: stdin held no number\n"
    assert output.code == 1


def test_the_one_write_needs_one_import(wasm: Subject) -> None:
    """syscalls without glue writes its line through WASI."""
    assert wasm.target("syscalls_wasi").run().stdout.decode() == "one write, all the way\n"
