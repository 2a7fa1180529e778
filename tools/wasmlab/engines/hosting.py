"""What answers a module's imports, worked out once for every engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wasmlab.engines.border import refuse_types
from wasmlab.engines.contract import Answers, Host, HostMemory, Hosts, Pointer
from wasmlab.engines.wasi.interface import MODULE, is_wasi, refuse_unknown
from wasmlab.errors import CallRefused
from wasmlab.names import did_you_mean
from wasmlab.roundtrip import Pointed, Value
from wasmlab.signature import Signature
from wasmlab.wasmfile import Import, Module

SHOWN = 1024
"""Of what an argument points at, so many bytes are kept."""

_NOTHING = Host()


@dataclass
class Answering:
    """How one imported function is answered; `wasi` says by WASI itself."""

    name: str
    signature: Signature
    answers: list[tuple[Value, ...]] = field(default_factory=list)
    function: Callable[..., Any] | None = None
    with_memory: bool = False
    pointers: tuple[Pointer, ...] = ()
    wasi: bool = False

    def answer(self, values: Sequence[Value], memory: HostMemory) -> tuple[Value, ...]:
        """Return the results for these arguments: the next ones, or what the function gives.

        Raises:
            CallRefused: what the function gave is not of the import's types.
        """
        if self.function is None:
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        plain = [value.number for value in values]
        given = self.function(memory, *plain) if self.with_memory else self.function(*plain)
        return self.results(given)

    def results(self, given: Any) -> tuple[Value, ...]:
        """Return what a function gave as values."""
        numbers = given if isinstance(given, tuple) else (0 if given is None else given,)
        types = self.signature.results
        if isinstance(given, tuple) and len(given) != len(types):
            raise self._unfit(given)
        try:
            whole = (*numbers, *(0 for _ in types[len(numbers) :]))
            return tuple(_value(type, one) for type, one in zip(types, whole, strict=False))
        except (TypeError, ValueError, OverflowError, AttributeError) as error:
            raise self._unfit(given) from error

    def _unfit(self, given: Any) -> CallRefused:
        return CallRefused(f"{self.name} was answered with {given!r}", f"its type is {self.signature}")

    def pointed(self, values: Sequence[Value], memory: HostMemory) -> tuple[Pointed, ...]:
        """Return what the arguments point at; what lies outside of the memory is nothing."""
        if not self.pointers:
            return ()
        found = (_pointed(pointer, values, memory) for pointer in self.pointers)
        return tuple(one for one in found if one is not None)


def _value(type: str, given: Any) -> Value:
    if isinstance(given, Value):
        if given.type != type:
            raise TypeError(given.type)
        return given
    return Value.of(type, given)


def _pointed(pointer: Pointer, values: Sequence[Value], memory: HostMemory) -> Pointed | None:
    start = values[pointer.argument].bits
    try:
        if pointer.length is None:
            return _text_at(start, memory)
        length = values[pointer.length].bits
        return Pointed(start, length, memory.read(start, length)[:SHOWN])
    except CallRefused:
        return None


def _text_at(start: int, memory: HostMemory) -> Pointed:
    data = b""
    while len(data) < SHOWN and not data.endswith(b"\0"):
        data += memory.read(start + len(data), 1)
    text = data.removesuffix(b"\0")
    return Pointed(start, len(text), text)


def answer_imports(module: Module, hosts: Hosts | None) -> dict[str, Answering]:
    """Return how each imported function is answered.

    A function with several results gives a number as its first and zero as the others.

    Raises:
        CallRefused: the module needs a tag, or a function with a type that no engine can hand over or
            that WASI does not have, or one name for two things; or `hosts` answers for an import that
            there is not, or with values that are not of its types.
    """
    given = hosts or {}
    found = {}
    known: dict[str, Import] = {}
    for needed in module.imports:
        if needed.kind == "tag":
            raise CallRefused(f"the module imports the tag {needed.full_name!r}", "no tags are given to it")
        _refuse_another(needed, known.setdefault(needed.full_name, needed))
        if needed.kind == "func":
            found[needed.full_name] = _answering(needed, given.get(needed.full_name))
    for name in given:
        if name not in known:
            raise CallRefused(f"the module imports no {name!r}", did_you_mean(name, known))
    return found


def _refuse_another(needed: Import, first: Import) -> None:
    """One name has one answer: in JavaScript it is one property of an object."""
    if (needed.kind, needed.signature) != (first.kind, first.signature):
        what = f"the module imports {needed.full_name!r} as two things that are not the same"
        raise CallRefused(what, "declare it once, with the type that its host has")


def _answering(needed: Import, given: Any) -> Answering:
    if needed.signature is None:
        what = f"the module imports the function {needed.full_name!r} with a type that is not plain"
        raise CallRefused(what, "only functions of numbers are given to it")
    refuse_types(needed.signature, needed.full_name)
    if given is None and is_wasi(needed):
        refuse_unknown(needed)
        return Answering(needed.full_name, needed.signature, wasi=True)
    host = as_host(given)
    made = Answering(needed.full_name, needed.signature, [], host.function, host.with_memory, host.pointers)
    _refuse_pointers(made)
    made.answers = [_answer(made, one) for one in host.answers or (0,)]
    return made


def as_host(given: Answers | Callable[..., Any] | Host | None) -> Host:
    """Return what is given for one import in its whole form."""
    if given is None or isinstance(given, Host):
        return given or _NOTHING
    return Host(function=given) if callable(given) else Host(answers=given)


def _answer(answering: Answering, given: float | tuple[Value, ...]) -> tuple[Value, ...]:
    types = answering.signature.results
    if not isinstance(given, tuple):
        return tuple(Value.of(type, 0 if place else given) for place, type in enumerate(types))
    if tuple(value.type for value in given) != types:
        found = ", ".join(value.type for value in given) or "nothing"
        hint = f"its type is {answering.signature}"
        raise CallRefused(f"{answering.name} is answered with ({found})", hint)
    return given


def _refuse_pointers(answering: Answering) -> None:
    params = answering.signature.params
    for pointer in answering.pointers:
        for place in (pointer.argument, pointer.length):
            if place is not None and not (0 <= place < len(params) and params[place] in ("i32", "i64")):
                what = f"argument {place} of {answering.name} is no number of bytes or place in memory"
                raise CallRefused(what, f"its type is {answering.signature}")


def first_answer(hosts: Hosts | None, name: str, type: str) -> Value:
    """Return what an imported global starts with.

    Raises:
        CallRefused: it is given something else than a number.
    """
    host = as_host((hosts or {}).get(name))
    first = next(iter(host.answers), 0)
    try:
        if host.function is not None:
            raise TypeError
        return _value(type, first[0] if isinstance(first, tuple) else first)
    except (TypeError, ValueError, OverflowError, IndexError) as error:
        raise CallRefused(f"the global {name} cannot be {first!r}", f"its type is {type}") from error


# fd_write points at a list of places and lengths: what a program prints is worth seeing.
_WRITING = f"{MODULE}.fd_write"


def written(name: str, values: Sequence[Value], memory: HostMemory) -> tuple[Pointed, ...]:
    """Return what a call of WASI writes: the pieces that `fd_write` is pointed at."""
    if name != _WRITING:
        return ()
    try:
        raw = memory.read(values[1].bits, 8 * min(values[2].bits, 16))
        pairs = [(raw[at : at + 4], raw[at + 4 : at + 8]) for at in range(0, len(raw), 8)]
        places = [(int.from_bytes(a, "little"), int.from_bytes(b, "little")) for a, b in pairs]
        return tuple(
            Pointed(start, length, memory.read(start, length)[:SHOWN]) for start, length in places if length
        )
    except CallRefused:
        return ()
