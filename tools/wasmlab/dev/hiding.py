"""Takes hidden checks out of a file of checks, with all that only they use."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef


def without_hidden(source: str) -> str:
    """Return the file without its hidden checks; nothing where all of them are hidden.

    A helper, a constant or an import that only hidden checks use goes with them, and so does a comment
    that stands directly above. A file that cannot be read as Python is returned as it is.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    hidden = [node for node in tree.body if _is_hidden(node)]
    if any(_is_hidden_mark(node) for node in tree.body):
        return ""
    if not hidden:
        return source
    kept = [node for node in tree.body if node not in hidden]
    gone = [*hidden, *_only_used_by(hidden, kept)]
    return _without(source, gone)


def _is_hidden(node: ast.stmt) -> bool:
    return isinstance(node, Function) and any(_names_hidden(each) for each in node.decorator_list)


def _names_hidden(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Attribute) and each.attr == "hidden" for each in ast.walk(node))


def _is_hidden_mark(node: ast.stmt) -> bool:
    """Return whether it is `pytestmark = pytest.mark.hidden`."""
    if not isinstance(node, ast.Assign):
        return False
    names = [target.id for target in node.targets if isinstance(target, ast.Name)]
    return names == ["pytestmark"] and _names_hidden(node.value)


def _only_used_by(hidden: list[ast.stmt], kept: list[ast.stmt]) -> list[ast.stmt]:
    """Return the definitions that nobody uses any more, though a hidden check has."""
    wanted = set().union(*map(_used, hidden))
    gone: list[ast.stmt] = []
    while True:
        left = [node for node in kept if node not in gone]
        more = [
            node
            for node in left
            if (names := set(_defined(node)))
            and names & wanted
            and not names & set().union(*(_used(other) for other in left if other is not node), set())
        ]
        if not more:
            return gone
        gone += more
        wanted |= set().union(*map(_used, more))


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("test_"):
        yield node.name
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield node.target.id
    elif isinstance(node, ast.Import | ast.ImportFrom) and getattr(node, "module", "") != "__future__":
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)


def _used(node: ast.stmt) -> set[str]:
    """Return the names that a statement reads, and the fixtures that it asks for."""
    names = {
        each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
    }
    arguments = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    return names | arguments


def _without(source: str, gone: Iterable[ast.stmt]) -> str:
    lines = source.splitlines(keepends=True)
    dropped: set[int] = set()
    for node in gone:
        first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        while first > 1 and lines[first - 2].lstrip().startswith("#"):
            first -= 1
        last = node.end_lineno or node.lineno
        while last < len(lines) and not lines[last].strip():
            last += 1  # the blank lines below go with it
        dropped |= set(range(first, last + 1))
    return "".join(line for number, line in enumerate(lines, 1) if number not in dropped).rstrip() + "\n"
