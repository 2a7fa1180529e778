"""The text of compilers becomes data, whatever their version."""

from __future__ import annotations

import pytest

from wasmlab.diagnostics import Diagnostic
from wasmlab.diagnostics.csource import functions
from wasmlab.diagnostics.reading import read_diagnostics

NEW = """c/a.c:1:20: warning: unused variable 'x' [-Wunused-variable]
    1 | int f(void) { int  x; return 1 }
      |                    ^
c/a.c:1:31: error: expected ';' after return statement
    1 | int f(void) { int  x; return 1 }
      |                               ^
      |                               ;
1 warning and 1 error generated.
"""
OLD = """c/a.c:1:20: warning: unused variable 'x' [-Wunused-variable]
int f(void) { int  x; return 1 }
                   ^
c/a.c:1:31: error: expected ';' after return statement
int f(void) { int  x; return 1 }
                              ^
                              ;
1 warning and 1 error generated.
"""


@pytest.mark.parametrize("output", [NEW, OLD, NEW.replace("\n", "\r\n")])
def test_old_and_new_clang_read_the_same(output: str) -> None:
    source = "int f(void) { int  x; return 1 }"
    assert read_diagnostics(output) == [
        Diagnostic(
            "warning",
            "unused variable 'x' [-Wunused-variable]",
            "c/a.c",
            1,
            20,
            source,
            marker=" " * 19 + "^",
        ),
        Diagnostic(
            "error", "expected ';' after return statement", "c/a.c", 1, 31, source, marker=" " * 30 + "^"
        ),
    ]


def test_a_message_in_a_library_header_is_shown_at_the_include() -> None:
    output = (
        "In file included from c/a.c:3:\n/lib/signal.h:2:2: error: no signals\n    2 | #error\n      |  ^\n"
    )
    assert read_diagnostics(output) == [Diagnostic("error", "no signals", "c/a.c", 3)]


def test_a_windows_path_keeps_its_drive() -> None:
    (told,) = read_diagnostics(r"C:\a b\x.c:2:3: fatal error: oh no")
    assert (told.severity, told.file, told.line, told.column) == ("error", r"C:\a b\x.c", 2, 3)


def test_a_linker_message_has_its_further_lines() -> None:
    output = "wasm-ld: error: duplicate symbol: f\n>>> defined in a.o\n>>> defined in b.o\n"
    assert read_diagnostics(output) == [
        Diagnostic("error", "duplicate symbol: f; defined in a.o; defined in b.o")
    ]


def test_functions_are_found_where_they_stand() -> None:
    text = """// int ghost(void) {}
#define MACRO(x) int x(void) {
__attribute__((import_module("env"))) void host(int value);
static int helper(int a) {
  if (a) { host(a); }
  return "int text(void) {"[0];
}
int (main)(void);
int main(void) { return helper(1); }
"""
    found = [
        (f.name, f.line, f.column, f.is_defined, f.is_static, f.has_import_module) for f in functions(text)
    ]
    assert found == [
        ("host", 3, 44, False, False, True),
        ("helper", 4, 12, True, True, False),
        ("main", 9, 5, True, False, False),
    ]
