"""What a page is sent to open a module: its bytes, its hosts, and a WASI program's surroundings."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

from wasmlab.engines import bridge
from wasmlab.engines.border import exported_memory, least_and_most
from wasmlab.engines.browser.consulting import bits_of
from wasmlab.engines.contract import KEPT, PAGE, TABLE_ELEMENTS, Hosts, Limits, Program
from wasmlab.engines.hosting import Answering, first_answer
from wasmlab.engines.module_parts import Global, Parts
from wasmlab.engines.vetting import is_harmless
from wasmlab.engines.wasi.interface import INITIALIZE
from wasmlab.signature import Signature
from wasmlab.wasmfile import Import, Module


def opening_message(
    id: int,
    wasm: bytes,
    shape: Module,
    functions: Sequence[Answering],
    parts: Parts,
    hosts: Hosts | None,
    program: Program | None,
    limits: Limits,
) -> dict[str, Any]:
    """Return the `Opening` of `page/messages.js`."""
    imported = [needed for needed in shape.imports if needed.kind == "func"]
    others = [needed for needed in shape.imports if needed.kind != "func"]
    return {
        "id": id,
        "wasm": _text(wasm),
        "hosts": [_host(needed, one) for needed, one in zip(imported, functions, strict=True)],
        "given": [_given(needed, parts, hosts, limits) for needed in others],
        "world": _world(program, limits) if program else None,
        "kept": KEPT,
        "memory": exported_memory(shape),
        "initialize": INITIALIZE if program and shape.export(INITIALIZE) else "",
        "harmless": program is None and _leaves_nothing(wasm, shape),
    }


def _leaves_nothing(wasm: bytes, shape: Module) -> bool:
    """Return whether all that a module can leave in its worker is a memory whose size is known."""
    return is_harmless(wasm, shape) and (not shape.memories or bool(exported_memory(shape)))


def shape_message(signature: Signature, make: Callable[[Signature], bytes]) -> dict[str, Any]:
    """Return the `Shape` of `page/messages.js`; `make` makes the bridge where one is needed."""
    bits = bridge.as_bits(signature)
    return {
        "params": bits.params,
        "results": bits.results,
        "bridge": _text(make(signature)) if bridge.needs_bridge(signature) else None,
    }


def _host(needed: Import, answering: Answering) -> dict[str, Any]:
    by = "wasi" if answering.wasi else "function" if answering.function else "answers"
    return {
        "module": needed.module,
        "name": needed.name,
        **shape_message(answering.signature, bridge.out_of_module),
        "by": by,
        "answers": [[bits_of(value) for value in answer] for answer in answering.answers],
        "pointers": [[pointer.argument, pointer.length] for pointer in answering.pointers],
    }


def _given(needed: Import, parts: Parts, hosts: Hosts | None, limits: Limits) -> dict[str, Any]:
    part = parts.imports[needed.full_name]
    made: dict[str, Any] = {"module": needed.module, "name": needed.name, "kind": needed.kind}
    made |= {
        "type": part.type,
        "least": 0,
        "most": 0,
        "wide": False,
        "shared": False,
        "mutable": False,
        "value": 0,
    }
    if isinstance(part, Global):
        value = first_answer(hosts, needed.full_name, part.type)
        return {**made, "mutable": part.mutable, "value": str(value.number)}
    pages = limits.memory // PAGE if needed.kind == "memory" else TABLE_ELEMENTS
    least, most = least_and_most(part, pages)
    return {**made, "least": least, "most": most, "wide": part.wide, "shared": part.shared}


def _world(program: Program, limits: Limits) -> dict[str, Any]:
    return {
        "argv": list(program.argv),
        "stdin": _text(program.stdin),
        "environment": [f"{name}={value}" for name, value in program.environment.items()],
        "files": [[path, _text(program.files[path])] for path in sorted(program.files)],
        "seed": program.seed,
        "limits": {"output": limits.output, "files": limits.files, "fileCount": limits.file_count},
    }


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
