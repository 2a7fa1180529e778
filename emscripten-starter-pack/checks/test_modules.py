"""The modules alone, without their glue, in every engine."""

import pytest

from wasmlab.checks.expecting import Expect
from wasmlab.checks.subject import Subject


def test_the_wasm_export_has_no_underscore(wasm: Subject) -> None:
    """hello_export exports add; _add is the name on the glue's Module only."""
    names = [export.name for export in wasm.target("hello_export").module.exports]
    assert "add" in names
    assert "_add" not in names


def test_by_hand_exports_add_and_nothing_more(wasm: Subject) -> None:
    """The same C file, wired as in lesson 1, exports add and its memory."""
    names = [export.name for export in wasm.target("hand_wired").module.exports]
    assert sorted(names) == ["add", "memory"]


@pytest.mark.points(2)
@pytest.mark.feedback("the answer is a + b, and nothing else")
@pytest.mark.feedback("no way out of the function: a loop must come to its end", trap="time limit")
@pytest.mark.parametrize("target", ["hello_export", "hand_wired"])
@pytest.mark.parametrize(("a", "b", "total"), [(5, 7, 12), (-5, 7, 2)])
def test_add_returns_the_sum(expect: Expect, target: str, a: int, b: int, total: int) -> None:
    """add returns the sum of its two numbers, whoever built it."""
    expect.target(target).call("add", a, b).returns(total)


@pytest.mark.hidden
@pytest.mark.after("add_returns_the_sum")
@pytest.mark.parametrize(("a", "b"), [(40, 2), (-1000, 57), (123456789, 987654321)])
def test_add_returns_the_sum_of_any_numbers(expect: Expect, a: int, b: int) -> None:
    """add adds numbers that no example shows."""
    add = expect.target("hand_wired")
    add.call("add", a, b).returns(a + b, help="compute the sum; do not look it up")


@pytest.mark.after("add_returns_the_sum")
def test_add_remembers_nothing(expect: Expect) -> None:
    """The same numbers give the same sum, however often add was called before."""
    add = expect.target("hand_wired")
    add.call("add", 5, 7)
    add.call("add", 5, 7).returns(12, help="keep nothing from one call to the next: no static")


@pytest.mark.after("add_returns_the_sum")
def test_add_is_small(expect: Expect) -> None:
    """By hand, add is a handful of instructions: no loop, no call, no library."""
    add = expect.target("hand_wired")
    add.module.imports_only().has_no_loop(help="a sum needs no loop: WebAssembly has an instruction for it")
    add.module.uses("i32.add").at_most_bytes(500)
    add.cost("add", 1_000_000, 2).at_most_times(1, "add", 1, 2)


def test_a_wasi_program_reads_and_prints(wasm: Subject) -> None:
    """hello_stdio as a WASI program prints its arguments and the sum of what it read."""
    output = wasm.target("hello_stdio_wasi").run("one", "two", stdin="4 8 15")
    assert output.stdout.decode().splitlines() == [
        "Hello from C, called with 2 argument(s)",
        "  argv[1] is one",
        "  argv[2] is two",
        "Read 3 number(s) from stdin, their sum is 27",
    ]
    assert output.code == 0


def test_a_wasi_program_has_an_exit_code_and_stderr(wasm: Subject) -> None:
    """Without a number on stdin hello_stdio complains on stderr and exits with 1."""
    output = wasm.target("hello_stdio_wasi").run()
    assert output.stderr.decode() == "nothing to add: stdin held no number\n"
    assert output.code == 1


@pytest.mark.points(2)
def test_the_one_write_needs_one_import(expect: Expect) -> None:
    """syscalls without glue writes its line through WASI, and nothing else."""
    ran = expect.target("syscalls_wasi").run()
    ran.complains(help="that went to standard error: the first argument of write says where to")
    ran.prints("one write, all the way", help="one call of write, with all bytes of the line")
    ran.exits(0, help="return 0 from main: that is how a program says that all is well")


@pytest.mark.hidden
@pytest.mark.after("the_one_write_needs_one_import")
def test_the_line_is_ended(wasm: Subject) -> None:
    """The line that syscalls writes ends with a line break, and no byte comes after it."""
    written = wasm.target("syscalls_wasi").run().stdout
    assert written == b"one write, all the way\n", "strlen counts the line break too, and not the zero"
