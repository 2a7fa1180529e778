"""Small modules that stand between JavaScript and a function with floats, so that no bit is lost.

A float that passes through JavaScript or through a Python float may come out with other NaN bits: both
are free to change them. So floats cross as integers of their bits, and a module of a few bytes,
linked to the function itself, turns them back (WebAssembly core specification, `reinterpret`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wasmlab.signature import Signature
from wasmlab.wasmfile import HEADER

# The name of a bridge's function: frames of that name are left out of stacks.
BRIDGE = "wasmlab_bridge"

_CODES = {"i32": 0x7F, "i64": 0x7E, "f32": 0x7D, "f64": 0x7C, "funcref": 0x70, "externref": 0x6F}
_BITS = {"f32": "i32", "f64": "i64"}
_REINTERPRET = {("f32", "i32"): 0xBC, ("f64", "i64"): 0xBD, ("i32", "f32"): 0xBE, ("i64", "f64"): 0xBF}


def needs_bridge(signature: Signature) -> bool:
    """Return whether a float crosses."""
    return any(type in _BITS for type in (*signature.params, *signature.results))


def as_bits(signature: Signature) -> Signature:
    """Return the signature with an integer of the same width for each float."""
    return Signature(
        tuple(_BITS.get(type, type) for type in signature.params),
        tuple(_BITS.get(type, type) for type in signature.results),
    )


def into_module(signature: Signature) -> bytes:
    """Return a module that imports `m.f` of this signature and exports it, floats as bits, as `f`."""
    return _bridge(as_bits(signature), signature)


def out_of_module(signature: Signature) -> bytes:
    """Return a module that imports `m.f` with floats as bits and exports it with this signature as `f`."""
    return _bridge(signature, as_bits(signature))


def into_table(signature: Signature, *, wide: bool = False) -> bytes:
    """Return a module that imports the table `m.f` and exports as `f` a call of its element.

    The function takes the element's place after its arguments, floats as bits; `wide` tables have
    64-bit places.
    """
    place = "i64" if wide else "i32"
    outer = as_bits(Signature((*signature.params, place), signature.results))
    types = [_function_type(outer), _function_type(signature)]
    table = b"\x01\x70" + (b"\x04" if wide else b"\x00") + leb(0)
    call = b"\x20" + leb(len(signature.params)) + b"\x11\x01\x00"
    return _module(types, table, 0, [("f", 0, _body(outer, signature, call))])


def into_global(type: str, *, mutable: bool) -> bytes:
    """Return a module that imports the global `m.f` and exports `get` and, where it changes, `set`.

    A float crosses as its bits.
    """
    get, put = as_bits(Signature((), (type,))), as_bits(Signature((type,), ()))
    kind = b"\x03" + bytes([_CODES[type], mutable])
    reading = b"\x00\x23\x00" + _as(type, get.results[0]) + b"\x0b"
    writing = b"\x00\x20\x00" + _as(put.params[0], type) + b"\x24\x00\x0b"
    functions = [("get", 0, reading), *([("set", 1, writing)] if mutable else [])]
    return _module([_function_type(get), _function_type(put)], kind, 0, functions)


def _as(given: str, wanted: str) -> bytes:
    return b"" if given == wanted else bytes([_REINTERPRET[given, wanted]])


def _bridge(outer: Signature, inner: Signature) -> bytes:
    types = [_function_type(outer), _function_type(inner)]
    return _module(types, b"\x00" + leb(1), 1, [("f", 0, _body(outer, inner, b"\x10\x00"))])


def _module(
    types: Sequence[bytes], needed: bytes, first: int, made: Sequence[tuple[str, int, bytes]]
) -> bytes:
    """Return a module that imports `m.f`; its own functions begin at `first`, by name, type and body."""
    names = [leb(place) + _name(BRIDGE) for place in range(first, first + len(made))]
    listed = vector(names)
    return b"".join(
        [
            HEADER,
            section(1, vector(types)),
            section(2, vector([_name("m") + _name("f") + needed])),
            section(3, vector([leb(type) for _, type, _ in made])),
            section(7, vector([_name(n) + b"\x00" + leb(first + at) for at, (n, _, _) in enumerate(made)])),
            section(10, vector([leb(len(body)) + body for _, _, body in made])),
            section(0, _name("name") + b"\x01" + leb(len(listed)) + listed),
        ]
    )


def _body(outer: Signature, inner: Signature, call: bytes) -> bytes:
    """Convert the parameters, call, park the results in locals, and convert those."""
    first = len(outer.params)
    places = range(first, first + len(inner.results))
    parked = vector([leb(1) + bytes([_CODES[type]]) for type in inner.results])
    push = _converted(range(len(inner.params)), outer.params[: len(inner.params)], inner.params)
    park = b"".join(b"\x21" + leb(place) for place in reversed(places))
    give = _converted(places, inner.results, outer.results)
    return parked + push + call + park + give + b"\x0b"


def _converted(places: Iterable[int], given: Sequence[str], wanted: Sequence[str]) -> bytes:
    made = b""
    for place, old, new in zip(places, given, wanted, strict=True):
        made += b"\x20" + leb(place)
        if old != new:
            made += bytes([_REINTERPRET[old, new]])
    return made


def _function_type(signature: Signature) -> bytes:
    params, results = (
        vector([bytes([_CODES[type]]) for type in types]) for types in (signature.params, signature.results)
    )
    return b"\x60" + params + results


def section(number: int, content: bytes) -> bytes:
    """Return a section of a module with its length before it."""
    return bytes([number]) + leb(len(content)) + content


def vector(items: Sequence[bytes]) -> bytes:
    """Return a count and the items after it."""
    return leb(len(items)) + b"".join(items)


def _name(text: str) -> bytes:
    raw = text.encode()
    return leb(len(raw)) + raw


def leb(number: int) -> bytes:
    """Return an unsigned number in LEB128."""
    made = b""
    while True:
        number, low = number >> 7, number & 0x7F
        if not number:
            return made + bytes([low])
        made += bytes([low | 0x80])
