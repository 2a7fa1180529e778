"""Changes of a JavaScript program, and which of them make no other one."""

from __future__ import annotations

from wasmlab.dev.mutants.changing_javascript import is_javascript, is_same_javascript, javascript_changes


def _changed(source: str) -> list[str]:
    return [change.apply(source.encode()).decode() for change in javascript_changes(source.encode())]


def test_operators_and_numbers_are_changed() -> None:
    assert sorted(_changed("x = a < b + 1;")) == [
        ";",
        "x = a < b + 0;",
        "x = a < b + 2;",
        "x = a < b - 1;",
        "x = a <= b + 1;",
        "x = a >= b + 1;",
    ]


def test_what_only_javascript_has_is_changed_too() -> None:
    assert "let x = a !== b;" in _changed("let x = a === b;")
    assert "let x = !('k' in o);" in _changed("let x = 'k' in o;")
    assert "let x = 0n;" in _changed("let x = 1n;")
    assert _changed("let x = a ?? b;") == [], "beside ?? no || and no && may stand"


def test_conditions_are_decided_both_ways_and_loops_not_begun() -> None:
    assert _changed("if (a) b;") == ["if (false) b;", "if (true) b;"]
    assert _changed("let x = a ? b : c;") == ["let x = false ? b : c;", "let x = true ? b : c;"]
    assert _changed("while (a) b;") == ["while (false) b;"]
    assert _changed("for (;;) { a; }") == []


def test_what_is_done_and_what_is_returned_is_left_out() -> None:
    assert _changed("page.say(word);") == [";"]
    assert _changed("async () => { await save(); }") == ["async () => { ; }"]
    assert _changed("function f() { return g; }") == ["function f() { return undefined; }"]
    assert _changed("button.onclick = () => more;") == [";", "button.onclick = () => undefined;"]
    assert _changed("let x = y.trim().length;") == ["let x = y.length;"]


def test_text_and_comments_are_no_code() -> None:
    assert _changed("let x = 'a + 1'; // b < 2") == []
    assert _changed("let x = `a + 1 ${y} < 2`;") == []
    assert _changed("let x = /1+2/;") == []


def test_places_are_counted_in_bytes() -> None:
    assert _changed("let x = 'äöü' + y;") == ["let x = 'äöü' - y;"]


def test_words_do_not_grow_together() -> None:
    assert "function f(x) { return x; }" in [
        " ".join(each.split()) for each in _changed("function f(x) { return!x; }")
    ]


def test_what_is_no_javascript_has_no_changes() -> None:
    assert _changed("function (") == []
    assert not is_javascript(b"let x = ;")
    assert is_javascript(b"let x = 1;")


def test_the_same_program_is_recognised() -> None:
    assert is_same_javascript(b"x = (a + 1); // one", b"x = a + 1")
    assert not is_same_javascript(b"x = (a + 1) * 2;", b"x = a + 1 * 2;")
    assert not is_same_javascript(b"x = 'a b';", b"x = 'a  b';")
