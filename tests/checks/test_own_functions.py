"""Rules about instructions look at the student's functions, however they are written, and at no library's."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from wasmlab.build import build_lesson
from wasmlab.checks.notmet import NotMet
from wasmlab.checks.structure import ModuleRules
from wasmlab.checks.subject import Subject
from wasmlab.engines.contract import Session
from wasmlab.errors import UsageError
from wasmlab.lesson import load_lesson

LOOP = "static int loops(int n) { int sum = 0; while (n) sum += n--; return sum; }\n"
ASSEMBLY = (
    '__asm__(".type loops,@function\\nloops:\\n.functype loops (i32) -> (i32)\\n'
    'loop\\nend_loop\\nlocal.get 0\\nend_function\\n");\nint loops(int n);\n'
)
HIDDEN = {
    "without debug information": f"__attribute__((nodebug)) {LOOP}",
    "under another file's name": f'#line 1 "library.c"\n{LOOP}#line 9 "hello.c"\n',
    "in assembly": ASSEMBLY,
    "in a header": '#include "loops.h"\n',
}
CALLER = "int total(int n) { return loops(n); }\n"


def _rules(root: Path, text: str, system: str, also: str = "") -> ModuleRules:
    """Return the rules about a module that was built of `text`."""
    (root / "hello.c").write_text(text, encoding="utf-8")
    (root / "loops.h").write_text(LOOP, encoding="utf-8")
    (root / "lesson.toml").write_text(
        'format = 1\ntitle = "Hello"\norder = 1\npage = "index.html"\n[[target]]\nname = "hello"\n'
        f'toolchain = "clang"\nsystem = "{system}"\nsources = ["hello.c"]\n'
        f'output = "dist/hello.wasm"\n{also}',
        encoding="utf-8",
    )
    lesson = load_lesson(root)
    (result,) = build_lesson(lesson)
    assert result.error is None, result.raw
    return ModuleRules(Subject(lesson, cast(Session, None)))


@pytest.mark.parametrize("way", HIDDEN)
def test_no_function_hides_where_there_is_no_library(tmp_path: Path, way: str) -> None:
    rules = _rules(tmp_path, HIDDEN[way] + CALLER, "freestanding", 'exports = ["total"]')
    with pytest.raises(NotMet):
        rules.has_no_loop()


def test_a_program_s_libc_is_not_looked_at_and_its_header_is(tmp_path: Path) -> None:
    says = '#include <stdio.h>\n#include "loops.h"\nint main(void) { return puts("hello") + loops(3); }\n'
    with pytest.raises(NotMet) as told:
        _rules(tmp_path, says, "wasi").has_no_loop()
    assert told.value.came == "it is there once"


def test_a_function_that_is_not_written_is_asked_of_the_student(tmp_path: Path) -> None:
    rules = _rules(tmp_path, "int total(int n) { return n; }\n", "freestanding", 'exports = ["total"]')
    rules.has_no_loop("total")
    with pytest.raises(UsageError, match="no function 'twice'") as told:
        rules.has_no_loop("twice")
    assert told.value.hint.startswith("write twice ")
