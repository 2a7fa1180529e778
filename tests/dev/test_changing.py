"""Changes of a C program, found in clang's own tree of it."""

from __future__ import annotations

from pathlib import Path

from wasmlab.dev.mutants.changing import changes_of
from wasmlab.dev.mutants.ctree import functions_of
from wasmlab.dev.mutants.surveying import survey
from wasmlab.lesson import load_lesson

HEAD = """__attribute__((import_module("env"), import_name("js_log")))
void js_log(int value);
#define TWICE(x) ((x) * 2)
"""


def _changed(lesson: Path, body: str) -> list[str]:
    source = f"{HEAD}int add_and_log(int a, int b) {{\n{body}\n}}\n"
    (lesson / "c" / "add_and_log.c").write_text(source, encoding="utf-8")
    loaded = load_lesson(lesson)
    functions = functions_of(loaded, loaded.targets[0], "c/add_and_log.c")
    found = changes_of(functions, source.encode())
    return [change.apply(source.encode()).decode()[len(HEAD) :].splitlines()[1].strip() for change in found]


def test_operators_numbers_and_variables_are_changed(lesson_copy: Path) -> None:
    assert sorted(_changed(lesson_copy, "  return a < b + 10;")) == [
        "return a < a + 10;",
        "return a < b + 11;",
        "return a < b + 9;",
        "return a < b - 10;",
        "return a <= b + 10;",
        "return a >= b + 10;",
        "return b < b + 10;",
    ]


def test_a_call_that_stands_alone_is_left_out(lesson_copy: Path) -> None:
    assert "(void)0; return 1;" in _changed(lesson_copy, "  js_log(a); return 1;")


def test_what_a_macro_has_made_stays(lesson_copy: Path) -> None:
    assert _changed(lesson_copy, "  return TWICE(3);") in (
        [],
        ["return TWICE(2);", "return TWICE(4);"],
    )


def test_counting_up_becomes_counting_down(lesson_copy: Path) -> None:
    changed = _changed(lesson_copy, "  for (int i = 0; i < 2; i++) a += i; return a;")
    assert "for (int i = 0; i < 2; i--) a += i; return a;" in changed
    assert "for (int i = 0; i < 2; i++) a -= i; return a;" in changed


WEAK = '''
def test_it_adds_something(expect):
    """It adds."""
    expect.call("add_and_log", 2, 2).returns(4)
'''


def test_a_weak_check_lets_changes_survive_and_their_lines_are_told(lesson_copy: Path) -> None:
    (lesson_copy / "checks" / "test_add_and_log.py").write_text(WEAK, encoding="utf-8")
    lesson = load_lesson(lesson_copy)
    found = survey(lesson, lesson)
    survivors = {(each.place, each.text) for each in found.survivors}
    assert ("c/add_and_log.c:7", "that js_log(sum) is left out") in survivors
    assert ("c/add_and_log.c:6", "- for +") not in survivors
    assert found.made > len(found.survivors)


def test_a_change_that_makes_the_same_program_is_no_survivor(lesson_copy: Path) -> None:
    source = lesson_copy / "c" / "add_and_log.c"
    text = source.read_text(encoding="utf-8")
    source.write_text(
        text.replace("int sum = a + b;", "int sum = a + b;\n  if (0 > 1) sum = 0;"), encoding="utf-8"
    )
    lesson = load_lesson(lesson_copy)
    found = survey(lesson, lesson)
    assert found.same > 0
    assert found.survivors == ()
    assert source.read_text(encoding="utf-8") != text, "the solution is put back"
