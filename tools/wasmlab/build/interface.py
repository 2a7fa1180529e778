"""Compares a built module's imports and exports with what the manifest promises."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from wasmlab import wasmfile
from wasmlab.errors import InterfaceMismatch
from wasmlab.lesson import Lesson, Target
from wasmlab.names import did_you_mean
from wasmlab.signature import Declared, Signature

if TYPE_CHECKING:
    from wasmlab.diagnostics import Diagnostic


def verify(lesson: Lesson, target: Target, made: Path) -> wasmfile.Module:
    """Return the module's borders once they are what `target` says.

    Raises:
        InterfaceMismatch: an export is missing, an import is not allowed, or a type differs.
        ModuleUnreadable: the file is not a module.
    """
    module = wasmfile.read_module(made.read_bytes())
    shown = f"{lesson.name}/{target.output}"
    for wanted in target.exports:
        _verify_export(wanted, module, shown)
    for found in () if _brings_its_own(target) else module.imports:
        _verify_import(found, target, shown)
    return module


def _brings_its_own(target: Target) -> bool:
    """Glue beside a module brings what the module imports, unless the manifest wants to see to it."""
    return bool(target.also) and not target.imports


# What clang calls main in a module depends on its arguments and on its version.
_MAINS = ("main", "__main_argc_argv", "__main_void", "__original_main")


def _verify_export(wanted: Declared, module: wasmfile.Module, shown: str) -> None:
    names = _MAINS if wanted.name == "main" else (wanted.name,)
    found = next((export for name in names if (export := module.export(name))), None)
    if found is None:
        near = did_you_mean(wanted.name, [export.name for export in module.exports])
        raise InterfaceMismatch(f"{shown} does not export {wanted.name!r}", near, wanted.name)
    _same_type(f"{shown}: the export {wanted.name!r}", wanted, found.signature)


def _verify_import(found: wasmfile.Import, target: Target, shown: str) -> None:
    allowed = _allowed(target, found)
    if allowed is None:
        raise InterfaceMismatch(
            f"{shown} imports {found.full_name!r}, which the manifest does not allow",
            f"add it to imports, or mend the C: {_near(found.full_name, target)}",
            found.name,
        )
    _same_type(f"{shown}: the import {found.full_name!r}", allowed, found.signature)


def placed(lesson: Lesson, target: Target, error: InterfaceMismatch) -> tuple[Diagnostic, ...]:
    """Return an interface error as a diagnostic at the C function that it is about."""
    from wasmlab.diagnostics import Diagnostic

    diagnostic = Diagnostic("error", error.what.removeprefix(f"{lesson.name}/"), hint=error.hint)
    return (_at_function(diagnostic, lesson, target, error.symbol),)


def remarks(lesson: Lesson, target: Target, module: wasmfile.Module) -> tuple[Diagnostic, ...]:
    """Return a warning for each 64-bit integer that crosses where the manifest gives no signature."""
    declared = {wanted.name for wanted in (*target.exports, *target.imports) if wanted.signature}
    if _brings_its_own(target):  # the glue's own calls are the glue's business
        names = {wanted.name for wanted in target.exports}
        crossing = [(e.name, e.name, e.signature) for e in module.exports if e.name in names]
    else:
        crossing = [(e.name, e.name, e.signature) for e in module.exports]
        crossing += [(i.full_name, i.name, i.signature) for i in module.imports if i.module != _WASI]
    return tuple(
        _at_function(_bigint(symbol), lesson, target, symbol)
        for name, symbol, signature in crossing
        if signature and "i64" in (*signature.params, *signature.results) and name not in declared
    )


def _bigint(symbol: str) -> Diagnostic:
    from wasmlab.diagnostics import Diagnostic

    return Diagnostic(
        "warning",
        f"{symbol!r} passes a 64-bit integer to or from JavaScript",
        explanation="A 64-bit integer (long long, int64_t) is a BigInt in JavaScript: 12n, not 12.",
        hint="use int, or write the signature in lesson.toml to say that i64 is wanted",
        name="bigint",
    )


def _at_function(diagnostic: Diagnostic, lesson: Lesson, target: Target, symbol: str) -> Diagnostic:
    from wasmlab.diagnostics.csource import functions
    from wasmlab.diagnostics.explaining import at_function

    for source in target.sources:
        text = (lesson.root / source).read_text(encoding="utf-8", errors="replace")
        for function in functions(text, source):
            if function.name == symbol:
                return at_function(diagnostic, function)
    return diagnostic


_WASI = "wasi_snapshot_preview1"


def _allowed(target: Target, found: wasmfile.Import) -> Declared | None:
    if target.system == "wasi" and found.module == _WASI:
        return Declared(found.full_name)
    names = (found.full_name, f"{found.module}.*")
    return next((wanted for wanted in target.imports if wanted.name in names), None)


def _near(name: str, target: Target) -> str:
    return did_you_mean(name, [wanted.name for wanted in target.imports]) or "it may import nothing"


def _same_type(what: str, wanted: Declared, found: Signature | None) -> None:
    if wanted.signature is None or wanted.signature == found:
        return
    raise InterfaceMismatch(
        f"{what} is {found or 'not a function'}, and the manifest says {wanted.signature}",
        _why(wanted.signature, found),
        wanted.name.rpartition(".")[2],
    )


def _why(wanted: Signature, found: Signature | None) -> str:
    if found is None:
        return "export a function of that name"
    if "i64" in (*found.params, *found.results) and "i64" not in (*wanted.params, *wanted.results):
        return "a 64-bit integer (long long, int64_t) reaches JavaScript as a BigInt: use int"
    if found == Signature(("i32", *wanted.params), ()):
        return "a struct cannot cross to JavaScript, so C takes a pointer to its place: return one number"
    if len(wanted.params) != len(found.params):
        return (
            f"the C function takes {_count(len(found.params))}; {len(wanted.params)} wanted: mend one of them"
        )
    if wanted.results and not found.results:
        return "the C function returns void: give it a result, or mend the manifest"
    return "mend the C function's types, or the manifest"


def _count(number: int) -> str:
    return f"{number} argument{'' if number == 1 else 's'}"
