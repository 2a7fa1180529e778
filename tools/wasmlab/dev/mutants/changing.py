"""Small changes to a C program: another operator, a number off by one, a call left out, another variable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from wasmlab.dev.mutants.ctree import Node

OPERATORS: dict[str, tuple[str, ...]] = {
    "+": ("-",),
    "-": ("+",),
    "*": ("+",),
    "/": ("*",),
    "%": ("/",),
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "==": ("!=",),
    "!=": ("==",),
    "&&": ("||",),
    "||": ("&&",),
    "&": ("|",),
    "|": ("&",),
    "^": ("|",),
    "<<": (">>",),
    ">>": ("<<",),
    "+=": ("-=",),
    "-=": ("+=",),
    "*=": ("+=",),
    "/=": ("*=",),
    "^=": ("|=",),
    "&=": ("|=",),
    "|=": ("&=",),
}
_UNARY = {"++": "--", "--": "++", "!": "", "-": "", "~": ""}
_NUMBER = re.compile(rb"(0[xX][0-9a-fA-F]+|\d+)([uUlL]*)")


@dataclass(frozen=True)
class Change:
    """One change: the bytes from `start` to `end` become `put`."""

    start: int
    end: int
    put: bytes
    text: str

    def apply(self, source: bytes) -> bytes:
        """Return the changed program."""
        return source[: self.start] + self.put + source[self.end :]

    def line(self, source: bytes) -> int:
        """Return the line that it changes, from 1."""
        return source.count(b"\n", 0, self.start) + 1


def changes_of(functions: Iterable[Node], source: bytes) -> list[Change]:
    """Return every change to these functions, in the order of the file."""
    found: dict[tuple[int, int, bytes], Change] = {}
    for function in functions:
        for change in _of_function(function, source):
            found.setdefault((change.start, change.end, change.put), change)
    return sorted(found.values(), key=lambda change: (change.start, change.end, change.put))


def _of_function(function: Node, source: bytes) -> Iterator[Change]:
    scope = _Scope(function)
    for node in function.walk():
        if not node.is_placed:
            continue
        match node.kind:
            case "BinaryOperator" | "CompoundAssignOperator":
                yield from _operator(node, source)
            case "UnaryOperator":
                yield from _unary(node, source)
            case "IntegerLiteral" | "FloatingLiteral":
                yield from _number(node, source)
            case "CompoundStmt" | "IfStmt" | "ForStmt" | "WhileStmt":
                yield from _calls_left_out(node, source)
            case "ImplicitCastExpr" if node.raw.get("castKind") == "LValueToRValue":
                yield from _other_variable(node, scope)


def _operator(node: Node, source: bytes) -> Iterator[Change]:
    operands = node.inner
    if len(operands) != 2 or not all(each.is_placed for each in operands):
        return
    opcode = str(node.raw.get("opcode", ""))
    left, right = operands[0].end, operands[1].start
    at = source.find(opcode.encode(), left, right)
    if at < 0:
        return
    for other in OPERATORS.get(opcode, ()):
        yield Change(at, at + len(opcode), other.encode(), f"{other} for {opcode}")


def _unary(node: Node, source: bytes) -> Iterator[Change]:
    opcode = str(node.raw.get("opcode", ""))
    if opcode not in _UNARY:
        return
    at = node.end - len(opcode) if node.raw.get("isPostfix") else node.start
    if source[at : at + len(opcode)] == opcode.encode():
        other = _UNARY[opcode]
        yield Change(at, at + len(opcode), other.encode(), f"{other or 'nothing'} for {opcode}")


def _number(node: Node, source: bytes) -> Iterator[Change]:
    written = source[node.start : node.end]
    if node.kind == "FloatingLiteral":
        yield Change(node.start, node.end, b"(" + written + b" + 1)", f"one more than {written.decode()}")
        return
    if (match := _NUMBER.fullmatch(written)) is None:
        return
    value, suffix = (
        int(match[1], 0) if match[1][:1] != b"0" or len(match[1]) < 3 else int(match[1], 16),
        match[2],
    )
    for other in (value + 1, value - 1):
        if other >= 0:
            yield Change(node.start, node.end, b"%d" % other + suffix, f"{other} for {written.decode()}")


def _calls_left_out(node: Node, source: bytes) -> Iterator[Change]:
    """Leave out calls that stand alone: whose result nobody takes."""
    for each in node.inner:
        if each.kind == "CallExpr" and each.is_placed:
            text = source[each.start : each.end].decode(errors="replace")
            yield Change(each.start, each.end, b"(void)0", f"that {' '.join(text.split())} is left out")


class _Scope:
    """The variables of one function by type, to be taken for each other."""

    def __init__(self, function: Node) -> None:
        found = [n for n in function.walk() if n.kind in ("ParmVarDecl", "VarDecl") and n.raw.get("name")]
        self._declared = [(str(node.raw["name"]), node.type, node.end) for node in found]

    def like(self, name: str, type: str, at: int) -> list[str]:
        """Return the other variables of this type that are declared before."""
        return [other for other, of, end in self._declared if of == type and other != name and end <= at]


def _other_variable(node: Node, scope: _Scope) -> Iterator[Change]:
    inner = node.inner
    if (
        len(inner) != 1
        or inner[0].kind != "DeclRefExpr"
        or inner[0].raw["referencedDecl"].get("kind")
        not in (
            "ParmVarDecl",
            "VarDecl",
        )
    ):
        return
    name = str(inner[0].raw["referencedDecl"].get("name", ""))
    for other in scope.like(name, inner[0].type, node.start):
        yield Change(node.start, node.end, other.encode(), f"{other} for {name}")
