"""`wasmlab dev check`: what is right is counted, and each kind of mistake of an author is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Prove = Callable[..., dict[str, Any]]


@pytest.fixture
def prove(run_cli: Callable[..., Any], lesson_copy: Path) -> Prove:
    """Return a function that proves the lesson in wasmtime, and gives the answer as data."""
    assert lesson_copy.is_dir()

    def run(*options: str) -> dict[str, Any]:
        done = run_cli("dev", "check", "minimal-demo", "-e", "wasmtime", "--json", "--no-mutants", *options)
        assert done.exit_code in (0, 1), done.stderr
        (lesson,) = json.loads(done.stdout)["lessons"]
        assert bool(lesson["findings"]) == bool(done.exit_code)
        return {**lesson, "whats": [each["what"] for each in lesson["findings"]]}

    return run


def _keep_cases(lesson: Path, *names: str) -> None:
    import shutil

    for folder in (lesson / "cases").iterdir():
        if folder.name not in names:
            shutil.rmtree(folder)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_lesson_as_it_is_has_nothing_to_mend(prove: Prove, lesson_copy: Path) -> None:
    _keep_cases(lesson_copy, "starter", "overflow-wraps", "page-handler-never-attached")
    found = prove()
    assert found["whats"] == []
    assert (found["right"], found["cases_not_tried"]) == (found["cases"], 1)


def test_a_lesson_that_cannot_be_read_is_told_and_the_others_are_proved(
    run_cli: Callable[..., Any], lesson_copy: Path
) -> None:
    _keep_cases(lesson_copy, "starter")
    manifest = 'format = 1\ntitle = "X"\norder = 1\npage = "index.html"\n'
    for name, text in {"unread": "order = ", "without-checks": manifest}.items():
        (lesson_copy.parent / name).mkdir()
        (lesson_copy.parent / name / "lesson.toml").write_text(text, encoding="utf-8")
    done = run_cli("dev", "check", "-e", "wasmtime", "--no-mutants", "--json")
    data = json.loads(done.stdout)
    assert [lesson["lesson"] for lesson in data["lessons"]] == ["minimal-demo"]
    assert [each["what"].rpartition("/")[2][:9] for each in data["errors"]] == ["lesson.to", "without-c"]
    assert done.exit_code != 0
    done = run_cli("dev", "check", "-e", "wasmtime", "--no-mutants")
    assert "without-checks has no checks" in done.stdout
    assert "all is as it must be" not in done.stdout


def test_a_starter_without_its_expectation_is_there_all_the_same(prove: Prove, lesson_copy: Path) -> None:
    _keep_cases(lesson_copy, "starter")
    (lesson_copy / "cases" / "starter" / "expect.json").unlink()
    found = prove()["whats"]
    assert "minimal-demo/cases/starter/expect.json is not there" in found
    assert "it has no starter" not in found


def test_an_edit_that_finds_nothing_keeps_no_other_case_from_being_tried(
    prove: Prove, lesson_copy: Path
) -> None:
    _keep_cases(lesson_copy, "starter", "page-handler-never-attached")
    folder = lesson_copy / "cases" / "long-gone"
    folder.mkdir()
    text = '{"edits": [{"file": "c/add_and_log.c", "find": "a * b", "put": "a"}]}'
    (folder / "expect.json").write_text(text, encoding="utf-8")
    found = prove()
    assert [what for what in found["whats"] if "'a * b' is 0 times in c/add_and_log.c" in what]
    assert (found["right"], found["cases"]) == (1, 2)


LEAVING = '''
import pytest

SEEN = []

def test_one(expect, lesson):
    """one"""
    SEEN.append(12)
    expect.call("add_and_log", 5, 7).returns(12)

def test_two(expect, lesson):
    """two"""
    expect.call("add_and_log", 5, 7).returns(SEEN[0])

@pytest.mark.after("one")
def test_three(expect, lesson, tmp_path):
    """three"""
    (tmp_path / "x").write_text("of no lesson")
    expect.call("add_and_log", 5, 7).returns(SEEN[0])
'''


def test_a_check_that_needs_another_one_before_it_is_told(prove: Prove, lesson_copy: Path) -> None:
    """One that is marked to wait for it needs nothing more."""
    _keep_cases(lesson_copy, "starter")
    (lesson_copy / "checks" / "test_add_and_log.py").write_text(LEAVING, encoding="utf-8")
    told = [each for each in prove()["findings"] if "before it" in each["what"]]
    assert [(each["where"], each["what"]) for each in told] == [
        (
            "minimal-demo/checks/test_add_and_log.py:11",
            "two needs another check before it: "
            "from the last to the first it gives IndexError: list index out of range",
        )
    ]


def test_a_check_that_writes_into_the_lesson_is_told(prove: Prove, lesson_copy: Path) -> None:
    _keep_cases(lesson_copy, "starter")
    writes = '    (lesson.root / "note.txt").write_text("x")\n    (lesson.root / "README.md").unlink()\n'
    text = LEAVING.replace("    expect", "    assert SEEN or lesson\n    expect").replace(
        '    """two"""\n', f'    """two"""\n{writes}'
    )
    (lesson_copy / "checks" / "test_add_and_log.py").write_text(text, encoding="utf-8")
    told = [each for each in prove()["findings"] if "writes into" in each["what"]]
    assert [(each["where"], each["what"], each["hint"]) for each in told] == [
        (
            "minimal-demo/checks/test_add_and_log.py:12",
            f"two writes into the lesson: {file}",
            "write below pytest's tmp_path",
        )
        for file in ("README.md", "note.txt")
    ]
    assert (lesson_copy / "README.md").is_file()


BROKEN = {
    'expect.cal("add_and_log", 5, 7).returns(12)': ":5: AttributeError: 'Expect' object has no",
    'expect.call("add_and_log", 5, 7).returns(TOTAL)': ":5: NameError: name 'TOTAL' is not defined",
    'expect.call("add_and_log", 5, 7).returns(value=12, hlp="x")': ":5: TypeError: Called.returns() got",
    'expect.module.uses_no("i32.ad")': ":5: WebAssembly has no instruction 'i32.ad'",
    'expect.call("add_and_log", 5, 7).traps("unreachabel")': ":5: no trap is called 'unreachabel'",
    'expect.target("add").call("add_and_log", 5, 7).returns(12)': ":5: minimal-demo has no target 'add'",
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_a_broken_check_is_told_once_with_its_line(prove: Prove, lesson_copy: Path, sentence: str) -> None:
    text = f'def test_x(expect):\n    """x"""\n    if expect:\n        assert expect\n    {sentence}\n'
    (lesson_copy / "checks" / "test_add_and_log.py").write_text(text, encoding="utf-8")
    found = [
        each for each in prove()["findings"] if each["where"] == "minimal-demo/checks/test_add_and_log.py:1"
    ]
    assert [each["what"].partition("test_add_and_log.py")[2][: len(BROKEN[sentence])] for each in found] == [
        BROKEN[sentence]
    ]
    assert [each["hint"] for each in found] != [""]


def test_a_wrong_solution_is_told(prove: Prove, lesson_copy: Path) -> None:
    _keep_cases(lesson_copy, "starter")
    _edit(lesson_copy / "c" / "add_and_log.c", "a + b", "a - b")
    found = prove()
    assert [each for each in found["whats"] if each.startswith("returns_the_sum ")] == [
        "returns_the_sum does not pass with the solution: in the call add_and_log(5, 7); expected 12; came -2"
    ]


def test_a_case_that_is_judged_otherwise_is_told_with_both_verdicts(prove: Prove, lesson_copy: Path) -> None:
    _keep_cases(lesson_copy, "starter", "subtracts")
    _edit(lesson_copy / "cases" / "subtracts" / "expect.json", '"-2"', '"35"')
    (told,) = [each for each in prove()["findings"] if each["where"].endswith("subtracts")]
    assert told["what"].startswith('returns_the_sum: expected {"verdict": "failed"')
    assert '"came": "35"' in told["what"].partition("this came")[0]
    assert '"came": "-2"' in told["what"].partition("this came")[2]


def test_accept_writes_what_came_and_then_nothing_is_to_mend(prove: Prove, lesson_copy: Path) -> None:
    _keep_cases(lesson_copy, "starter", "subtracts")
    before = (lesson_copy / "cases" / "subtracts" / "expect.json").read_text(encoding="utf-8")
    _edit(lesson_copy / "cases" / "subtracts" / "expect.json", '"-2"', '"35"')
    prove("--accept")
    assert (lesson_copy / "cases" / "subtracts" / "expect.json").read_text(encoding="utf-8") == before


def test_help_that_no_case_brings_about_is_told(prove: Prove, lesson_copy: Path) -> None:
    _keep_cases(lesson_copy, "starter")
    whats = prove()["whats"]
    assert "no case brings about the help 'compute the sum; do not look it up'" in whats


def test_a_starter_that_passes_is_told(prove: Prove, lesson_copy: Path) -> None:
    _keep_cases(lesson_copy, "starter")
    solution = (lesson_copy / "c" / "add_and_log.c").read_bytes()
    (lesson_copy / "cases" / "starter" / "c" / "add_and_log.c").write_bytes(solution + b"// done\n")
    assert "it passes already: nothing is left to do" in prove()["whats"]


def test_no_starter_no_hints_and_points_that_do_not_add_up_are_told(prove: Prove, lesson_copy: Path) -> None:
    _keep_cases(lesson_copy)
    manifest = lesson_copy / "lesson.toml"
    _edit(manifest, "points = 12", "points = 13")
    text = manifest.read_text(encoding="utf-8")
    start, end = text.index("hints = ["), text.index("]\n", text.index("hints = [")) + 2
    manifest.write_text(text[:start] + text[end:], encoding="utf-8")
    whats = prove()["whats"]
    assert "points = 13, and its checks are worth 12 together" in whats
    assert {"it has no starter", "it has no hints"} <= set(whats)


def test_stray_files_are_told(prove: Prove, lesson_copy: Path) -> None:
    _keep_cases(lesson_copy, "starter", "subtracts")
    (lesson_copy / "web" / "main.js.orig").write_text("x", encoding="utf-8")
    (lesson_copy / "cases" / "notes.txt").write_text("x", encoding="utf-8")
    own = (lesson_copy / "index.html").read_bytes()
    (lesson_copy / "cases" / "subtracts" / "index.html").write_bytes(own)
    (lesson_copy / "cases" / "subtracts" / "c" / "add.c").write_text("x", encoding="utf-8")
    told = {each["where"]: each["what"] for each in prove()["findings"]}
    assert told["minimal-demo/web/main.js.orig"] == "a tool or an editor left it"
    assert told["minimal-demo/cases/notes.txt"] == "it belongs to no case"
    assert told["minimal-demo/cases/subtracts/index.html"] == "it is the lesson's own, letter by letter"
    assert told["minimal-demo/cases/subtracts/c/add.c"] == "minimal-demo has no such file"


def test_an_unknown_engine_is_named(run_cli: Callable[..., Any]) -> None:
    done = run_cli("dev", "check", "-e", "wasmtim")
    assert (done.exit_code, done.stderr) == (
        2,
        "error: no engine is called 'wasmtim'\nhint: did you mean 'wasmtime'?\n",
    )


def test_a_new_lesson_has_a_starter_that_fails_as_it_says(run_cli: Callable[..., Any]) -> None:
    assert run_cli("new", "lesson", "loops").exit_code == 0
    done = run_cli("dev", "check", "loops", "-e", "wasmtime", "--no-mutants")
    assert done.exit_code == 0, done.stdout + done.stderr
    assert "starter    2 checks do not pass" in done.stdout


SLIPS = {
    "@pytest.mark.hiden": "test_slip is marked 'hiden', and there is no such mark",
    '@pytest.mark.points("two")': "the marks of test_slip cannot be read: points takes one number",
    "@pytest.mark.points(-2)": "the marks of test_slip cannot be read: "
    "points cannot be less than nothing, nor endless",
    '@pytest.mark.feedback("x", cam=0)': "the marks of test_slip cannot be read: "
    "feedback knows help, came, trap and passed, not cam",
    "@pytest.mark.feedback(help=0)": "the marks of test_slip cannot be read: "
    "help of feedback is 0, which is no text",
    '@pytest.mark.after("returns_a_sum")': "slip waits for 'returns_a_sum', and there is no such check",
    "@pytest.mark.after": "the marks of test_slip cannot be read: after takes the names of checks",
    "@nothing": "it cannot be read: NameError: name 'nothing' is not defined",
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_the_checks_is_told_once_with_its_line(prove: Prove, lesson_copy: Path, slip: str) -> None:
    params = '@pytest.mark.parametrize("n", [1, 2])'
    text = f'import pytest\n\n\n{slip}\n{params}\ndef test_slip(wasm, n):\n    """x"""\n    assert wasm, n\n'
    (lesson_copy / "checks" / "test_slip.py").write_text(text, encoding="utf-8")
    expected = lesson_copy / "cases" / "subtracts" / "expect.json"
    before = expected.read_bytes()
    found = prove("--accept")
    assert [(each["where"], each["what"]) for each in found["findings"]] == [
        ("minimal-demo/checks/test_slip.py:4", SLIPS[slip])
    ]
    assert expected.read_bytes() == before


@pytest.mark.parametrize(("content", "where"), [(b"x = 1\ndef y(:\n", ":2"), (b"x = '\xdf'\n", "")])
def test_a_helper_that_cannot_be_read_is_told(
    prove: Prove, lesson_copy: Path, content: bytes, where: str
) -> None:
    (lesson_copy / "checks" / "unused.py").write_bytes(content)
    assert [each["where"] for each in prove()["findings"]] == [f"minimal-demo/checks/unused.py{where}"]


def test_a_conftest_that_cannot_be_read_is_told_once(prove: Prove, lesson_copy: Path) -> None:
    (lesson_copy / "checks" / "conftest.py").write_text("import nowhere_at_all\n", encoding="utf-8")
    assert [each["where"] for each in prove()["findings"]] == ["minimal-demo/checks/conftest.py:1"]


def test_accept_writes_down_no_error(prove: Prove, lesson_copy: Path) -> None:
    _keep_cases(lesson_copy, "starter", "subtracts")
    conftest = "import pytest\n\n\n@pytest.fixture\ndef broken(lesson):\n"
    conftest += "    return 1 / (lesson.root / 'c/add_and_log.c').read_text().count('a + b')\n"
    (lesson_copy / "checks" / "conftest.py").write_text(conftest, encoding="utf-8")
    text = 'def test_broken(broken):\n    """x"""\n    assert broken\n'
    (lesson_copy / "checks" / "test_broken.py").write_text(text, encoding="utf-8")
    expected = lesson_copy / "cases" / "subtracts" / "expect.json"
    before = expected.read_bytes()
    hints = {each["hint"] for each in prove("--accept")["findings"] if each["what"].startswith("broken:")}
    assert "mend that first: --accept writes down no error" in hints
    assert expected.read_bytes() == before


def test_a_check_that_is_gone_is_told_as_such(prove: Prove, lesson_copy: Path) -> None:
    _keep_cases(lesson_copy, "starter", "subtracts")
    _edit(lesson_copy / "cases" / "subtracts" / "expect.json", '"returns_the_sum":', '"returns_teh_sum":')
    told = {each["what"]: each["hint"] for each in prove()["findings"]}
    what = "expect.json tells of returns_teh_sum, and there is no such check"
    assert told[what] == "did you mean 'returns_the_sum'?"


def test_no_mutant_is_tried_while_the_solution_fails(run_cli: Callable[..., Any], lesson_copy: Path) -> None:
    _keep_cases(lesson_copy, "starter")
    _edit(lesson_copy / "c" / "add_and_log.c", "a + b", "a - b")
    done = run_cli("dev", "check", "minimal-demo", "-e", "wasmtime")
    assert done.exit_code == 1
    assert "mutants    not tried: the solution itself does not pass" in done.stdout
    assert "are caught" not in done.stdout
