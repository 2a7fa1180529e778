"""Compares a built module's imports and exports with what the manifest promises."""

from __future__ import annotations

from pathlib import Path

from wasmlab import wasmfile
from wasmlab.errors import InterfaceMismatch
from wasmlab.lesson import Target
from wasmlab.names import did_you_mean
from wasmlab.signature import Declared, Signature


def verify(target: Target, made: Path) -> wasmfile.Module:
    """Return the module's borders once they are what `target` says.

    Raises:
        InterfaceMismatch: an export is missing, an import is not allowed, or a type differs.
        ModuleUnreadable: the file is not a module.
    """
    module = wasmfile.read_module(made.read_bytes())
    _verify_exports(target, module)
    _verify_imports(target, module)
    return module


def _verify_exports(target: Target, module: wasmfile.Module) -> None:
    for wanted in target.exports:
        found = module.export(wanted.name)
        if found is None:
            near = did_you_mean(wanted.name, [export.name for export in module.exports])
            raise InterfaceMismatch(f"{target.output} does not export {wanted.name!r}", near)
        _same_type(f"the export {wanted.name!r}", wanted.signature, found.signature)


def _verify_imports(target: Target, module: wasmfile.Module) -> None:
    for found in module.imports:
        allowed = _allowed(target, found)
        if allowed is None:
            raise InterfaceMismatch(
                f"{target.output} imports {found.full_name!r}, which the manifest does not allow",
                f"add it to imports, or mend the C: {_near(found.full_name, target)}",
            )
        _same_type(f"the import {found.full_name!r}", allowed.signature, found.signature)


def _allowed(target: Target, found: wasmfile.Import) -> Declared | None:
    if target.system == "wasi" and found.module == "wasi_snapshot_preview1":
        return Declared(found.full_name)
    names = (found.full_name, f"{found.module}.*")
    return next((wanted for wanted in target.imports if wanted.name in names), None)


def _near(name: str, target: Target) -> str:
    return did_you_mean(name, [wanted.name for wanted in target.imports]) or "it may import nothing"


def _same_type(what: str, wanted: Signature | None, found: Signature | None) -> None:
    if wanted is None or wanted == found:
        return
    raise InterfaceMismatch(
        f"{what} is {found or 'not a function'}, and the manifest says {wanted}", _why(wanted, found)
    )


def _why(wanted: Signature, found: Signature | None) -> str:
    if found is None:
        return "export a function of that name"
    if "i64" in (*found.params, *found.results) and "i64" not in (*wanted.params, *wanted.results):
        return "a 64-bit integer (long long, int64_t) reaches JavaScript as a BigInt: use int"
    if len(wanted.params) != len(found.params):
        return f"the C function takes {len(found.params)} arguments, {len(wanted.params)} are wanted"
    return "mend the C function's types, or the manifest"
