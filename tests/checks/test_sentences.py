"""`expect`: each verb passes where it is met, and says what was expected and what came where it is not."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LESSON = Path(__file__).parents[2] / "minimal-demo"

MET = """
    expect.call("add_and_log", 5, 7).returns(12).logs("WASM says: 12").calls("env.js_log", 12)
    expect.call("add_and_log", 5, 7).returns_about(12.5, within=0.5)
    expect.call("add_and_log", 2147483647, 1).traps("unreachable").calls_nothing()
    expect.module.imports("env.js_log").imports_only("env.js_log", "env.other")
    expect.module.exports("add_and_log(i32, i32) -> i32", "memory")
    expect.module.at_most_bytes(300).at_most_pages(2).has_no_loop().uses("i32.add", "add_and_log")
    expect.module.uses_no("i32.mul")
    expect.cost("add_and_log", 1, 2).at_most(200).at_most_times(1, "add_and_log", 1000, 2000)
"""

# A sentence that is not met, and what it says: expected, came, help.
NOT_MET = {
    'expect.call("add_and_log", 5, 7).returns(13, help="one more")': ("13", "12", "one more"),
    'expect.call("add_and_log", 2147483647, 1).returns(0, help="h")': (
        "0",
        "a trap: c/add_and_log.c:6:15: signed integer overflow in 'a + b'",
        "h",
    ),
    'expect.call("add_and_log", 5, 7).returns_about(14, within=1, help="h")': (
        "14, give or take 1",
        "12",
        "h",
    ),
    'expect.call("add_and_log", 5, 7).logs("WASM says: 1", "twice", help="h")': (
        "WASM says: 1\ntwice",
        "WASM says: 12",
        "h",
    ),
    'expect.call("add_and_log", 5, 7).calls("env.js_log", 5, help="h")': (
        "env.js_log(5)",
        "env.js_log(12)",
        "h",
    ),
    'expect.call("add_and_log", 5, 7).calls_nothing(help="h")': (
        "no call to the host",
        "env.js_log(12)",
        "h",
    ),
    'expect.call("add_and_log", 5, 7).traps(help="h")': ("a trap", "it returned 12", "h"),
    'expect.module.imports(help="h")': ("nothing", "env.js_log", "h"),
    'expect.module.imports_only("env.other", help="h")': ("env.other", "env.js_log", "h"),
    'expect.module.exports("add_and_log(i32) -> i32", "memory", help="h")': (
        "add_and_log(i32) -> i32, memory",
        "add_and_log(i32, i32) -> i32, memory",
        "h",
    ),
    'expect.module.at_most_pages(0, help="h")': ("memory of at most 0 * 64 KiB", "1 * 64 KiB", "h"),
    'expect.module.uses("i32.mul", help="h")': ("i32.mul in the lesson's functions", "it is not there", "h"),
    'expect.module.uses_no("call", "add_and_log", help="h")': (
        "no call in add_and_log",
        "it is there once",
        "h",
    ),
}

PROGRAM = """#include <stdio.h>
int main(int argc, char **argv) {
  int a = 0, b = 0;
  scanf("%d %d", &a, &b);
  printf("%s: %d\\n", argc > 1 ? argv[1] : "sum", a + b);
  fprintf(stderr, "done\\n");
  if (a == 99) __builtin_trap();
  return a + b > 9;
}
"""

PROGRAM_CHECKS = """
def test_says(expect):
    expect.run("total", stdin="3 4").prints("total: 7").complains("done").exits(0)
    expect.module.has_no_loop("main").has_no_loop()  # those of libc are not the student's

def test_says_otherwise(expect):
    expect.run(stdin="3 4").prints("sum: 7", "and more")

def test_is_content(expect):
    expect.run().complains(help="say nothing on standard error")

def test_is_good(expect):
    expect.run(stdin="5 6").exits(0)

def test_trapped_prints(expect):
    expect.run(stdin="99 1").prints("sum: 100")

def test_trapped_exits(expect):
    expect.run("total", stdin="99 1").exits(0)

def test_trapped_by_plain_words(wasm):
    assert wasm.run(stdin="99 1").code == 0

def test_may_trap(expect):
    expect.run(stdin="99 1").traps("unreachable").prints("sum: 100").complains("done")

def test_does_not_trap(expect):
    expect.run(stdin="5 6").traps(help="h")

def test_ends_with_nothing(wasm):
    assert wasm.run(stdin="1 1").code == 0

def test_costs_of_a_program(expect):
    expect.target("hello").cost("_start").at_most_times(1, "_start").at_most(1)
