"""Takes hidden checks out of a file of checks, with all that only they use."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from wasmlab.textlines import whole_lines

if TYPE_CHECKING:
    from wasmlab.dev.collecting import Check

Function = ast.FunctionDef | ast.AsyncFunctionDef
Path = tuple[str, ...]
"""A check's classes and its name; a class alone, or nothing, is all that is in it."""


def hidden_paths(checks: Sequence[Check]) -> set[Path]:
    """Return what can be taken out of a file with these checks: functions, classes, or all of it.

    A function of which only some sets of parameters are hidden is not among them.
    """
    known = {check.path[:length] for check in checks for length in range(len(check.path) + 1)}
    return {
        path for path in known if all(check.hidden for check in checks if check.path[: len(path)] == path)
    }


def without_hidden(source: str, hidden: Collection[Path] = ()) -> str:
    """Return the file without the checks that are `hidden`; nothing where all of them are.

    So is what carries the mark itself and pytest does not see. A helper, a constant or an import that
    only hidden checks use goes with them, and so does a comment that stands directly above. A file that
    cannot be read as Python is returned as it is.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    if () in hidden or any(_is_hidden_mark(node) for node in tree.body):
        return ""
    gone = _take_out(tree, hidden)
    if not gone:
        return source
    return _without(source, [*gone, *_only_used_by(gone, tree.body)])


def _take_out(owner: ast.Module | ast.ClassDef, hidden: Collection[Path]) -> list[ast.stmt]:
    """Take the hidden checks out of the tree of a file or a class, and return them."""
    names = {path[0] for path in hidden if len(path) == 1}
    gone = [node for node in owner.body if _is_hidden(node) or _bound(node) in names]
    owner.body = [node for node in owner.body if node not in gone]
    for node in owner.body:
        if isinstance(node, ast.ClassDef):
            members = _take_out(node, [path[1:] for path in hidden if path[:1] == (node.name,)])
            others = [other for other in owner.body if other is not node]
            members += _only_used_by(members, node.body, others)
            node.body = [member for member in node.body if member not in members]
            gone += members
    return gone


def _bound(node: ast.stmt) -> str:
    """Return the one name that a statement gives to a check, as in `test_x = hidden(f)`."""
    if isinstance(node, Function | ast.ClassDef):
        return node.name
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return ""


def _is_hidden(node: ast.stmt) -> bool:
    return isinstance(node, Function | ast.ClassDef) and any(map(_names_hidden, node.decorator_list))


def _names_hidden(node: ast.expr) -> bool:
    """Return whether it is the mark itself; one inside it, as in `pytest.param`, is another's."""
    if isinstance(node, ast.List | ast.Tuple):
        return any(map(_names_hidden, node.elts))
    if isinstance(node, ast.Call):
        node = node.func
    return isinstance(node, ast.Attribute) and node.attr == "hidden"


def _is_hidden_mark(node: ast.stmt) -> bool:
    """Return whether it is `pytestmark = pytest.mark.hidden`."""
    return isinstance(node, ast.Assign) and _bound(node) == "pytestmark" and _names_hidden(node.value)


def _only_used_by(
    hidden: list[ast.stmt], kept: list[ast.stmt], others: Sequence[ast.stmt] = ()
) -> list[ast.stmt]:
    """Return the definitions that nobody uses any more, `others` neither, though a hidden check has."""
    wanted = set().union(*map(_used, hidden))
    elsewhere = set().union(*map(_used, others))
    gone: list[ast.stmt] = []
    while True:
        left = [node for node in kept if node not in gone]
        more = [
            node
            for node in left
            if (names := set(_defined(node)))
            and names & wanted
            and not names & elsewhere.union(*(_used(other) for other in left if other is not node))
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
    """Return the names that a statement reads, also of something, and the fixtures that it asks for."""
    names = {
        each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
    }
    arguments = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
    return names | arguments | {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}


def _without(source: str, gone: Iterable[ast.stmt]) -> str:
    lines = whole_lines(source)
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
