"""Finds what only hidden checks use and what stands in another file, where nothing takes it out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import NamedTuple

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Beside(NamedTuple):
    """A definition, or with the line 0 a whole file."""

    file: str
    line: int
    name: str


def only_for_hidden(whole: Mapping[str, str], given: Mapping[str, str]) -> Iterator[Beside]:
    """Yield what the hidden checks alone use, of the texts that students are `given`.

    `whole` are the files of checks as they are; data that stands beside them is in `given` alone.
    """
    sources = {file: ast.parse(text) for file, text in given.items() if file.endswith(".py")}
    used = set().union(*map(_used, sources.values()))
    wanted = set().union(*(_asked_for(ast.parse(text)) for text in whole.values())) - used
    for file, tree in sources.items():
        for node in tree.body:
            for name in sorted(wanted & _defined(node)):
                yield Beside(file, node.lineno, name)
    told, known = "\n".join(given[file] for file in sources), "\n".join(whole.values())
    for file in given.keys() - sources.keys():
        name = PurePosixPath(file).name
        if name in known and name not in told:
            yield Beside(file, 0, name)


def _used(tree: ast.Module) -> set[str]:
    """Return what a file names, but for what it only imports; a fixture may be named by a text."""
    nodes = list(ast.walk(tree))
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    names = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return texts | names | _attributes(tree) | _arguments(tree)


def _asked_for(tree: ast.Module) -> set[str]:
    """Return what a file may have of another one: imports, fixtures and what it takes from a module."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    imported = {alias.name for node in imports for alias in node.names}
    return imported | _attributes(tree) | _arguments(tree)


def _attributes(tree: ast.Module) -> set[str]:
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _arguments(tree: ast.Module) -> set[str]:
    return {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}


def _defined(node: ast.stmt) -> set[str]:
    if isinstance(node, Function | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {target.id for target in targets if isinstance(target, ast.Name)}