"""


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Return the verdicts on all sentences, from one run of the command."""
    course = tmp_path_factory.mktemp("sentences")
    lesson = course / "minimal-demo"
    shutil.copytree(LESSON, lesson, ignore=shutil.ignore_patterns("dist", "cases", "__pycache__"))
    costs = {
        "too_much": 'cost("add_and_log", 1, 2).at_most(1)',
        "half": 'cost("add_and_log", 1, 2).at_most_times(0.5, "add_and_log", 1, 2)',
    }
    wrong = [f"def test_costs_{name}(expect):\n    expect.{text}\n" for name, text in costs.items()]
    wrong += [f"def test_{n}(expect):\n    {sentence}\n" for n, sentence in enumerate(NOT_MET)]
    text = f"def test_met(expect):{MET}\n" + "\n".join(wrong)
    (lesson / "checks" / "test_add_and_log.py").write_text(text, encoding="utf-8")
    _write_program(course / "hello")
    command = [sys.executable, "-m", "wasmlab", "check", "-e", "wasmtime", "--json"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=120)
    return {verdict["check"]: verdict for verdict in json.loads(done.stdout)["verdicts"]}


def _write_program(lesson: Path) -> None:
    (lesson / "checks").mkdir(parents=True)
    (lesson / "checks" / "test_hello.py").write_text(PROGRAM_CHECKS, encoding="utf-8")
    (lesson / "hello.c").write_text(PROGRAM, encoding="utf-8")
    (lesson / "lesson.toml").write_text(
        'format = 1\ntitle = "Hello"\norder = 2\npage = "index.html"\n[[target]]\nname = "hello"\n'
        'toolchain = "clang"\nsystem = "wasi"\nsources = ["hello.c"]\noutput = "dist/hello.wasm"\n',
        encoding="utf-8",
    )


def test_a_program_s_lines_and_exit_code_are_compared(verdicts: dict[str, dict[str, Any]]) -> None:
    names = ("says", "says_otherwise", "is_content", "is_good")
    told = {name: verdicts[f"test_{name}"] for name in names}
    assert told["says"]["verdict"] == "passed", told["says"]
    assert [(told[name]["message"], told[name]["expected"], told[name]["came"]) for name in names[1:]] == [
        ("line 2 of standard output differs, with the input '3 4'", "'and more'", "no further line"),
        ("line 1 of standard error differs", "no further line", "'done'"),
        ("with the input '5 6'", "exit code 0", "exit code 1"),
    ]


def test_a_program_that_traps_meets_no_verb_but_traps(verdicts: dict[str, dict[str, Any]]) -> None:
    for name in ("prints", "exits"):
        told = verdicts[f"test_trapped_{name}"]
        assert (told["verdict"], told["expected"]) == ("failed", "an end"), told
        assert told["came"] == "a trap: hello.c:7:16: unreachable code was reached"
    given = "with the words 'total' and the input '99 1'"
    assert told["message"] == f"the program does not come to its end, {given}"
    assert told["try_this"] == "wasmlab run hello --engine wasmtime -- total"
    assert verdicts["test_trapped_by_plain_words"]["verdict"] == "failed"
    assert verdicts["test_may_trap"]["verdict"] == "passed", verdicts["test_may_trap"]
    assert verdicts["test_does_not_trap"]["came"] == "exit code 1"
    assert verdicts["test_ends_with_nothing"]["verdict"] == "passed"


def test_a_cost_is_told_in_fuel(verdicts: dict[str, dict[str, Any]]) -> None:
    too_much, half = verdicts["test_costs_too_much"], verdicts["test_costs_half"]
    assert (too_much["verdict"], too_much["expected"]) == ("failed", "at most 1 fuel"), too_much
    assert re.fullmatch(r"\d+ fuel", too_much["came"])
    assert half["came"].startswith("1.0 times: ")
    program = verdicts["test_costs_of_a_program"]  # large enough to run in a process of its own
    assert re.fullmatch(r"\d+ fuel", program["came"]), program


def test_every_verb_passes_where_it_is_met(verdicts: dict[str, dict[str, Any]]) -> None:
    assert verdicts["test_met"]["verdict"] == "passed", verdicts["test_met"]


@pytest.mark.parametrize("number", range(len(NOT_MET)))
def test_a_verb_that_is_not_met_says_why(verdicts: dict[str, dict[str, Any]], number: int) -> None:
    told = verdicts[f"test_{number}"]
    found = (told["expected"], told["came"], told["try_this"])
    assert (told["verdict"], found) == ("failed", list(NOT_MET.values())[number])
