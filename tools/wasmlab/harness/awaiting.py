"""Lets a script's own `asyncio.run(main())` work where an event loop is running already."""

from __future__ import annotations

import ast


def await_runs(statement: ast.stmt) -> ast.stmt:
    """Return the statement with `asyncio.run(x)` outside of functions turned into `await x`."""
    made: ast.stmt = _Runs().visit(statement)
    return made


class _Runs(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("asyncio"), attr="run"), args=[coroutine]):
                return ast.copy_location(ast.Await(value=coroutine), node)
        return node

    def _leave(self, node: ast.AST) -> ast.AST:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_ClassDef = visit_GeneratorExp = _leave
