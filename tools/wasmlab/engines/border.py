"""What may cross between a host and a module: names, types, values and ranges are refused here, alike
for every engine."""

from __future__ import annotations

from collections.abc import Sequence

from wasmlab.engines.contract import PAGE, TABLE_ELEMENTS, Limits
from wasmlab.engines.module_parts import Global, Parts, Space
from wasmlab.errors import CallRefused
from wasmlab.names import did_you_mean
from wasmlab.roundtrip import Trap, Value
from wasmlab.signature import Signature
from wasmlab.wasmfile import Module

# The types whose values can be given to a module and taken from it.
CROSSING_TYPES = ("i32", "i64", "f32", "f64", "funcref", "externref")


def refuse_types(signature: Signature, name: str) -> None:
    """Refuse a function whose values no engine can hand over.

    Raises:
        CallRefused: a parameter or a result is a vector or a typed reference.
    """
    for type in (*signature.params, *signature.results):
        if type not in CROSSING_TYPES:
            raise CallRefused(
                f"{name} takes or returns a value of type {type}, which JavaScript cannot hold",
                "call a function whose types are numbers",
            )


def refuse_values(signature: Signature, name: str, args: Sequence[Value]) -> None:
    """Refuse arguments that are not of the function's types.

    Raises:
        CallRefused: there are too many or too few, or one is of another type.
    """
    refuse_types(signature, name)
    types = tuple(value.type for value in args)
    if types != signature.params:
        given = ", ".join(types) or "nothing"
        raise CallRefused(f"{name} was given ({given})", f"the function is {name}{signature}")
    for value in args:
        if value.type == "funcref" and value.bits:
            raise CallRefused(f"{name} takes a function", "only a null function can be given to it")


def memory_trap(module: Module, limits: Limits) -> Trap | None:
    """Return the trap of a module that asks for more at its start than it may have."""
    pages = sum(memory.minimum for memory in module.memories)
    elements = sum(table.minimum for table in module.tables)
    if pages * PAGE > limits.memory:
        allowed = limits.memory // PAGE
        return Trap("memory limit", f"the module starts with {pages} pages of memory, {allowed} allowed")
    if elements > TABLE_ELEMENTS:
        what = f"the module starts with {elements} elements in tables, {TABLE_ELEMENTS} allowed"
        return Trap("memory limit", what)
    return None


def check_range(start: int, length: int, size: int) -> None:
    """Refuse a range of bytes that is not inside a memory of `size` bytes.

    Raises:
        CallRefused: the range leaves the memory.
    """
    if start < 0 or length < 0 or start + length > size:
        raise CallRefused(
            f"bytes {start} to {start + length} are outside the memory of {size} bytes", "read less"
        )


def memory_name(module: Module) -> str:
    """Return the name under which the module exports its first memory.

    Raises:
        CallRefused: it exports none.
    """
    if name := exported_memory(module):
        return name
    raise CallRefused("the module exports no memory", "add --export-memory to link_flags")


def exported_memory(module: Module) -> str:
    """Return the name under which the module exports its first memory, or an empty text."""
    return next((export.name for export in module.exports if export.kind == "memory"), "")


def signature_of(module: Module, name: str) -> Signature:
    """Return the type of the exported function `name`.

    Raises:
        CallRefused: nothing of that name is exported, or it is not a function.
    """
    export = module.export(name)
    functions = [e.name for e in module.exports if e.kind == "func"]
    if export is None:
        raise CallRefused(f"the module exports no {name!r}", did_you_mean(name, functions))
    if export.kind != "func" or export.signature is None:
        raise CallRefused(f"{name!r} is a {export.kind}, not a function", did_you_mean(name, functions))
    return export.signature


def least_and_most(part: Space, limit: int) -> tuple[int, int]:
    """Return the sizes that an imported memory or table is made with: no larger than `limit`."""
    least, most = part.limits.minimum, part.limits.maximum
    return least, max(least, limit if most is None else min(most, limit))


def needs_parts(module: Module) -> bool:
    """Return whether the module imports more than functions, so that the types of its parts are needed."""
    return any(needed.kind != "func" for needed in module.imports)


def refuse_imports(module: Module, parts: Parts) -> None:
    """Refuse a module that imports what no engine can give it.

    Raises:
        CallRefused: a global or a table is of a type that JavaScript cannot hold.
    """
    for needed in module.imports:
        part = parts.imports.get(needed.full_name)
        if part is None or needed.kind == "memory":
            continue
        if part.type not in CROSSING_TYPES or (isinstance(part, Space) and part.wide):
            what = f"the module imports the {needed.kind} {needed.full_name!r} of type {part.type}"
            raise CallRefused(what, "no engine can be given one; import one of numbers, or a plain table")


def refuse_write(parts: Parts, name: str, value: Value) -> Global:
    """Return the type of an exported global that can be given this value.

    Raises:
        CallRefused: there is none of that name, or it never changes, or is of another type.
    """
    part = parts.global_type(name)
    if not part.mutable:
        raise CallRefused(f"the global {name!r} never changes", "declare it (mut ...) or, in C, not const")
    if value.type != part.type:
        raise CallRefused(f"the global {name!r} is of type {part.type}, not {value.type}", "convert it")
    return part


def refuse_element(parts: Parts, table: str, index: int, signature: Signature) -> Space:
    """Return the type of an exported table whose elements can be called as functions of this type.

    Raises:
        CallRefused: there is no such table of functions, or it cannot have such a place.
    """
    space = parts.table_type(table)
    if space.type != "funcref":
        raise CallRefused(f"the table {table!r} holds {space.type}", "name a table of functions")
    refuse_types(signature, f"{table}[{index}]")
    if not 0 <= index < 1 << (64 if space.wide else 32):
        raise CallRefused(f"{index} is no place in a table", "count from 0")
    return space
