"""What may cross between a host and a module: names, types, values and ranges are refused here, alike
for every engine."""

from __future__ import annotations

from collections.abc import Sequence

from wasmlab.engines.contract import PAGE, Hosts, Limits
from wasmlab.errors import CallRefused
from wasmlab.names import did_you_mean
from wasmlab.roundtrip import Trap, Value
from wasmlab.signature import Signature
from wasmlab.wasmfile import Import, Module

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
    """Return the trap of a module that asks for more memory at its start than it may have."""
    pages = max((memory.minimum for memory in module.memories), default=0)
    if pages * PAGE <= limits.memory:
        return None
    return Trap(
        "memory limit", f"the module starts with {pages} pages of memory, {limits.memory // PAGE} allowed"
    )


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


def host_answers(imports: Sequence[Import], hosts: Hosts | None) -> dict[str, list[tuple[Value, ...]]]:
    """Return for each imported function the results that it answers in turn.

    A function with several results gives the number as its first and zero as the others.

    Raises:
        CallRefused: the module needs an import that is not a function, or one with a type that
            no engine can hand over; or `hosts` answers for an import that there is not.
    """
    answers: dict[str, list[tuple[Value, ...]]] = {}
    for needed in imports:
        if needed.kind != "func" or needed.signature is None:
            raise CallRefused(
                f"the module imports the {needed.kind} {needed.full_name!r}", "only functions are given to it"
            )
        refuse_types(needed.signature, needed.full_name)
        given = (hosts or {}).get(needed.full_name) or [0]
        answers[needed.full_name] = [_answer(needed.signature.results, number) for number in given]
    for name in hosts or {}:
        if name not in answers:
            raise CallRefused(f"the module imports no {name!r}", did_you_mean(name, answers))
    return answers


def _answer(types: Sequence[str], number: float) -> tuple[Value, ...]:
    return tuple(Value.of(type, 0 if place else number) for place, type in enumerate(types))
