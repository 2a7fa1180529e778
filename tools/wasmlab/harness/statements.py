"""Splits a script into its top-level statements and compiles each of them alone."""

from __future__ import annotations
import __future__

import ast
import textwrap
from ast import Expr, Expression, Module, Pass, PyCF_ALLOW_TOP_LEVEL_AWAIT, parse, stmt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from types import CodeType
from typing import Any
from warnings import catch_warnings, simplefilter

from .awaiting import await_runs

FUTURE_FLAGS = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names})


@dataclass(frozen=True)
class Statement:
    """One top-level statement; lines count from 1, decorators belong to it.

    `quiet` is true for an expression that a semicolon ends: its value is not shown.
    """

    node_index: int
    line_start: int
    line_end: int
    code: str
    is_expr: bool
    quiet: bool = False
    node: stmt = field(default_factory=Pass, repr=False, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Return `{nodeIndex, lineStart, lineEnd, code, isExpr}`."""
        return {
            "nodeIndex": self.node_index,
            "lineStart": self.line_start,
            "lineEnd": self.line_end,
            "code": self.code,
            "isExpr": self.is_expr,
        }


def tidy(code: str) -> str:
    """Return the source with plain line ends and without a byte-order mark."""
    return code.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def split(code: str, filename: str = "<script>") -> list[Statement]:
    """Return the top-level statements of `code` in order.

    Raises:
        SyntaxError: the text is not Python (with the line and the text of it).
    """
    source = tidy(code)
    if "\0" in source:  # Python before 3.11.4 calls this a ValueError
        raise SyntaxError("source code string cannot contain null bytes")
    tree = parse(source, filename)
    lines = source.split("\n")
    return [_statement(index, node, lines) for index, node in enumerate(tree.body)]


def select(code: str, lines: tuple[int, int] | None, filename: str = "<script>") -> list[Statement]:
    """Return the statements that touch `lines`, whole; all of them where `lines` is None.

    Where the rest of the script is broken, the lines are taken alone, at their own line numbers.
    """
    if lines is None:
        return split(code, filename)
    first, last = lines
    try:
        statements = split(code, filename)
    except SyntaxError:
        chosen = tidy(code).split("\n")[first - 1 : last]
        return split("\n" * (first - 1) + textwrap.dedent("\n".join(chosen)), filename)
    return [each for each in statements if each.line_start <= last and each.line_end >= first]


def check_whole(statements: Sequence[Statement], filename: str, flags: int) -> None:
    """Raise the SyntaxError that only the compiler sees, before anything has run."""
    module = Module(body=[each.node for each in statements], type_ignores=[])
    compile(module, filename, "exec", flags | PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


def compile_one(statement: Statement, filename: str, flags: int) -> CodeType:
    """Return the statement's code at its own lines; an expression's code gives its value."""
    node = statement.node
    tree: Expression | Module
    if isinstance(node, Expr):
        tree, mode = Expression(body=node.value), "eval"
    else:
        tree, mode = Module(body=[node], type_ignores=[]), "exec"
    with catch_warnings():
        simplefilter("ignore")  # check_whole has already said it
        code = compile(tree, filename, mode, flags | PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    assert isinstance(code, CodeType)
    return code


def codes_within(code: CodeType) -> Iterator[CodeType]:
    """Yield `code` and every code object that is defined inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_within(constant)


def _statement(index: int, node: stmt, lines: Sequence[str]) -> Statement:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(each.lineno for each in decorators)])
    last = node.end_lineno or node.lineno
    start = 0 if first != node.lineno else node.col_offset
    end = node.end_col_offset or 0
    text, rest = _cut(lines, first, start, last, end)
    is_expr = isinstance(node, Expr)
    return Statement(
        index, first, last, text, is_expr, is_expr and rest.lstrip().startswith(";"), await_runs(node)
    )


def _cut(lines: Sequence[str], first: int, start: int, last: int, end: int) -> tuple[str, str]:
    """Return the text between two places and the rest of its last line; columns count UTF-8 bytes."""
    chosen = [line.encode("utf-8", "surrogatepass") for line in lines[first - 1 : last]]
    rest = chosen[-1][end:]
    chosen[-1] = chosen[-1][:end]
    chosen[0] = chosen[0][start:]
    return b"\n".join(chosen).decode("utf-8", "surrogatepass"), rest.decode("utf-8", "surrogatepass")
