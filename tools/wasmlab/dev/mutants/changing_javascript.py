"""The same small changes to a JavaScript program, found in tree-sitter's tree of it."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Language, Node, Parser
from tree_sitter_javascript import language

from wasmlab.dev.mutants.changing import OPERATORS, Change

_OPERATORS: dict[str, tuple[str, ...]] = {
    **OPERATORS,
    "**": ("*",),
    "===": ("!==",),
    "!==": ("===",),
    ">>>": ("<<",),
    "&&=": ("=",),
    "||=": ("=",),
    "??=": ("=",),
    "++": ("--",),
    "--": ("++",),
}
_DROPPED = {"!", "-", "~", "+"}
_LEFT_OUT = {"assignment_expression", "await_expression", "call_expression", "new_expression"}
_BRANCHES = {"if_statement", "ternary_expression"}
_LOOPS = {"do_statement", "for_statement", "while_statement"}
_NO_CODE = {"(", ")", ";", "comment", "empty_statement", "html_comment"}
_WHOLE = {"regex", "string", "template_string"}
_SHOWN = 60

_PARSER = Parser(Language(language()))


def javascript_changes(source: bytes) -> list[Change]:
    """Return every change, in the order of the file; none where it is not JavaScript."""
    root = _PARSER.parse(source).root_node
    if root.has_error:
        return []
    found = {(c.start, c.end, c.put): c for node in _walk(root) for c in _of(node)}
    return sorted(found.values(), key=lambda change: (change.start, change.end, change.put))


def is_javascript(source: bytes) -> bool:
    """Return whether it can be read as JavaScript."""
    return not _PARSER.parse(source).root_node.has_error


def is_same_javascript(one: bytes, other: bytes) -> bool:
    """Return whether both are the same program but for comments, brackets and semicolons."""
    return _code(one) == _code(other)


def _code(source: bytes) -> list[tuple[int, str, str]]:
    """Return the words of a program, each with how deep it lies: brackets say nothing more."""
    words, waiting = [], [(_PARSER.parse(source).root_node, 0)]
    while waiting:
        node, depth = waiting.pop()
        if node.type in _NO_CODE:
            continue
        if node.child_count == 0 or node.type in _WHOLE:
            words.append((depth, node.type, _text(node)))
        else:
            below = depth + (node.type != "parenthesized_expression")
            waiting += [(child, below) for child in reversed(node.children)]
    return words


def _walk(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.named_children


def _of(node: Node) -> Iterator[Change]:
    kind = node.type
    if kind in ("binary_expression", "augmented_assignment_expression", "update_expression"):
        yield from _operator(node)
    elif kind == "unary_expression":
        yield from _dropped(node)
    elif kind == "number":
        yield from _number(node)
    elif kind in ("true", "false"):
        yield _instead(node, "false" if kind == "true" else "true")
    elif kind in _BRANCHES or kind in _LOOPS:
        yield from _condition(node)
    else:
        yield from _of_code(node)


def _of_code(node: Node) -> Iterator[Change]:
    """Leave out what is done or returned."""
    match node.type:
        case "expression_statement" if (done := _inner(node)) and done.type in _LEFT_OUT:
            yield _instead(node, ";", f"that {_short(done)} is left out")
        case "throw_statement" | "break_statement" | "continue_statement":
            yield _instead(node, ";", f"that {_short(node).rstrip(';')} is left out")
        case "return_statement" if value := _inner(node):
            yield _instead(value, "undefined", f"that {_short(value)} is not returned")
        case "arrow_function" if (value := _field(node, "body")).type != "statement_block":
            yield _instead(value, "undefined", f"that {_short(value)} is not done")
        case "call_expression":
            yield from _call(node)


def _operator(node: Node) -> Iterator[Change]:
    operator = _field(node, "operator")
    if operator.type in ("in", "instanceof"):
        yield _instead(node, f"!({_text(node)})", f"not {_short(node)}")
    for other in _OPERATORS.get(operator.type, ()):
        yield _instead(operator, other)


def _dropped(node: Node) -> Iterator[Change]:
    """Drop an operator, and leave a gap: `return!x` must not become one word."""
    operator = _field(node, "operator")
    if operator.type in _DROPPED:
        yield _instead(operator, " ", f"nothing for {operator.type}")


def _number(node: Node) -> Iterator[Change]:
    written = _text(node)
    digits, suffix = written.replace("_", "").removesuffix("n"), "n" if written.endswith("n") else ""
    try:
        value = int(digits, 0)
    except ValueError:  # 1.5, 1e3, and the octal 017 of old
        yield _instead(node, f"({written} + 1)", f"one more than {written}")
        return
    for other in (value + 1, value - 1):
        if other >= 0:
            yield _instead(node, f"{other}{suffix}")


def _condition(node: Node) -> Iterator[Change]:
    condition = node.child_by_field_name("condition") or node  # for (;;) has none
    inner = _inner(condition) if condition.type == "parenthesized_expression" else condition
    if inner in (None, node) or inner.type in ("true", "false", "empty_statement"):
        return
    for other in ("true", "false") if node.type in _BRANCHES else ("false",):
        yield _instead(inner, other)


def _call(node: Node) -> Iterator[Change]:
    """Leave out a call like `.trim()`; where it stands alone, that is done already."""
    called, given = _field(node, "function"), _field(node, "arguments")
    alone = node.parent is not None and node.parent.type in ("expression_statement", "await_expression")
    if called.type != "member_expression" or given.named_child_count or alone:
        return
    place = _field(called, "object").end_byte
    shown = _text(node)[len(_text(_field(called, "object"))) :]
    yield Change(place, node.end_byte, b"", f"that {shown.strip()} is left out")


def _instead(node: Node, put: str, text: str = "") -> Change:
    return Change(node.start_byte, node.end_byte, put.encode(), text or f"{put} for {_short(node)}")


def _inner(node: Node) -> Node | None:
    """Return the first thing in it that is no comment."""
    return next((each for each in node.named_children if each.type != "comment"), None)


def _field(node: Node, name: str) -> Node:
    found = node.child_by_field_name(name)
    assert found is not None, f"{node.type} has no {name}"
    return found


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")


def _short(node: Node) -> str:
    text = " ".join(_text(node).split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
