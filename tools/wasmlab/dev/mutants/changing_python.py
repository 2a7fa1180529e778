"""The same small changes to a Python program: another operator, a number off by one, a call left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import CodeType

from wasmlab.dev.mutants.changing import Change

_OPERATORS: dict[type[ast.AST], tuple[str, tuple[str, ...]]] = {
    ast.Add: ("+", ("-",)),
    ast.Sub: ("-", ("+",)),
    ast.Mult: ("*", ("+",)),
    ast.Div: ("/", ("*",)),
    ast.FloorDiv: ("//", ("*",)),
    ast.Mod: ("%", ("+",)),
    ast.Lt: ("<", ("<=", ">=")),
    ast.LtE: ("<=", ("<", ">")),
    ast.Gt: (">", (">=", "<=")),
    ast.GtE: (">=", (">", "<")),
    ast.Eq: ("==", ("!=",)),
    ast.NotEq: ("!=", ("==",)),
    ast.In: ("in", ("not in",)),
    ast.And: ("and", ("or",)),
    ast.Or: ("or", ("and",)),
}


def python_changes(source: bytes) -> list[Change]:
    """Return every change, in the order of the file; none where it is not Python."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    places = _Places(source)
    found = {(c.start, c.end, c.put): c for node in ast.walk(tree) for c in _of(node, places)}
    return sorted(found.values(), key=lambda change: (change.start, change.end, change.put))


def is_same_python(one: bytes, other: bytes) -> bool:
    """Return whether Python makes the same code of both."""
    return _code(compile(one, "", "exec")) == _code(compile(other, "", "exec"))


def _code(code: CodeType) -> tuple[object, ...]:
    constants = tuple(_code(each) if isinstance(each, CodeType) else repr(each) for each in code.co_consts)
    return (code.co_code, constants, code.co_names, code.co_varnames)


class _Places:
    """Turns lines and columns, which Python counts in bytes, into places in the file."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def start(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        return self._starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def text(self, node: ast.expr | ast.stmt) -> str:
        return self.source[self.start(node) : self.end(node)].decode(errors="replace")


def _of(node: ast.AST, places: _Places) -> Iterator[Change]:
    yield from _of_operators(node, places)
    yield from _of_calls(node, places)
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            for other in (value + 1, value - 1):
                yield _instead(node, repr(other), places)
        case ast.Return(value=ast.expr() as returned):
            yield _instead(returned, "None", places, f"that {places.text(returned)} is not returned")


def _of_operators(node: ast.AST, places: _Places) -> Iterator[Change]:
    match node:
        case ast.BinOp():
            yield from _operator(node.op, node.left, node.right, places)
        case ast.Compare():
            operands = [node.left, *node.comparators]
            for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
                yield from _operator(operator, left, right, places)
        case ast.BoolOp():
            for left, right in zip(node.values, node.values[1:], strict=False):
                yield from _operator(node.op, left, right, places)


def _of_calls(node: ast.AST, places: _Places) -> Iterator[Change]:
    """Leave out a call that stands alone, one like `.lower()`, or an argument that is given by its name."""
    match node:
        case ast.Expr(value=ast.Call()):
            text = " ".join(places.text(node).split())
            yield Change(places.start(node), places.end(node), b"pass", f"that {text} is left out")
        case ast.Call(func=ast.Attribute(value=inner), args=[], keywords=[]):
            shown = places.text(node)[len(places.text(inner)) :]
            yield Change(places.end(inner), places.end(node), b"", f"that {shown} is left out")
        case ast.keyword(arg=str(name), value=given):
            yield _instead(given, "None", places, f"None for {name}={places.text(given)}")


def _operator(operator: ast.AST, left: ast.expr, right: ast.expr, places: _Places) -> Iterator[Change]:
    word, others = _OPERATORS.get(type(operator), ("", ()))
    at = places.source.find(word.encode(), places.end(left), places.start(right)) if word else -1
    if at >= 0:
        for other in others:
            yield Change(at, at + len(word), other.encode(), f"{other} for {word}")


def _instead(node: ast.expr, put: str, places: _Places, text: str = "") -> Change:
    shown = text or f"{put} for {places.text(node)}"
    return Change(places.start(node), places.end(node), put.encode(), shown)
