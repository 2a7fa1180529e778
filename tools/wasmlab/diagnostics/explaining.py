"""Joins a message with its explanation and hides this machine's folders."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

from wasmlab.diagnostics import Diagnostic
from wasmlab.diagnostics.csource import Function, functions
from wasmlab.diagnostics.explanation import Explanation, Symbol
from wasmlab.diagnostics.explanations import EXPLANATIONS, emscripten
from wasmlab.diagnostics.reading import read_diagnostics
from wasmlab.lesson import Lesson, Target
from wasmlab.names import did_you_mean
from wasmlab.toolchains.plan import STAGE, Tool


@dataclass(frozen=True)
class Context:
    """What an explanation may look at: the target's system and sources, and how folders are shown."""

    system: str
    sources: tuple[tuple[str, str], ...] = ()
    folders: tuple[tuple[str, str], ...] = ()

    @cached_property
    def functions(self) -> list[Function]:
        """The functions of all sources."""
        return [function for file, text in self.sources for function in functions(text, file)]

    def function(self, name: str) -> Function | None:
        """Return the function called `name`, its definition rather than its declaration."""
        named = [function for function in self.functions if function.name == name]
        return next((function for function in named if function.is_defined), named[0] if named else None)

    def shown(self, text: str) -> str:
        """Return `text` with every folder of this machine replaced by what it is."""
        for folder, name in self.folders:
            text = text.replace(folder, name)
        return text


def context_of(lesson: Lesson, target: Target, tool: Tool) -> Context:
    """Return the context of a target's messages."""
    sources = tuple((source, _text(lesson, source)) for source in target.sources)
    stage = [(f"{STAGE}/{target.name}/", "")]
    root = [(f"{lesson.root}/", ""), (f"{lesson.root}\\", "")]
    headers = [(str(folder), "<include>") for folder in tool.includes]
    own = (str(tool.path), "emcc" if tool.name == "emcc" else "clang")
    system = emscripten.SYSTEM if tool.name == "emcc" else target.system
    return Context(system, sources, (*stage, *root, *headers, *_libc(target), own))


def _libc(target: Target) -> list[tuple[str, str]]:
    from wasmlab.errors import ToolMissing
    from wasmlab.toolchains.wasi import sysroot

    if target.system != "wasi":
        return []
    try:
        libc = sysroot()
    except ToolMissing:
        return []
    return [(str(libc.include), "<wasi>"), (str(libc.library), "<wasi>"), (str(libc.root), "<wasi>")]


def _text(lesson: Lesson, source: str) -> str:
    try:
        return (lesson.root / source).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def explained(output: str, context: Context) -> tuple[Diagnostic, ...]:
    """Read a tool's output and explain what has an explanation."""
    if context.system == emscripten.SYSTEM:
        output = emscripten.tidied(output)
    return tuple(_explain(_without_paths(d, context), context) for d in read_diagnostics(output))


def _without_paths(diagnostic: Diagnostic, context: Context) -> Diagnostic:
    file, text = context.shown(diagnostic.file), context.shown(diagnostic.text)
    return replace(diagnostic, file=file.replace("\\", "/"), text=text)


def _explain(diagnostic: Diagnostic, context: Context) -> Diagnostic:
    if diagnostic.severity == "note":
        return diagnostic
    for explanation in EXPLANATIONS:
        if words := _match(explanation, diagnostic, context):
            told = replace(
                diagnostic,
                name=explanation.name,
                explanation=explanation.says.format_map(words),
                hint=explanation.hint.format_map(words),
            )
            return told if told.file else _place(told, words.get("symbol", ""), context)
    return diagnostic


def _match(explanation: Explanation, diagnostic: Diagnostic, context: Context) -> dict[str, str] | None:
    """Return the words for the sentences, or None where the explanation does not fit."""
    found = re.search(explanation.pattern, diagnostic.text)
    if found is None or (explanation.line and not re.search(explanation.line, diagnostic.source_line)):
        return None
    if explanation.system not in ("", context.system):
        return None
    words = {key: value or "" for key, value in found.groupdict().items()}
    symbol = _symbol(words.get("symbol", ""), context)
    if not explanation.when(symbol):
        return None
    return {"line": str(diagnostic.line), "near": symbol.near, **words}


def _symbol(name: str, context: Context) -> Symbol:
    if not name:
        return Symbol()
    others = {f.name for f in context.functions if f.is_defined and not f.is_static} - {name}
    near = did_you_mean(name, others)
    return Symbol(context.function(name), near if near.startswith("did you mean") else "")


def _place(diagnostic: Diagnostic, symbol: str, context: Context) -> Diagnostic:
    """The linker knows no lines: show where the C file speaks of the symbol."""
    function = context.function(symbol)
    if function is None:
        return diagnostic
    return at_function(diagnostic, function)


def at_function(diagnostic: Diagnostic, function: Function) -> Diagnostic:
    """Return `diagnostic` placed at a function's name."""
    shown = function.source_line.expandtabs(8)
    ahead = len(function.source_line[: function.column - 1].expandtabs(8))
    return replace(
        diagnostic,
        file=function.file,
        line=function.line,
        column=function.column,
        source_line=shown,
        marker=" " * ahead + "^" + "~" * (len(function.name) - 1),
    )
